// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMandates} from "../../interfaces/IMandates.sol";
import {Scope} from "../../interfaces/Scope.sol";
import {Scopes} from "./Scopes.sol";

/// @title Which mandates stand beside each other
/// @notice Every grantor (an owner, or an agent under one mandate) has a list of the mandates it gave that have not
/// ended, and of the exclusive ones among them.
abstract contract MandateLists is IMandates {
    /// @dev Laid out so that a link's time is one slot: the walk up a chain reads one slot a link.
    struct Link {
        uint64 parent;
        uint40 start;
        uint40 expiresAt;
        uint40 revokedAt;
        uint32 reportingPeriod;
        uint16 commission;
        uint8 depth;
        bool exclusive;
        address agent;
        uint64 media;
        address owner;
        uint40 from;
        uint40 until;
        uint256 territories;
        uint256 workId;
    }

    /// @dev Bounds the cost of a grantor's next mandate and exclusive licence.
    uint256 private constant MAX_LIVE = 100;

    uint64 internal _count;
    mapping(uint64 mandate => Link) internal _links;
    mapping(uint256 grantor => uint64[]) private _given;
    mapping(uint256 grantor => uint64[]) private _exclusives;

    /// @dev The first exclusive mandate that the licensor (`mandate`, zero for the owner) gave and that overlaps this
    /// scope: the licensor stays out of it. Zero for none.
    function _exclusiveBelow(
        uint64 mandate,
        address owner,
        uint256 workId,
        Scope memory scope
    ) internal view returns (uint64) {
        return _firstOverlap(_exclusives[_grantor(owner, mandate)], workId, scope);
    }

    /// @dev The first live mandate that the licensor gave (`mandate`, zero for the owner's own) and that overlaps this
    /// scope; zero for none. Nothing beside an exclusive mandate overlaps it, so that nobody need ask its siblings.
    function _givenOverlap(
        uint64 mandate,
        address licensor,
        uint256 workId,
        Scope memory scope
    ) internal view returns (uint64) {
        return _firstOverlap(_given[_grantor(licensor, mandate)], workId, scope);
    }

    /// @dev Puts a new mandate on its grantor's list and drops those that have ended.
    function _enlist(uint64 mandate, address owner, uint64 parent) internal {
        uint256 grantor = _grantor(owner, parent);
        Link storage link = _links[mandate];
        uint64[] storage given = _given[grantor];
        _dropEnded(given);
        for (uint256 i = 0; i < given.length; ++i) {
            Link storage other = _links[given[i]];
            if ((link.exclusive || other.exclusive) && _sharesTime(link, other) && _meets(link, other)) {
                revert MandateExclusiveOverlap(given[i]);
            }
        }
        if (given.length >= MAX_LIVE) revert MandateTooMany(MAX_LIVE);
        given.push(mandate);
        if (link.exclusive) {
            _dropEnded(_exclusives[grantor]);
            _exclusives[grantor].push(mandate);
        }
    }

    /// @dev The first link, from the mandate up, that had no authority at `time`; zero when all had.
    function _deadLink(uint64 mandate, uint256 time) internal view returns (uint64) {
        for (uint64 at = mandate; at != 0; at = _links[at].parent) {
            if (!_liveAt(_links[at], time)) return at;
        }
        return 0;
    }

    /// @dev The first link, from the mandate up, that has ended by now; zero when none has. One may not have begun.
    function _endedLink(uint64 mandate) internal view returns (uint64) {
        for (uint64 at = mandate; at != 0; at = _links[at].parent) {
            if (_endOf(_links[at]) <= block.timestamp) return at;
        }
        return 0;
    }

    function _known(uint64 mandate) internal view returns (Link storage link) {
        link = _links[mandate];
        if (link.owner == address(0)) revert MandateUnknown(mandate);
    }

    function _liveAt(Link storage link, uint256 time) internal view returns (bool) {
        return link.start <= time && time < _endOf(link);
    }

    /// @dev First second without authority, as far as is known.
    function _endOf(Link storage link) internal view returns (uint256) {
        (uint256 revokedAt, uint256 expiresAt) = (link.revokedAt, link.expiresAt);
        return revokedAt != 0 && revokedAt < expiresAt ? revokedAt : expiresAt;
    }

    function _scopeOf(Link storage link) internal view returns (Scope memory) {
        return Scope(link.media, link.from, link.until, link.territories);
    }

    function _dropEnded(uint64[] storage list) private {
        uint256 i = 0;
        while (i < list.length) {
            if (_endedLink(list[i]) == 0) {
                ++i;
            } else {
                list[i] = list[list.length - 1];
                list.pop();
            }
        }
    }

    function _firstOverlap(
        uint64[] storage list,
        uint256 workId,
        Scope memory scope
    ) private view returns (uint64) {
        for (uint256 i = 0; i < list.length; ++i) {
            uint64 other = list[i];
            Link storage link = _links[other];
            if (link.workId != 0 && link.workId != workId) continue;
            if (_endedLink(other) == 0 && Scopes.overlaps(scope, _scopeOf(link))) return other;
        }
        return 0;
    }

    function _sharesTime(Link storage a, Link storage b) private view returns (bool) {
        return a.start < b.expiresAt && b.start < a.expiresAt;
    }

    function _meets(Link storage a, Link storage b) private view returns (bool) {
        bool sameWorks = a.workId == 0 || b.workId == 0 || a.workId == b.workId;
        return sameWorks && Scopes.overlaps(_scopeOf(a), _scopeOf(b));
    }

    /// @dev Addresses have 160 bits, mandates are told from them by the bit above.
    function _grantor(address owner, uint64 parent) private pure returns (uint256) {
        return parent == 0 ? uint256(uint160(owner)) : (1 << 160) | uint256(parent);
    }
}

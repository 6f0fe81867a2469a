// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICopyrightRegistry} from "../../interfaces/ICopyrightRegistry.sol";
import {IMandates} from "../../interfaces/IMandates.sol";
import {Scope} from "../../interfaces/Scope.sol";
import {MandateLists} from "./MandateLists.sol";
import {Scopes} from "./Scopes.sol";

/// @title Mandates
/// @notice Chains of authority from owners to agents. A parent's id is always smaller than its child's, so no chain is
/// circular; each field lies within the parent's, so no child outlives or exceeds it.
/// @dev No role and no pause: an owner can always give and take back.
abstract contract Mandates is MandateLists {
    uint256 private constant MAX_DEPTH = 7;
    uint256 private constant MIN_REPORTING = 1 hours;
    uint256 private constant MAX_REPORTING = 366 days;
    uint256 private constant WHOLE = 10_000;

    ICopyrightRegistry internal immutable _registry;

    mapping(address owner => mapping(address agent => uint64[])) private _byAgent;

    /// @param registry whose titles' owners give mandates
    constructor(ICopyrightRegistry registry) {
        _registry = registry;
    }

    /// @inheritdoc IMandates
    function grantMandate(Terms calldata terms) external override returns (uint64 mandate) {
        _requireSound(terms);
        uint40 start = terms.start == 0 ? uint40(block.timestamp) : terms.start;
        if (start < block.timestamp || start >= terms.expiresAt) {
            revert MandatePeriodInvalid(start, terms.expiresAt);
        }
        address owner;
        if (terms.parent == 0) {
            owner = msg.sender;
            if (terms.workId != 0 && _registry.ownerAt(terms.workId, block.timestamp) != owner) {
                revert MandateNotOwner(terms.workId, owner);
            }
        } else {
            owner = _requireWithinParent(terms, start);
        }
        mandate = ++_count;
        _links[mandate] = Link(
            terms.parent,
            start,
            terms.expiresAt,
            0,
            terms.reportingPeriod,
            terms.commission,
            terms.depth,
            terms.exclusive,
            terms.agent,
            terms.scope.media,
            owner,
            terms.scope.from,
            terms.scope.until,
            terms.scope.territories,
            terms.workId
        );
        _enlist(mandate, owner, terms.parent);
        _byAgent[owner][terms.agent].push(mandate);
        Terms memory told = terms;
        told.start = start;
        emit MandateGranted(mandate, owner, terms.agent, told);
    }

    /// @inheritdoc IMandates
    function revokeMandate(uint64 mandate) external override {
        Link storage link = _known(mandate);
        bool grantor = link.parent != 0 && _links[link.parent].agent == msg.sender;
        if (msg.sender != link.owner && msg.sender != link.agent && !grantor) {
            revert MandateUnauthorized(mandate, msg.sender);
        }
        if (link.revokedAt != 0) revert MandateAlreadyRevoked(mandate);
        link.revokedAt = uint40(block.timestamp);
        emit MandateRevoked(mandate, msg.sender);
    }

    /// @inheritdoc IMandates
    function mandateOf(uint64 mandate) external view override returns (Mandate memory) {
        Link memory link = _known(mandate);
        Terms memory terms = Terms(
            link.parent,
            link.agent,
            link.workId,
            Scope(link.media, link.from, link.until, link.territories),
            link.start,
            link.expiresAt,
            link.reportingPeriod,
            link.commission,
            link.depth,
            link.exclusive
        );
        return Mandate(link.owner, link.revokedAt, terms);
    }

    /// @inheritdoc IMandates
    function mandateCount() external view override returns (uint64) {
        return _count;
    }

    /// @inheritdoc IMandates
    function authorityAt(
        address agent,
        uint256 workId,
        uint256 time
    ) external view override returns (uint64[] memory found) {
        uint64[] storage all = _byAgent[_registry.ownerAt(workId, time)][agent];
        uint256 count = 0;
        uint64[] memory live = new uint64[](all.length);
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 covered = _links[all[i]].workId;
            if ((covered == 0 || covered == workId) && _deadLink(all[i], time) == 0) live[count++] = all[i];
        }
        found = new uint64[](count);
        for (uint256 i = 0; i < count; ++i) {
            found[i] = live[i];
        }
    }

    /// @inheritdoc IMandates
    function requireAuthority(
        uint64 mandate,
        address agent,
        uint256 workId,
        Scope calldata scope,
        uint256 time,
        uint256 evidenceAt
    ) external view override returns (address owner, uint256 reportingPeriod) {
        return _requireAuthority(mandate, agent, workId, scope, time, evidenceAt);
    }

    /// @dev See IMandates.requireAuthority.
    function _requireAuthority(
        uint64 mandate,
        address agent,
        uint256 workId,
        Scope memory scope,
        uint256 time,
        uint256 evidenceAt
    ) internal view returns (address owner, uint256 reportingPeriod) {
        Link storage link = _known(mandate);
        if (link.agent != agent) revert MandateAgentMismatch(mandate, agent);
        uint256 covered = link.workId;
        if (covered != 0 && covered != workId) revert MandateWorkOutside(mandate, workId);
        if (!Scopes.isWithin(scope, _scopeOf(link))) revert MandateScopeExceeded(mandate);
        owner = link.owner;
        reportingPeriod = link.reportingPeriod;
        for (uint64 at = mandate; at != 0; at = link.parent) {
            link = _links[at];
            if (!_liveAt(link, time)) revert MandateNotLive(at, time);
            uint256 accepted = _endOf(link) + reportingPeriod;
            if (evidenceAt > accepted) revert MandateEvidenceLate(at, accepted, evidenceAt);
        }
    }

    function _requireWithinParent(Terms calldata terms, uint40 start) private view returns (address) {
        uint64 parent = terms.parent;
        Link storage link = _known(parent);
        if (link.agent != msg.sender) revert MandateNotAgent(parent, msg.sender);
        uint64 dead = _endedLink(parent);
        if (dead != 0) revert MandateNotLive(dead, block.timestamp);
        if (terms.depth >= link.depth) revert MandateExceedsParent(parent, "depth");
        if (link.workId != 0 && link.workId != terms.workId) revert MandateExceedsParent(parent, "workId");
        if (!Scopes.isWithin(terms.scope, _scopeOf(link))) revert MandateExceedsParent(parent, "scope");
        if (start < link.start) revert MandateExceedsParent(parent, "start");
        if (terms.expiresAt > link.expiresAt) revert MandateExceedsParent(parent, "expiresAt");
        if (terms.commission > link.commission) revert MandateExceedsParent(parent, "commission");
        if (terms.reportingPeriod > link.reportingPeriod) {
            revert MandateExceedsParent(parent, "reportingPeriod");
        }
        if (terms.exclusive && !link.exclusive) revert MandateExceedsParent(parent, "exclusive");
        return link.owner;
    }

    function _requireSound(Terms calldata terms) private view {
        if (terms.agent == address(0) || terms.agent == msg.sender) revert MandateAgentInvalid(terms.agent);
        if (Scopes.isEmpty(terms.scope)) revert MandateScopeEmpty();
        if (terms.reportingPeriod < MIN_REPORTING || terms.reportingPeriod > MAX_REPORTING) {
            revert MandateReportingPeriodInvalid(terms.reportingPeriod);
        }
        if (terms.commission > WHOLE) revert MandateCommissionInvalid(terms.commission);
        if (terms.depth > MAX_DEPTH) revert MandateTooDeep(terms.depth);
    }
}

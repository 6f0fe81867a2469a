// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILicences} from "../../interfaces/ILicences.sol";
import {Scope} from "../../interfaces/Scope.sol";
import {Scopes} from "./Scopes.sol";

/// @title The exclusive licences of each work
/// @notice An exclusive licence stands against every licence that overlaps it and is dated in the time from its record
/// to its revocation. None is ever dropped, so that the answer for a date never changes.
abstract contract ExclusiveLicences is ILicences {
    struct Exclusive {
        bytes32 licenceId;
        uint40 recordedAt;
        uint40 revokedAt;
        Scope scope;
    }

    /// @dev Bounds the cost of a work's next grant.
    uint256 private constant MAX_EXCLUSIVES = 64;

    /// @dev The places beyond are for owners: no agent can leave an owner without one.
    uint256 private constant MAX_BY_AGENTS = 32;

    mapping(uint256 workId => Exclusive[]) private _exclusiveLicences;

    /// @inheritdoc ILicences
    function exclusivesOf(uint256 workId) external view override returns (bytes32[] memory ids) {
        Exclusive[] storage list = _exclusiveLicences[workId];
        ids = new bytes32[](list.length);
        for (uint256 i = 0; i < ids.length; ++i) {
            ids[i] = list[i].licenceId;
        }
    }

    function _addExclusive(bytes32 licenceId, uint256 workId, Scope memory scope) internal {
        _exclusiveLicences[workId].push(Exclusive(licenceId, uint40(block.timestamp), 0, scope));
    }

    function _endExclusive(bytes32 licenceId, uint256 workId) internal {
        Exclusive[] storage list = _exclusiveLicences[workId];
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i].licenceId == licenceId) list[i].revokedAt = uint40(block.timestamp);
        }
    }

    /// @dev Zero when there is room for one more, else the limit.
    function _fullAt(uint256 workId, bool byOwner) internal view returns (uint256) {
        uint256 limit = byOwner ? MAX_EXCLUSIVES : MAX_BY_AGENTS;
        return _exclusiveLicences[workId].length < limit ? 0 : limit;
    }

    /// @dev Reverts LicenceExclusiveOverlap where an exclusive licence other than `self` stands against one dated
    /// `time`.
    function _requireNoExclusive(bytes32 self, uint256 workId, Scope memory scope, uint256 time) internal view {
        bytes32 existing = _exclusiveAgainst(self, workId, scope, time);
        if (existing != bytes32(0)) revert LicenceExclusiveOverlap(existing);
    }

    /// @dev The first exclusive licence other than `self` that stands against one dated `time`; zero for none.
    function _exclusiveAgainst(
        bytes32 self,
        uint256 workId,
        Scope memory scope,
        uint256 time
    ) internal view returns (bytes32) {
        Exclusive[] storage list = _exclusiveLicences[workId];
        uint256 count = list.length;
        for (uint256 i = 0; i < count; ++i) {
            Exclusive storage found = list[i];
            if (time < found.recordedAt || (found.revokedAt != 0 && time >= found.revokedAt)) continue;
            if (Scopes.overlaps(scope, found.scope) && found.licenceId != self) return found.licenceId;
        }
        return bytes32(0);
    }
}

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

    function _addExclusive(bytes32 licenceId, uint256 workId, Scope memory scope, bool byOwner) internal {
        Exclusive[] storage list = _exclusiveLicences[workId];
        uint256 limit = byOwner ? MAX_EXCLUSIVES : MAX_BY_AGENTS;
        if (list.length >= limit) revert LicenceExclusiveTooMany(workId, limit);
        list.push(Exclusive(licenceId, uint40(block.timestamp), 0, scope));
    }

    function _endExclusive(bytes32 licenceId, uint256 workId) internal {
        Exclusive[] storage list = _exclusiveLicences[workId];
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i].licenceId == licenceId) list[i].revokedAt = uint40(block.timestamp);
        }
    }

    /// @dev Reverts LicenceExclusiveOverlap where an exclusive licence stands against one dated `time`.
    function _requireNoExclusive(uint256 workId, Scope memory scope, uint256 time) internal view {
        Exclusive[] storage list = _exclusiveLicences[workId];
        uint256 count = list.length;
        for (uint256 i = 0; i < count; ++i) {
            Exclusive storage found = list[i];
            if (time < found.recordedAt || (found.revokedAt != 0 && time >= found.revokedAt)) continue;
            if (Scopes.overlaps(scope, found.scope)) {
                revert LicenceExclusiveOverlap(found.licenceId);
            }
        }
    }
}

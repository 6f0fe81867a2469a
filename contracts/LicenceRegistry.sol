// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ICopyrightRegistry} from "../interfaces/ICopyrightRegistry.sol";
import {ILicenceRegistry} from "../interfaces/ILicenceRegistry.sol";
import {ILicences} from "../interfaces/ILicences.sol";
import {LicenceEvidence} from "./licensing/LicenceEvidence.sol";
import {Mandates} from "./licensing/Mandates.sol";

/// @title LicenceRegistry
/// @notice Records licences, keeps their holders and end users, and says whether one covers a use.
/// @dev Immutable: no proxy, no owner. PAUSER is a role of the AccessManager given as authority.
contract LicenceRegistry is ILicenceRegistry, LicenceEvidence, AccessManaged, Pausable {
    uint8 private constant OUTSIDE_MEDIA = 1;
    uint8 private constant OUTSIDE_TERRITORIES = 2;
    uint8 private constant OUTSIDE_TIME = 4;
    uint8 private constant BEFORE_NAMING = 8;
    uint8 private constant AFTER_REVOCATION = 16;

    mapping(bytes32 licenceId => Record) private _records;
    mapping(bytes32 licenceId => address) private _holders;
    mapping(bytes32 licenceId => mapping(bytes32 endUser => uint40)) private _namedAt;

    /// @param authority the AccessManager
    /// @param registry whose titles' owners license
    constructor(
        address authority,
        ICopyrightRegistry registry
    ) Mandates(registry) AccessManaged(authority) {}

    /// @inheritdoc ILicences
    function grantLicence(
        Licence memory licence
    ) external override whenNotPaused returns (bytes32 licenceId) {
        if (licence.licensor != msg.sender) revert LicenceLicensorMismatch(licence.licensor, msg.sender);
        if (licence.issuedAt | licence.redeemUntil != 0) {
            revert LicenceDateGiven(licence.issuedAt, licence.redeemUntil);
        }
        licence.issuedAt = uint40(block.timestamp);
        _requireSound(licence);
        address owner = _requireLicensed(licence, block.timestamp);
        uint64 below = _exclusiveBelow(licence.mandate, owner, licence.workId, licence.scope);
        if (below != 0) revert LicenceMandateOverlap(below);
        _requireNoExclusive(bytes32(0), licence.workId, licence.scope, block.timestamp);
        licenceId = _idOf(licence);
        _record(licence, licenceId, Means.Grant);
    }

    /// @inheritdoc ILicences
    function redeemVoucher(
        Licence memory licence,
        bytes calldata signature
    ) external override returns (bytes32 licenceId) {
        licenceId = _idOf(licence);
        _requireVoucher(licence, licenceId, signature);
        _record(licence, licenceId, Means.Voucher);
    }

    /// @inheritdoc ILicences
    function recordReported(
        Licence memory licence,
        Inclusion calldata inclusion
    ) external override returns (bytes32 licenceId) {
        licenceId = _idOf(licence);
        _requireReported(licence, licenceId, inclusion);
        _record(licence, licenceId, Means.Report);
    }

    /// @inheritdoc ILicences
    function revokeLicence(Licence memory licence) external override {
        bytes32 licenceId = _idOf(licence);
        if (licence.flags & REVOCABLE == 0) revert LicenceNotRevocable(licenceId);
        _requireMayRevoke(licence, licenceId);
        Record storage record = _records[licenceId];
        _requireNotRevoked(record, licenceId);
        record.revokedAt = uint40(block.timestamp);
        if (licence.flags & EXCLUSIVE != 0) _endExclusive(licenceId, licence.workId);
        emit LicenceRevoked(licenceId, licence.workId, msg.sender);
    }

    /// @inheritdoc ILicences
    function transferLicence(Licence memory licence, address to) external override {
        bytes32 licenceId = _idOf(licence);
        Record storage record = _recorded(licenceId);
        if (licence.flags & TRANSFERABLE == 0) revert LicenceNotTransferable(licenceId);
        _requireHolder(licence, licenceId);
        if (to == address(0) || to == msg.sender) revert LicenceHolderInvalid(to);
        _requireNotRevoked(record, licenceId);
        _holders[licenceId] = to;
        emit LicenceTransferred(licenceId, msg.sender, to);
    }

    /// @inheritdoc ILicences
    function nameEndUser(Licence memory licence, bytes32 endUser) external override {
        bytes32 licenceId = _idOf(licence);
        Record storage record = _recorded(licenceId);
        _requireHolder(licence, licenceId);
        if (endUser == bytes32(0) || endUser == licence.endUser) revert LicenceEndUserInvalid(endUser);
        if (_namedAt[licenceId][endUser] != 0) revert LicenceEndUserAlreadyNamed(licenceId, endUser);
        if (record.seatsUsed >= licence.seats) revert LicenceSeatsTaken(licenceId, licence.seats);
        _requireNotRevoked(record, licenceId);
        uint32 seat = ++record.seatsUsed;
        _namedAt[licenceId][endUser] = uint40(block.timestamp);
        emit EndUserNamed(licenceId, endUser, seat);
    }

    /// @inheritdoc ILicenceRegistry
    function pause() external override restricted {
        _pause();
    }

    /// @inheritdoc ILicenceRegistry
    function unpause() external override restricted {
        _unpause();
    }

    /// @inheritdoc ILicences
    function covers(Licence memory licence, Use calldata use) external view override returns (uint8) {
        bytes32 licenceId = _idOf(licence);
        _recorded(licenceId);
        return _outside(licence, licenceId, use);
    }

    /// @inheritdoc ILicences
    function coversVoucher(
        Licence memory licence,
        Use calldata use,
        bytes calldata signature
    ) external view override returns (uint8) {
        bytes32 licenceId = _idOf(licence);
        _requireVoucher(licence, licenceId, signature);
        return _outside(licence, licenceId, use);
    }

    /// @inheritdoc ILicences
    function coversReported(
        Licence memory licence,
        Use calldata use,
        Inclusion calldata inclusion
    ) external view override returns (uint8) {
        bytes32 licenceId = _idOf(licence);
        _requireReported(licence, licenceId, inclusion);
        return _outside(licence, licenceId, use);
    }

    /// @inheritdoc ILicences
    function recordOf(bytes32 licenceId) external view override returns (Record memory) {
        return _records[licenceId];
    }

    /// @inheritdoc ILicences
    function holderOf(Licence memory licence) external view override returns (address) {
        bytes32 licenceId = _idOf(licence);
        return _records[licenceId].means == Means.None ? address(0) : _holder(licence, licenceId);
    }

    /// @inheritdoc ILicences
    function namedAt(bytes32 licenceId, bytes32 endUser) external view override returns (uint40) {
        return _namedAt[licenceId][endUser];
    }

    function _record(Licence memory licence, bytes32 licenceId, Means means) private {
        Record storage record = _records[licenceId];
        if (record.means != Means.None) revert LicenceAlreadyRecorded(licenceId);
        // One revoked before it was recorded excludes nothing.
        if (licence.flags & EXCLUSIVE != 0 && record.revokedAt == 0) _exclude(licence, licenceId, means);
        record.means = means;
        record.recordedAt = uint40(block.timestamp);
        emit LicenceRecorded(licenceId, licence.workId, means, licence);
    }

    /// @dev A grant reverts where it cannot exclude others. A voucher or a row of a report is recorded all the same:
    /// what its licensor did in the meantime must not take a valid licence from its buyer.
    function _exclude(Licence memory licence, bytes32 licenceId, Means means) private {
        (uint64 mandate, uint256 workId) = (licence.mandate, licence.workId);
        bool must = means == Means.Grant;
        uint256 settledAt = uint256(_registry.titleOf(workId).registeredAt) + _registry.oppositionPeriod();
        if (block.timestamp <= settledAt) {
            if (must) revert LicenceTitleUnsettled(workId, settledAt);
            return;
        }
        if (!must && !_mayLicenseNow(licence)) return;
        bytes32 existing = _exclusiveAgainst(licenceId, workId, licence.scope, block.timestamp);
        if (existing != bytes32(0)) return;
        uint64 other = _givenOverlap(mandate, licence.licensor, workId, licence.scope);
        if (other != 0) {
            if (must) revert LicenceMandateOverlap(other);
            return;
        }
        uint256 limit = _fullAt(workId, mandate == 0);
        if (limit != 0) {
            if (must) revert LicenceExclusiveTooMany(workId, limit);
            return;
        }
        _addExclusive(licenceId, workId, licence.scope);
        emit ExclusivityBegan(licenceId, workId);
    }

    function _requireMayRevoke(Licence memory licence, bytes32 licenceId) private view {
        uint256 workId = licence.workId;
        if (_registry.ownerAt(workId, block.timestamp) == msg.sender) return;
        if (licence.licensor != msg.sender || licence.mandate == 0) {
            revert LicenceRevokeUnauthorized(licenceId, msg.sender);
        }
        (address owner, ) = _requireAuthority(
            licence.mandate,
            msg.sender,
            workId,
            licence.scope,
            block.timestamp,
            block.timestamp
        );
        _requireOwner(workId, owner, block.timestamp);
    }

    /// @dev Whether the licensor of a licence that was valid at its date could give it today.
    function _mayLicenseNow(Licence memory licence) private view returns (bool) {
        uint64 mandate = licence.mandate;
        address owner = mandate == 0 ? licence.licensor : _links[mandate].owner;
        return _registry.ownerAt(licence.workId, block.timestamp) == owner && _deadLink(mandate, block.timestamp) == 0;
    }

    function _recorded(bytes32 licenceId) private view returns (Record storage record) {
        record = _records[licenceId];
        if (record.means == Means.None) revert LicenceUnknown(licenceId);
    }

    function _requireHolder(Licence memory licence, bytes32 licenceId) private view {
        if (_holder(licence, licenceId) != msg.sender) revert LicenceNotHolder(licenceId, msg.sender);
    }

    function _requireNotRevoked(Record storage record, bytes32 licenceId) private view {
        if (record.revokedAt != 0) revert LicenceAlreadyRevoked(licenceId, record.revokedAt);
    }

    function _holder(Licence memory licence, bytes32 licenceId) private view returns (address holder) {
        holder = _holders[licenceId];
        if (holder == address(0)) holder = licence.licensee;
    }

    function _outside(
        Licence memory licence,
        bytes32 licenceId,
        Use calldata use
    ) private view returns (uint8 outside) {
        if (use.time > block.timestamp) revert LicenceTimeInFuture(use.time);
        bytes32 endUser = keccak256(abi.encode(use.name, use.salt));
        if (endUser != licence.endUser) {
            uint40 named = _namedAt[licenceId][endUser];
            if (named == 0) revert LicenceEndUserMismatch(licenceId, endUser);
            if (use.time < named) outside |= BEFORE_NAMING;
        }
        if (use.media & ~licence.scope.media != 0) outside |= OUTSIDE_MEDIA;
        if (use.territories & ~licence.scope.territories != 0) outside |= OUTSIDE_TERRITORIES;
        if (use.time < licence.scope.from || use.time >= licence.scope.until) outside |= OUTSIDE_TIME;
        uint40 revokedAt = _records[licenceId].revokedAt;
        if (revokedAt != 0 && use.time >= revokedAt) outside |= AFTER_REVOCATION;
    }
}

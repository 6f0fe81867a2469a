// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ILicences} from "../../interfaces/ILicences.sol";
import {ExclusiveLicences} from "./ExclusiveLicences.sol";
import {LicenceIds} from "./LicenceIds.sol";
import {Mandates} from "./Mandates.sol";
import {SalesReports} from "./SalesReports.sol";
import {Scopes} from "./Scopes.sol";

/// @title What makes a licence valid
/// @notice Form, authority, ownership, exclusivity, and the evidence of vouchers and reports.
abstract contract LicenceEvidence is LicenceIds, ExclusiveLicences, Mandates, SalesReports {
    uint8 internal constant EXCLUSIVE = 1;
    uint8 internal constant TRANSFERABLE = 2;
    uint8 internal constant REVOCABLE = 8;
    uint8 private constant ALL_FLAGS = 15;

    mapping(address licensor => mapping(uint64 nonce => bool)) private _cancelled;

    /// @inheritdoc ILicences
    function cancelVoucher(uint64 nonce) external override {
        if (_cancelled[msg.sender][nonce]) revert LicenceVoucherCancelled(msg.sender, nonce);
        _cancelled[msg.sender][nonce] = true;
        emit VoucherCancelled(msg.sender, nonce);
    }

    /// @inheritdoc ILicences
    function isVoucherCancelled(address licensor, uint64 nonce) external view override returns (bool) {
        return _cancelled[licensor][nonce];
    }

    function _requireVoucher(Licence memory licence, bytes32 licenceId, bytes calldata signature) internal view {
        _requireSound(licence);
        if (licence.issuedAt > block.timestamp) revert LicenceInFuture(licence.issuedAt);
        if (licence.redeemUntil != 0 && block.timestamp > licence.redeemUntil) {
            revert LicenceVoucherExpired(licenceId, licence.redeemUntil);
        }
        address licensor = licence.licensor;
        if (_cancelled[licensor][licence.nonce]) revert LicenceVoucherCancelled(licensor, licence.nonce);
        if (!SignatureChecker.isValidSignatureNow(licensor, licenceId, signature)) {
            revert LicenceSignatureInvalid(licenceId, licensor);
        }
        _requireLicensed(licence, block.timestamp);
        _requireNoExclusive(licenceId, licence.workId, licence.scope, licence.issuedAt);
    }

    function _requireReported(
        Licence memory licence,
        bytes32 licenceId,
        Inclusion calldata inclusion
    ) internal view {
        _requireSound(licence);
        Report calldata report = inclusion.report;
        _requireIncluded(
            licence.licensor,
            inclusion.index,
            report,
            inclusion.row,
            licenceId,
            inclusion.proof
        );
        uint256 issuedAt = licence.issuedAt;
        if (issuedAt <= report.previousThrough || issuedAt > report.completeThrough) {
            revert LicenceOutsideReport(licenceId, issuedAt, report.previousThrough, report.completeThrough);
        }
        // The second before: what happened in the submission's own second may still change after it.
        _requireLicensed(licence, report.submittedAt - 1);
        _requireNoExclusive(licenceId, licence.workId, licence.scope, issuedAt);
    }

    /// @dev Reverts unless the licensor might license at issuedAt and the evidence is not late. Returns the owner.
    function _requireLicensed(Licence memory licence, uint256 evidenceAt) internal view returns (address owner) {
        uint64 mandate = licence.mandate;
        uint256 reportingPeriod;
        if (mandate == 0) {
            owner = licence.licensor;
        } else {
            (owner, reportingPeriod) = _requireAuthority(
                mandate,
                licence.licensor,
                licence.workId,
                licence.scope,
                licence.issuedAt,
                evidenceAt
            );
            if (licence.flags & EXCLUSIVE != 0 && !_links[mandate].exclusive) {
                revert LicenceExclusiveUnauthorized(mandate);
            }
        }
        _requireOwner(licence.workId, owner, licence.issuedAt);
        unchecked {
            // Both are far below 2^256: seconds of 40 bits and a period of 32.
            if (evidenceAt > licence.issuedAt + reportingPeriod) {
                _requireOwner(licence.workId, owner, evidenceAt - reportingPeriod);
            }
        }
    }

    /// @dev Nobody (zero) never gets here: it signs nothing, sends nothing, and gives no mandate.
    function _requireOwner(uint256 workId, address account, uint256 time) internal view {
        if (_registry.ownerAt(workId, time) != account) {
            revert LicenceNotOwner(workId, account, time);
        }
    }

    function _requireSound(Licence memory licence) internal pure {
        if (licence.flags > ALL_FLAGS) revert LicenceFlagsUnknown(licence.flags);
        if (Scopes.isEmpty(licence.scope)) revert LicenceScopeEmpty();
        // Seats without a holder are nobody's: only the licensee can name whom they are for.
        if (licence.endUser == bytes32(0) && (licence.seats == 0 || licence.licensee == address(0))) {
            revert LicenceEndUserMissing();
        }
    }
}

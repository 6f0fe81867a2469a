// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {ILicences} from "./ILicences.sol";
import {IMandates} from "./IMandates.sol";
import {ISalesReports} from "./ISalesReports.sol";

/// @title The one contract of mandates, sales reports and licences
/// @notice One address, since a licence rests on all three and calls between contracts would cost each grant 6,000 gas.
interface ILicenceRegistry is ILicences, IMandates, ISalesReports {
    /// @notice Stops new grants; never reading, proving, redeeming, reporting, naming, transferring or revoking.
    /// @dev Emits Paused. Requirements: PAUSER (AccessManagedUnauthorized), not paused (EnforcedPause).
    function pause() external;

    /// @notice Resumes them.
    /// @dev Emits Unpaused. Requirements: PAUSER (AccessManagedUnauthorized), paused (ExpectedPause).
    function unpause() external;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {VestingWallet} from "@openzeppelin/contracts/finance/VestingWallet.sol";
import {VestingWalletCliff} from "@openzeppelin/contracts/finance/VestingWalletCliff.sol";

/// @title TeamVesting
/// @notice OpenZeppelin's VestingWallet with a cliff, unchanged; a sale's teamWallet.
contract TeamVesting is VestingWalletCliff {
    /// @param beneficiary its owner, who gets what has vested
    /// @param startTime when vesting begins, Unix seconds
    /// @param duration seconds from then until all has vested
    /// @param cliffDuration seconds from then before which nothing has
    constructor(
        address beneficiary,
        uint64 startTime,
        uint64 duration,
        uint64 cliffDuration
    ) VestingWallet(beneficiary, startTime, duration) VestingWalletCliff(cliffDuration) {}
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title The terms of a sale of the registry token
/// @notice What a sale is made of; nobody can change it after deployment.
/// @dev Normative text: docs/specification.md, section 10. Times are Unix seconds, money is wei, tokens are in units of
/// 10^-18. Rates are whole tokens per ether, which is units per wei; a bonus is in basis points.
interface ISaleTerms {
    /// @notice Who may buy in a round.
    /// @param None everybody
    /// @param List who is on the list
    /// @param ListOrApproval these, and who brings an operator's signed approval; it puts them on the list
    enum WhitelistRule {
        None,
        List,
        ListOrApproval
    }

    /// @notice A part of the sale's time.
    /// @param openingTime first second at which it is open, Unix seconds
    /// @param closingTime first second at which it no longer is, Unix seconds
    /// @param rate whole tokens per ether in every tranche; zero: each tranche's own rate
    /// @param bonus tokens on top, basis points of the rate; they are sold like the others
    /// @param rule who may buy
    struct Round {
        uint40 openingTime;
        uint40 closingTime;
        uint32 rate;
        uint16 bonus;
        WhitelistRule rule;
    }

    /// @notice A part of the tokens; the first begins at zero, each other where the one before ends.
    /// @param upTo tokens sold when it is used up, counted from the sale's beginning
    /// @param rate whole tokens per ether
    struct Tranche {
        uint96 upTo;
        uint32 rate;
    }

    /// @notice What a sale is made of: the constructor's only argument. Its errors tell the conditions.
    /// @dev The token is deployed first and mints all to the sale, whose address follows from the deployer's nonce.
    /// @param authority the AccessManager
    /// @param token the token; the sale must hold `teamTokens` and what the last tranche ends with, no more and no less
    /// @param wallet gets the proceeds after success
    /// @param teamWallet gets the team's tokens after success: a VestingWallet
    /// @param teamTokens the team's tokens; the sale holds them until it is finalised
    /// @param goal soft cap: with less, wei, the sale fails and refunds all; zero for none
    /// @param cap hard cap, wei
    /// @param minimum least a payment, wei
    /// @param maximum most an address over all its payments, wei
    /// @param acceptsBareEther whether ether sent without data buys for its sender; else it is refused
    /// @param rounds in the order of their times, 1 to 16
    /// @param tranches in the order of their ends, 1 to 16
    struct Parameters {
        address authority;
        address token;
        address wallet;
        address teamWallet;
        uint96 teamTokens;
        uint96 goal;
        uint96 cap;
        uint96 minimum;
        uint96 maximum;
        bool acceptsBareEther;
        Round[] rounds;
        Tranche[] tranches;
    }

    /// @notice Constructor: an address that must be given is zero.
    error SaleZeroAddress();

    /// @notice Constructor: the number of rounds and tranches must be 1 to 16.
    error SaleInvalidLengths(uint256 rounds, uint256 tranches);

    /// @notice Constructor: the round is over before it begins, or begins in the past or before the one before it ends.
    error SaleInvalidRound(uint256 index);

    /// @notice Constructor: the tranche has no tokens or no rate.
    error SaleInvalidTranche(uint256 index);

    /// @notice Constructor: 0 < minimum <= maximum and goal <= cap and cap > 0 do not all hold; wei.
    error SaleInvalidLimits(uint256 minimum, uint256 maximum, uint256 goal, uint256 cap);

    /// @notice Constructor: a sale that sells everything may raise as little as `least` wei and so would fail.
    error SaleUnreachableGoal(uint256 goal, uint256 least);

    /// @notice Constructor: the sale holds other than what it sells and gives to the team; units.
    error SaleUnheldTokens(uint256 held, uint256 needed);

    /// @notice The rounds, in order.
    function rounds() external view returns (Round[] memory);

    /// @notice The tranches, in order.
    function tranches() external view returns (Tranche[] memory);

    /// @notice When the first round opens, Unix seconds.
    function openingTime() external view returns (uint256);

    /// @notice When the last round closes, Unix seconds.
    function closingTime() external view returns (uint256);

    /// @notice The token that is sold.
    function token() external view returns (address);

    /// @notice Who gets the proceeds.
    function wallet() external view returns (address);

    /// @notice Who gets the team's tokens.
    function teamWallet() external view returns (address);

    /// @notice The team's tokens, units.
    function teamTokens() external view returns (uint256);

    /// @notice What is for sale: where the last tranche ends, units.
    function tokensForSale() external view returns (uint256);

    /// @notice The soft cap, wei.
    function goal() external view returns (uint256);

    /// @notice The hard cap, wei.
    function cap() external view returns (uint256);

    /// @notice The least a payment, wei.
    function minimum() external view returns (uint256);

    /// @notice The most an address over all its payments, wei.
    function maximum() external view returns (uint256);

    /// @notice Whether ether sent without data buys for its sender.
    function acceptsBareEther() external view returns (bool);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ISaleTerms} from "../../interfaces/ISaleTerms.sol";
import {CodeData} from "./CodeData.sol";
import {SalePricing} from "./SalePricing.sol";
import {SaleTable} from "./SaleTable.sol";

/// @title Terms of a sale
/// @notice Checked once, at deployment. Rounds and tranches are the code of a contract of their own.
abstract contract SaleTerms is ISaleTerms {
    uint256 private constant MOST = 16;

    /// @inheritdoc ISaleTerms
    address public immutable override token;
    /// @inheritdoc ISaleTerms
    address public immutable override wallet;
    /// @inheritdoc ISaleTerms
    address public immutable override teamWallet;
    /// @inheritdoc ISaleTerms
    uint256 public immutable override teamTokens;
    /// @inheritdoc ISaleTerms
    uint256 public immutable override tokensForSale;
    /// @inheritdoc ISaleTerms
    uint256 public immutable override goal;
    /// @inheritdoc ISaleTerms
    uint256 public immutable override cap;
    /// @inheritdoc ISaleTerms
    uint256 public immutable override minimum;
    /// @inheritdoc ISaleTerms
    uint256 public immutable override maximum;
    /// @inheritdoc ISaleTerms
    uint256 public immutable override openingTime;
    /// @inheritdoc ISaleTerms
    uint256 public immutable override closingTime;
    /// @inheritdoc ISaleTerms
    bool public immutable override acceptsBareEther;

    CodeData private immutable _roundsAndTranches;

    constructor(Parameters memory given) {
        if (given.token == address(0) || given.wallet == address(0) || given.teamWallet == address(0)) {
            revert SaleZeroAddress();
        }
        _checkLengths(given.rounds.length, given.tranches.length);
        _checkRounds(given.rounds);
        _checkTranches(given.tranches);
        _checkLimits(given);
        token = given.token;
        wallet = given.wallet;
        teamWallet = given.teamWallet;
        teamTokens = given.teamTokens;
        tokensForSale = given.tranches[given.tranches.length - 1].upTo;
        goal = given.goal;
        cap = given.cap;
        minimum = given.minimum;
        maximum = given.maximum;
        openingTime = given.rounds[0].openingTime;
        closingTime = given.rounds[given.rounds.length - 1].closingTime;
        acceptsBareEther = given.acceptsBareEther;
        _roundsAndTranches = new CodeData(
            abi.encode(SaleTable.pack(given.rounds), SaleTable.pack(given.tranches))
        );
        uint256 held = IERC20(token).balanceOf(address(this));
        uint256 needed = tokensForSale + teamTokens;
        if (held != needed) revert SaleUnheldTokens(held, needed);
    }

    /// @inheritdoc ISaleTerms
    function rounds() external view override returns (Round[] memory found) {
        (uint256[] memory words, ) = _terms();
        found = new Round[](words.length);
        for (uint256 i = 0; i < words.length; ++i) {
            found[i] = SaleTable.round(words[i]);
        }
    }

    /// @inheritdoc ISaleTerms
    function tranches() external view override returns (Tranche[] memory found) {
        (, uint256[] memory words) = _terms();
        found = new Tranche[](words.length);
        for (uint256 i = 0; i < words.length; ++i) {
            found[i] = SaleTable.tranche(words[i]);
        }
    }

    /// @dev The rounds and the tranches, packed.
    function _terms() internal view returns (uint256[] memory, uint256[] memory) {
        return abi.decode(address(_roundsAndTranches).code, (uint256[], uint256[]));
    }

    function _checkRounds(Round[] memory given) private view {
        uint256 earliest = block.timestamp;
        for (uint256 i = 0; i < given.length; ++i) {
            if (given[i].openingTime < earliest || given[i].closingTime <= given[i].openingTime) {
                revert SaleInvalidRound(i);
            }
            earliest = given[i].closingTime;
        }
    }

    function _checkLengths(uint256 roundCount, uint256 trancheCount) private pure {
        if (roundCount == 0 || roundCount > MOST || trancheCount == 0 || trancheCount > MOST) {
            revert SaleInvalidLengths(roundCount, trancheCount);
        }
    }

    function _checkTranches(Tranche[] memory given) private pure {
        uint256 end = 0;
        for (uint256 i = 0; i < given.length; ++i) {
            if (given[i].upTo <= end || given[i].rate == 0) revert SaleInvalidTranche(i);
            end = given[i].upTo;
        }
    }

    function _checkLimits(Parameters memory given) private pure {
        if (given.minimum == 0 || given.minimum > given.maximum || given.goal > given.cap || given.cap == 0) {
            revert SaleInvalidLimits(given.minimum, given.maximum, given.goal, given.cap);
        }
        uint256 least = SalePricing.least(given.rounds, given.tranches);
        if (given.goal > least) revert SaleUnreachableGoal(given.goal, least);
    }
}

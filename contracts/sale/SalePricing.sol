// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ISaleTerms} from "../../interfaces/ISaleTerms.sol";
import {ITokenSale} from "../../interfaces/ITokenSale.sol";
import {SaleTable} from "./SaleTable.sol";

/// @title Prices of a sale
/// @notice A payment is split at the ends of tranches and each part is rounded on its own, in the sale's favour: a part
/// that uses its tranche up costs the price rounded up to a wei; any other buys the tokens rounded down to a unit.
library SalePricing {
    uint256 private constant BASIS_POINTS = 10_000;

    /// @notice Units for 10,000 wei in a tranche during a round.
    function rate(
        ISaleTerms.Round memory round,
        ISaleTerms.Tranche memory tranche
    ) internal pure returns (uint256) {
        uint256 base = round.rate == 0 ? tranche.rate : round.rate;
        return base * (BASIS_POINTS + round.bonus);
    }

    /// @notice Price of `tokens` units at a rate, rounded up, wei.
    function price(uint256 tokens, uint256 rate_) internal pure returns (uint256) {
        return Math.ceilDiv(tokens * BASIS_POINTS, rate_);
    }

    /// @notice What at most `budget` wei buy when `sold` units are sold already.
    /// @param tranches packed
    /// @param sold less than where the last tranche ends
    function split(
        uint256[] memory tranches,
        ISaleTerms.Round memory round,
        uint256 sold,
        uint256 budget
    ) internal pure returns (ITokenSale.Part[] memory parts) {
        uint256 first = 0;
        while (SaleTable.tranche(tranches[first]).upTo <= sold) ++first;
        parts = new ITokenSale.Part[](tranches.length - first);
        uint256 count = 0;
        while (budget > 0 && count < parts.length) {
            ITokenSale.Part memory part = parts[count];
            part.tranche = first + count;
            ISaleTerms.Tranche memory tranche = SaleTable.tranche(tranches[part.tranche]);
            uint256 left = tranche.upTo - sold;
            uint256 rate_ = rate(round, tranche);
            uint256 whole = price(left, rate_);
            (part.weiAmount, part.tokens) = budget < whole
                ? (budget, (budget * rate_) / BASIS_POINTS)
                : (whole, left);
            budget -= part.weiAmount;
            sold += part.tokens;
            ++count;
        }
        // Only ever shortens: the parts behind the last one are not used.
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(parts, count)
        }
    }

    /// @notice The sum of parts.
    function total(
        ITokenSale.Part[] memory parts
    ) internal pure returns (uint256 weiAmount, uint256 tokens) {
        for (uint256 i = 0; i < parts.length; ++i) {
            weiAmount += parts[i].weiAmount;
            tokens += parts[i].tokens;
        }
    }

    /// @notice The least that a sale of everything raises, whenever it is bought, wei.
    function least(
        ISaleTerms.Round[] memory rounds,
        ISaleTerms.Tranche[] memory tranches
    ) internal pure returns (uint256 weiAmount) {
        uint256 sold = 0;
        for (uint256 i = 0; i < tranches.length; ++i) {
            uint256 best = 0;
            for (uint256 j = 0; j < rounds.length; ++j) {
                best = Math.max(best, rate(rounds[j], tranches[i]));
            }
            weiAmount += price(tranches[i].upTo - sold, best);
            sold = tranches[i].upTo;
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SalePricing} from "contracts/sale/SalePricing.sol";
import {SaleTable} from "contracts/sale/SaleTable.sol";
import {ISaleTerms} from "interfaces/ISaleTerms.sol";
import {ITokenSale} from "interfaces/ITokenSale.sol";
import {Cheats} from "./Vm.sol";

/// @dev Properties of prices for any terms, position and payment: invariant S8.
contract SalePricingTest is Cheats {
    uint256 private constant COUNT = 4;

    struct Given {
        uint64[4] sizes;
        uint32[4] rates;
        uint32 flat;
        uint16 bonus;
        uint96 sold;
        uint96 first;
        uint96 second;
    }

    function testTheSumIsWithinTheBudgetAndWhatIsLeft(Given memory given) public pure {
        (uint256[] memory tranches, ISaleTerms.Round memory round, uint256 end) = _terms(given);
        uint256 sold = given.sold % end;
        ITokenSale.Part[] memory parts = SalePricing.split(tranches, round, sold, given.first);
        (uint256 cost, uint256 tokens) = SalePricing.total(parts);
        check(cost <= given.first && tokens <= end - sold, "within");
        check(cost == given.first || tokens == end - sold, "all is used, or all is sold");
        check((given.first == 0) == (parts.length == 0), "no part without a payment");
    }

    /// @dev Each part: its tranche is the next, it costs at most a wei more than exact, and never less than exact.
    function testEachPartIsExact(Given memory given) public pure {
        (uint256[] memory tranches, ISaleTerms.Round memory round, uint256 end) = _terms(given);
        uint256 sold = given.sold % end;
        ITokenSale.Part[] memory parts = SalePricing.split(tranches, round, sold, given.first);
        for (uint256 i = 0; i < parts.length; ++i) {
            ITokenSale.Part memory part = parts[i];
            ISaleTerms.Tranche memory tranche = SaleTable.tranche(tranches[part.tranche]);
            uint256 rate = uint256(given.flat == 0 ? tranche.rate : given.flat) * (10_000 + uint256(given.bonus));
            check(i == 0 || part.tranche == parts[i - 1].tranche + 1, "in order");
            check(part.weiAmount > 0 && part.tokens > 0, "nothing for nothing");
            check(part.weiAmount * rate >= part.tokens * 10_000, "never below its price");
            if (sold + part.tokens == tranche.upTo) {
                check((part.weiAmount - 1) * rate < part.tokens * 10_000, "a wei less would not do");
            } else {
                check(i + 1 == parts.length, "only the last leaves some");
                check(part.weiAmount * rate < (part.tokens + 1) * 10_000, "a unit more would cost more");
            }
            sold += part.tokens;
        }
    }

    /// @dev Cutting a payment in two never buys more, nor the same for less.
    function testCuttingAPaymentGainsNothing(Given memory given) public pure {
        uint256 both = uint256(given.first) + given.second;
        (uint256 cost, uint256 tokens) = _buy(given, 0, both);
        (uint256 cost1, uint256 tokens1) = _buy(given, 0, given.first);
        (uint256 cost2, uint256 tokens2) = _buy(given, tokens1, both - cost1);
        check(tokens1 + tokens2 <= tokens, "more by cutting");
        if (tokens1 + tokens2 == tokens) check(cost1 + cost2 >= cost, "cheaper by cutting");
    }

    function testTheTableKeepsRoundsAndTranches(
        uint40[2] memory times,
        uint32 rate,
        uint16 bonus,
        uint96 upTo
    ) public pure {
        ISaleTerms.Round[] memory rounds = new ISaleTerms.Round[](2);
        rounds[1] = ISaleTerms.Round(times[0], times[1], rate, bonus, ISaleTerms.WhitelistRule(rate % 3));
        ISaleTerms.Tranche[] memory tranches = new ISaleTerms.Tranche[](2);
        tranches[1] = ISaleTerms.Tranche(upTo, rate);
        ISaleTerms.Round memory found = SaleTable.round(SaleTable.pack(rounds)[1]);
        check(keccak256(abi.encode(found)) == keccak256(abi.encode(rounds[1])), "round");
        ISaleTerms.Tranche memory kept = SaleTable.tranche(SaleTable.pack(tranches)[1]);
        check(keccak256(abi.encode(kept)) == keccak256(abi.encode(tranches[1])), "tranche");
    }

    function _buy(Given memory given, uint256 more, uint256 budget) private pure returns (uint256, uint256) {
        (uint256[] memory tranches, ISaleTerms.Round memory round, uint256 end) = _terms(given);
        uint256 sold = (given.sold % end) + more;
        if (sold == end) return (0, 0);
        return SalePricing.total(SalePricing.split(tranches, round, sold, budget));
    }

    function _terms(
        Given memory given
    ) private pure returns (uint256[] memory words, ISaleTerms.Round memory round, uint256 end) {
        ISaleTerms.Tranche[] memory tranches = new ISaleTerms.Tranche[](COUNT);
        for (uint256 i = 0; i < COUNT; ++i) {
            end += uint256(given.sizes[i]) + 1;
            tranches[i] = ISaleTerms.Tranche(uint96(end), given.rates[i] == 0 ? 1 : given.rates[i]);
        }
        words = SaleTable.pack(tranches);
        round.rate = given.flat;
        round.bonus = given.bonus;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISaleTerms} from "../../interfaces/ISaleTerms.sol";

/// @title Rounds and tranches, a word each
/// @notice So that a purchase reads sixteen of each for little, and unpacks only those it needs.
library SaleTable {
    /// @dev From the lowest bit: openingTime 40, closingTime 40, rate 32, bonus 16, rule 8.
    function pack(ISaleTerms.Round[] memory rounds) internal pure returns (uint256[] memory words) {
        words = new uint256[](rounds.length);
        for (uint256 i = 0; i < rounds.length; ++i) {
            ISaleTerms.Round memory one = rounds[i];
            uint256 word = (uint256(one.rule) << 128) | (uint256(one.bonus) << 112) | (uint256(one.rate) << 80);
            words[i] = word | (uint256(one.closingTime) << 40) | one.openingTime;
        }
    }

    /// @dev From the lowest bit: upTo 96, rate 32.
    function pack(ISaleTerms.Tranche[] memory tranches) internal pure returns (uint256[] memory words) {
        words = new uint256[](tranches.length);
        for (uint256 i = 0; i < tranches.length; ++i) {
            words[i] = (uint256(tranches[i].rate) << 96) | tranches[i].upTo;
        }
    }

    function round(uint256 word) internal pure returns (ISaleTerms.Round memory) {
        return
            ISaleTerms.Round(
                uint40(word),
                uint40(word >> 40),
                uint32(word >> 80),
                uint16(word >> 112),
                ISaleTerms.WhitelistRule(uint8(word >> 128))
            );
    }

    function tranche(uint256 word) internal pure returns (ISaleTerms.Tranche memory) {
        return ISaleTerms.Tranche(uint96(word), uint32(word >> 96));
    }

    /// @dev Index of the round that is open at `time`; their number when none is.
    function openAt(uint256[] memory rounds, uint256 time) internal pure returns (uint256 index) {
        while (index < rounds.length && time >= uint40(rounds[index] >> 40)) ++index;
        if (index < rounds.length && time < uint40(rounds[index])) index = rounds.length;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TeamVesting} from "contracts/sale/TeamVesting.sol";
import {TokenSale} from "contracts/sale/TokenSale.sol";
import {ISaleTerms} from "interfaces/ISaleTerms.sol";
import {SaleSetting} from "./SaleSetting.sol";

/// @dev What a sale's constructor keeps and what it refuses, in the order of its checks.
contract SaleTermsTest is SaleSetting {
    function setUp() public {
        _setUp();
    }

    function testTerms() public {
        check(_sale.rounds().length == 3 && _sale.rounds()[2].bonus == 33, "rounds");
        check(_sale.tranches().length == 3 && _sale.tranches()[1].upTo == 4000 ether, "tranches");
        check(_sale.openingTime() == START && _sale.closingTime() == CLOSING, "times");
        check(_sale.tokensForSale() == FOR_SALE && _sale.teamTokens() == TEAM_TOKENS, "tokens");
        check(_sale.token() == address(_token) && _sale.wallet() == WALLET && _sale.teamWallet() == TEAM, "addresses");
        check(_sale.goal() == GOAL && _sale.cap() == CAP && _sale.minimum() == MINIMUM, "limits");
        check(_sale.maximum() == MAXIMUM && _sale.acceptsBareEther(), "maximum");
        check(!_sale.isOpen() && _sale.currentRound() == 3 && !_sale.hasClosed(), "not yet open");
        VM.warp(START);
        check(_sale.isOpen() && _sale.currentRound() == 0, "open");
        TeamVesting vesting = new TeamVesting(ALICE, 1000, 100, 10);
        check(vesting.cliff() == 1010, "vesting");
    }

    function testTermsRefuseZeroAddresses() public {
        for (uint256 i = 0; i < 3; ++i) {
            ISaleTerms.Parameters memory given = _given();
            if (i == 0) given.token = address(0);
            if (i == 1) given.wallet = address(0);
            if (i == 2) given.teamWallet = address(0);
            _refused(given, abi.encodeWithSelector(ISaleTerms.SaleZeroAddress.selector));
        }
    }

    function testTermsRefuseLengths() public {
        ISaleTerms.Parameters memory given = _given();
        given.rounds = new ISaleTerms.Round[](17);
        _refused(given, abi.encodeWithSelector(ISaleTerms.SaleInvalidLengths.selector, 17, 3));
        given.rounds = new ISaleTerms.Round[](0);
        _refused(given, abi.encodeWithSelector(ISaleTerms.SaleInvalidLengths.selector, 0, 3));
        given = _given();
        given.tranches = new ISaleTerms.Tranche[](17);
        _refused(given, abi.encodeWithSelector(ISaleTerms.SaleInvalidLengths.selector, 3, 17));
        given.tranches = new ISaleTerms.Tranche[](0);
        _refused(given, abi.encodeWithSelector(ISaleTerms.SaleInvalidLengths.selector, 3, 0));
    }

    function testTermsRefuseRoundsAndTranches() public {
        ISaleTerms.Parameters memory given = _given();
        given.rounds[1].openingTime = uint40(START + 999);
        _refused(given, abi.encodeWithSelector(ISaleTerms.SaleInvalidRound.selector, 1));
        given = _given();
        given.rounds[2].closingTime = given.rounds[2].openingTime;
        _refused(given, abi.encodeWithSelector(ISaleTerms.SaleInvalidRound.selector, 2));
        given = _given();
        given.tranches[1].upTo = given.tranches[0].upTo;
        _refused(given, abi.encodeWithSelector(ISaleTerms.SaleInvalidTranche.selector, 1));
        given = _given();
        given.tranches[2].rate = 0;
        _refused(given, abi.encodeWithSelector(ISaleTerms.SaleInvalidTranche.selector, 2));
    }

    function testTermsRefuseLimits() public {
        bytes4 limits = ISaleTerms.SaleInvalidLimits.selector;
        ISaleTerms.Parameters memory given = _given();
        given.minimum = 0;
        _refused(given, abi.encodeWithSelector(limits, 0, MAXIMUM, GOAL, CAP));
        given = _given();
        given.minimum = MAXIMUM + 1;
        _refused(given, abi.encodeWithSelector(limits, MAXIMUM + 1, MAXIMUM, GOAL, CAP));
        given = _given();
        given.goal = CAP + 1;
        _refused(given, abi.encodeWithSelector(limits, MINIMUM, MAXIMUM, CAP + 1, CAP));
        given = _given();
        (given.goal, given.cap) = (0, 0);
        _refused(given, abi.encodeWithSelector(limits, MINIMUM, MAXIMUM, 0, 0));
        given = _given();
        (given.goal, given.cap) = (50 ether, 50 ether);
        uint256 least = 0;
        uint256[3] memory sizes = [uint256(2000 ether), 2000 ether, 4000 ether];
        uint256[3] memory best = [uint256(18_648_000), 14_136_000, 12_000_000];
        for (uint256 i = 0; i < 3; ++i) {
            least += (sizes[i] * 10_000 + best[i] - 1) / best[i];
        }
        _refused(given, abi.encodeWithSelector(ISaleTerms.SaleUnreachableGoal.selector, 50 ether, least));
    }

    function testTermsRefuseOtherTokensThanHeld() public {
        ISaleTerms.Parameters memory given = _given();
        bytes memory held = abi.encodeWithSelector(
            ISaleTerms.SaleUnheldTokens.selector,
            0,
            uint256(FOR_SALE) + TEAM_TOKENS
        );
        _refused(given, held);
    }

    function _refused(ISaleTerms.Parameters memory given, bytes memory refusal) private {
        VM.expectRevert(refusal);
        new TokenSale(given);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ISaleTerms} from "interfaces/ISaleTerms.sol";
import {ISaleWhitelist} from "interfaces/ISaleWhitelist.sol";
import {ITokenSale} from "interfaces/ITokenSale.sol";
import {Refuser} from "./Attackers.sol";
import {SaleSetting} from "./SaleSetting.sol";

/// @dev What Brownie's tests show at length, these show to Forge, which measures the lines and branches that run.
contract TokenSaleTest is SaleSetting {
    function setUp() public {
        _setUp();
        VM.prank(_operator);
        _sale.setWhitelisted(_list(ALICE), true);
        VM.deal(ALICE, 100 ether);
        VM.deal(BOB, 100 ether);
    }

    function testBuy() public {
        _fails(_buy(ALICE, address(0), 0), abi.encodeWithSelector(ITokenSale.SaleZeroBeneficiary.selector));
        _fails(
            _buy(ALICE, ALICE, 0),
            abi.encodeWithSelector(ITokenSale.SaleNotOpen.selector, START - 1000)
        );
        VM.warp(START);
        _fails(_buy(BOB, BOB, 0), abi.encodeWithSelector(ISaleWhitelist.SaleUnlistedBuyer.selector, BOB));
        _block(BOB, true);
        bytes memory blocked = abi.encodeWithSelector(ISaleWhitelist.SaleBlockedAccount.selector, BOB);
        _fails(_buy(BOB, ALICE, 0), blocked);
        _fails(_buy(ALICE, BOB, 0), blocked);
        _fails(
            _buy(ALICE, ALICE, 10_000 ether),
            abi.encodeWithSelector(ITokenSale.SaleInsufficientTokens.selector, 1864.8 ether, 10_000 ether)
        );
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleInsufficientPayment.selector, 1, MINIMUM));
        VM.prank(ALICE);
        _sale.buyTokens{value: 1}(ALICE, 0);
        VM.expectRevert(
            abi.encodeWithSelector(ITokenSale.SaleExceededMaximum.selector, ALICE, 4 ether, MAXIMUM)
        );
        VM.prank(ALICE);
        _sale.buyTokens{value: 4 ether}(ALICE, 0);
        VM.prank(ALICE);
        check(_sale.buyTokens{value: 1 ether}(ALICE, 1864.8 ether) == 1864.8 ether, "bought");
        ISaleWhitelist.Account memory found = _sale.accountOf(ALICE);
        check(found.contribution == 1 ether && found.tokens == 1864.8 ether && found.whitelisted, "account");
        _block(BOB, false);
    }

    function testBareEther() public {
        VM.warp(START);
        VM.prank(ALICE);
        (bool done, ) = address(_sale).call{value: 1 ether}("");
        check(done && _sale.weiRaised() == 1 ether, "bought");
        ISaleTerms.Parameters memory given = _given();
        given.acceptsBareEther = false;
        given.token = address(0);
        for (uint256 i = 0; i < 3; ++i) {
            given.rounds[i].openingTime += 10_000;
            given.rounds[i].closingTime += 10_000;
        }
        _deploy(given, FOR_SALE + TEAM_TOKENS);
        VM.prank(ALICE);
        bytes memory answer;
        (done, answer) = address(_sale).call{value: 1 ether}("");
        check(!done && bytes4(answer) == ITokenSale.SaleRefusedEther.selector, "refused");
    }

    function testBuyWithApproval() public {
        ISaleWhitelist.Approval memory given = _approval(BOB);
        bytes memory signature = _signature(_sale, given, OPERATOR_KEY);
        VM.warp(START);
        _approved(given, signature, abi.encodeWithSelector(ISaleWhitelist.SaleUnlistedBuyer.selector, BOB));
        VM.warp(START + 2000);
        given.buyer = ALICE;
        _approved(given, signature, abi.encodeWithSelector(ISaleWhitelist.SaleWrongBuyer.selector, ALICE, BOB));
        given.buyer = BOB;
        given.expiry = START + 2000;
        bytes4 expired = ISaleWhitelist.SaleExpiredApproval.selector;
        _approved(given, signature, abi.encodeWithSelector(expired, START + 2000));
        given.expiry = CLOSING + 1;
        given.nonce = 1;
        _approved(given, signature, abi.encodeWithSelector(ISaleWhitelist.SaleWrongNonce.selector, 1, 0));
        given.nonce = 0;
        given.signer = ALICE;
        _approved(given, signature, abi.encodeWithSelector(ISaleWhitelist.SaleUnauthorizedSigner.selector, ALICE));
        given.signer = _operator;
        bytes memory forged = _signature(_sale, given, OPERATOR_KEY + 1);
        bytes4 invalid = ISaleWhitelist.SaleInvalidSignature.selector;
        _approved(given, forged, abi.encodeWithSelector(invalid, _operator));
        VM.prank(BOB);
        check(_sale.buyTokensWithApproval{value: 1 ether}(0, given, signature) == 1554 ether, "bought");
        _approved(given, signature, abi.encodeWithSelector(ISaleWhitelist.SaleWrongNonce.selector, 0, 1));
        check(_sale.accountOf(BOB).whitelisted, "listed");
        check(_sale.approvalTypehash() != bytes32(0), "type hash");
        VM.prank(_operator);
        _sale.cancelApprovals(_list(BOB));
        check(_sale.accountOf(BOB).nonce == 2, "cancelled");
    }

    function testWhitelist() public {
        VM.prank(_operator);
        _sale.setWhitelisted(_list(ALICE), true);
        VM.prank(_operator);
        _sale.setWhitelisted(_list(ALICE), false);
        check(!_sale.accountOf(ALICE).whitelisted && _sale.accountOf(ALICE).nonce == 1, "delisted");
        _block(ALICE, false);
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, ALICE);
        VM.expectRevert(refused);
        VM.prank(ALICE);
        _sale.setWhitelisted(_list(ALICE), true);
    }

    function testQuote() public {
        ITokenSale.Quote memory found = _sale.quote(ALICE, 1 ether);
        check(found.round == 3 && bytes4(found.refusal) == ITokenSale.SaleNotOpen.selector, "closed");
        VM.warp(START);
        found = _sale.quote(ALICE, 2 ether);
        check(found.refusal.length == 0 && found.parts.length == 2 && found.weiAccepted == 2 ether, "parts");
        found = _sale.quote(ALICE, 50 ether);
        check(_sale.tokensSold() == 0 && found.weiAccepted + found.weiCredited == 50 ether && found.weiCredited > 40 ether, "rest");
        _sale.checkPurchase(ALICE, 1 ether);
        _sellAll();
        found = _sale.quote(ALICE, 1 ether);
        check(found.tokens == 0 && bytes4(found.refusal) == ITokenSale.SaleSoldOut.selector, "sold out");
    }

    function testSuccess() public {
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleStillOpen.selector, CLOSING));
        _sale.finalise();
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleNotFinalised.selector));
        _sale.claim(ALICE, ALICE);
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleNotFinalised.selector));
        _sale.refund(ALICE, payable(ALICE));
        VM.warp(START + 3000);
        _sellAll();
        uint256 raised = _sale.weiRaised();
        uint256 credit = _sale.creditOf(BOB);
        check(credit > 0 && _sale.totalCredits() == credit && _sale.soldOut(), "credit");
        check(address(_sale).balance == raised + credit, "balance");
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleStillOpen.selector, CLOSING));
        _sale.finalise();
        VM.warp(START + 3001);
        _sale.finalise();
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleAlreadyFinalised.selector));
        _sale.finalise();
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleReachedGoal.selector, raised, GOAL));
        _sale.refund(ALICE, payable(ALICE));
        bytes4 receiver = ITokenSale.SaleUnauthorizedReceiver.selector;
        VM.expectRevert(abi.encodeWithSelector(receiver, ALICE, BOB));
        _sale.claim(ALICE, BOB);
        VM.expectRevert(abi.encodeWithSelector(receiver, ALICE, address(0)));
        VM.prank(ALICE);
        _sale.claim(ALICE, address(0));
        VM.prank(ALICE);
        _sale.claim(ALICE, address(0xCAFE));
        bytes4 nothing = ITokenSale.SaleNothingOwed.selector;
        VM.expectRevert(abi.encodeWithSelector(nothing, ALICE));
        _sale.claim(ALICE, ALICE);
        _sale.withdrawCredit(BOB, payable(BOB));
        VM.expectRevert(abi.encodeWithSelector(nothing, BOB));
        _sale.withdrawCredit(BOB, payable(BOB));
        _sale.withdraw();
        VM.expectRevert(abi.encodeWithSelector(nothing, WALLET));
        _sale.withdraw();
        check(WALLET.balance == raised && _sale.withdrawn() && _sale.finalised(), "withdrawn");
        check(_token.balanceOf(TEAM) == TEAM_TOKENS && address(_sale).balance == 0, "team");
        check(_token.cap() == FOR_SALE + TEAM_TOKENS && _token.nonces(ALICE) == 0, "token");
        VM.prank(address(0xCAFE));
        _token.approve(address(this), 1);
        _token.burnFrom(address(0xCAFE), 1);
    }

    function testMissedGoal() public {
        VM.warp(START + 3000);
        Refuser refuser = new Refuser();
        VM.deal(address(refuser), 1 ether);
        refuser.run(address(_sale), 1 ether, abi.encodeCall(_sale.buyTokens, (address(refuser), 0)));
        VM.prank(ALICE);
        _sale.buyTokens{value: 1 ether}(ALICE, 0);
        VM.warp(CLOSING);
        _sale.finalise();
        check(_token.totalSupply() == 0 && !_sale.goalReached(), "burned");
        bytes memory missed = abi.encodeWithSelector(ITokenSale.SaleMissedGoal.selector, 2 ether, GOAL);
        VM.expectRevert(missed);
        _sale.claim(ALICE, ALICE);
        VM.expectRevert(missed);
        _sale.withdraw();
        address stuck = address(refuser);
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleFailedPayment.selector, stuck, 1 ether));
        _sale.refund(stuck, payable(stuck));
        _sale.refund(ALICE, payable(ALICE));
        check(ALICE.balance == 100 ether, "refunded");
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleNothingOwed.selector, ALICE));
        _sale.refund(ALICE, payable(ALICE));
    }

    function testPause() public {
        VM.warp(START);
        VM.prank(PAUSING);
        _sale.pause();
        bytes memory paused = abi.encodeWithSelector(Pausable.EnforcedPause.selector);
        _fails(_buy(ALICE, ALICE, 0), paused);
        ISaleWhitelist.Approval memory given = _approval(BOB);
        _approved(given, _signature(_sale, given, OPERATOR_KEY), paused);
        VM.expectRevert(paused);
        _sale.checkPurchase(ALICE, 1 ether);
        VM.prank(PAUSING);
        _sale.unpause();
        VM.prank(ALICE);
        _sale.buyTokens{value: 1 ether}(ALICE, 0);
    }

    function _sellAll() private {
        for (uint160 i = 1; i < 3; ++i) {
            VM.prank(_operator);
            _sale.setWhitelisted(_list(address(i + 100)), true);
            VM.prank(ALICE);
            _sale.buyTokens{value: 2.5 ether}(address(i + 100), 0);
        }
        VM.prank(_operator);
        _sale.setWhitelisted(_list(BOB), true);
        VM.prank(ALICE);
        _sale.buyTokens{value: 0.5 ether}(ALICE, 0);
        VM.prank(BOB);
        _sale.buyTokens{value: 50 ether}(BOB, 0);
    }

    function _block(address account, bool on) private {
        VM.prank(_operator);
        _sale.setBlocked(_list(account), on);
    }

    function _approved(ISaleWhitelist.Approval memory given, bytes memory signature, bytes memory refusal) private {
        VM.expectRevert(refusal);
        VM.prank(BOB);
        _sale.buyTokensWithApproval{value: 1 ether}(0, given, signature);
    }

    /// @dev The answer of a purchase for one ether.
    function _buy(address sender, address beneficiary, uint256 least) private returns (bytes memory answer) {
        VM.prank(sender);
        bool done;
        bytes memory data = abi.encodeCall(_sale.buyTokens, (beneficiary, least));
        (done, answer) = address(_sale).call{value: 1 ether}(data);
        check(!done, "not refused");
    }

    function _fails(bytes memory answer, bytes memory refusal) private pure {
        check(keccak256(answer) == keccak256(refusal), "another error");
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISaleTerms} from "interfaces/ISaleTerms.sol";
import {ITokenSale} from "interfaces/ITokenSale.sol";
import {Borrower} from "./Attackers.sol";
import {SaleSetting} from "./SaleSetting.sol";

/// @dev Invariant S11. The wallet's owner buys the rest of a failing sale with borrowed money, for addresses of its
/// own. What pays the loan back in the same transaction would be the proceeds: they must not be there yet.
contract SaleFlashTest is SaleSetting {
    uint256 private constant LOAN = 10 ether;
    Borrower private _wallet;

    function setUp() public {
        _setUp();
        _wallet = new Borrower();
        ISaleTerms.Parameters memory given = _terms();
        given.authority = address(_manager);
        given.wallet = address(_wallet);
        _deploy(given, FOR_SALE + TEAM_TOKENS);
        VM.warp(START + 3000);
        VM.deal(ALICE, 1 ether);
        VM.prank(ALICE);
        _sale.buyTokens{value: 1 ether}(ALICE, 0);
        VM.warp(START + 3500);
        VM.deal(address(_wallet), LOAN);
    }

    function testFlashPurchaseFails() public {
        (uint256[] memory values, bytes[] memory data) = _attack(5);
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleStillOpen.selector, CLOSING));
        _wallet.runAll(address(_sale), values, data);
        check(_sale.weiRaised() == 1 ether && address(_wallet).balance == LOAN, "nothing happened");
    }

    function testWhoSpendsTheMoneyCanEndTheSaleASecondLater() public {
        (uint256[] memory values, bytes[] memory data) = _attack(3);
        _wallet.runAll(address(_sale), values, data);
        check(_sale.soldOut() && address(_wallet).balance == LOAN - 5.1 ether, "the loan cannot be paid back");
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleStillOpen.selector, CLOSING));
        _sale.finalise();
        VM.expectRevert(abi.encodeWithSelector(ITokenSale.SaleNotFinalised.selector));
        _sale.withdraw();
        VM.warp(START + 3501);
        _sale.finalise();
        _sale.withdraw();
        check(address(_wallet).balance == LOAN - 5.1 ether + CAP, "proceeds");
    }

    /// @dev The first calls of: three purchases that sell out, finalise, withdraw.
    function _attack(uint256 count) private view returns (uint256[] memory values, bytes[] memory data) {
        uint256[3] memory spent = [uint256(2.5 ether), 2.5 ether, 0.1 ether];
        (values, data) = (new uint256[](count), new bytes[](count));
        for (uint160 i = 0; i < 3; ++i) {
            values[i] = spent[i];
            data[i] = abi.encodeCall(_sale.buyTokens, (address(i + 100), 0));
        }
        if (count > 3) data[3] = abi.encodeCall(_sale.finalise, ());
        if (count > 4) data[4] = abi.encodeCall(_sale.withdraw, ());
    }
}

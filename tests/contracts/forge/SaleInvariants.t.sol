// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISaleWhitelist} from "interfaces/ISaleWhitelist.sol";
import {SaleHandler} from "./SaleHandler.sol";
import {SaleSetting} from "./SaleSetting.sol";

/// @dev Invariants S1 to S7 of the specification, after every call of the handler; and that after each run, however it
/// went, the sale can be ended and everybody gets what they are owed.
contract SaleInvariantsTest is SaleSetting {
    SaleHandler private _handler;

    function setUp() public {
        _setUp();
        _handler = new SaleHandler(_sale, _token);
        VM.warp(START - 5);
    }

    function targetContracts() external view returns (address[] memory) {
        return _list(address(_handler));
    }

    function invariantS1ToS7() external view {
        _theBalanceCoversWhatIsOwed();
        _theTokensCoverWhatIsOwed();
        _nobodyExceedsACap();
        _theBooksAreTheSums();
        _theEndIsOneWay();
        _noTokenMovesBeforeTheEnd();
    }

    /// @dev S6 and S9: paused, blocked and delisted or not, the sale ends and pays everything out.
    function afterInvariant() external {
        if (!_handler.finalised()) {
            VM.warp(CLOSING);
            _sale.finalise();
        }
        bool success = _handler.raised() >= GOAL;
        for (uint256 i = 0; i < 5; ++i) {
            address actor = _handler.actors()[i];
            SaleHandler.Books memory books = _handler.books(actor);
            if (books.credit > 0) _sale.withdrawCredit(actor, payable(actor));
            if (success && books.tokens > 0) _sale.claim(actor, actor);
            if (!success && books.paid > 0) _sale.refund(actor, payable(actor));
        }
        if (success && !_handler.withdrawn()) _sale.withdraw();
        check(address(_sale).balance == _handler.forced(), "S6: all ether is paid out");
        check(_token.balanceOf(address(_sale)) == 0, "S6: all tokens are delivered");
        uint256 supply = success ? _handler.sold() + TEAM_TOKENS : 0;
        check(_token.totalSupply() == supply, "S6: the rest is burned");
    }

    function _theBalanceCoversWhatIsOwed() private view {
        (uint256 due, , uint256 credits) = _handler.owed();
        check(address(_sale).balance >= due + credits, "S1");
        uint256 received = _handler.raised() + _handler.forced();
        for (uint256 i = 0; i < 5; ++i) {
            address actor = _handler.actors()[i];
            check(_sale.creditOf(actor) == _handler.books(actor).credit, "S1: a credit");
        }
        check(_sale.totalCredits() == credits, "S1: all credits");
        check(address(_sale).balance + _handler.paidOut() >= received, "S1: received");
    }

    function _theTokensCoverWhatIsOwed() private view {
        (, uint256 tokens, ) = _handler.owed();
        check(_token.balanceOf(address(_sale)) >= tokens, "S2");
    }

    function _nobodyExceedsACap() private view {
        for (uint256 i = 0; i < 5; ++i) {
            check(_handler.books(_handler.actors()[i]).paid <= MAXIMUM, "S3: an address");
        }
        check(_handler.raised() <= CAP && _handler.sold() <= FOR_SALE, "S3: all");
    }

    function _theBooksAreTheSums() private view {
        check(_sale.weiRaised() == _handler.raised() && _sale.tokensSold() == _handler.sold(), "S4: sums");
        for (uint256 i = 0; i < 5; ++i) {
            address actor = _handler.actors()[i];
            ISaleWhitelist.Account memory found = _sale.accountOf(actor);
            SaleHandler.Books memory books = _handler.books(actor);
            check(found.contribution == books.paid && found.tokens == books.tokens, "S4: an address");
            check(found.nonce == books.nonce && found.blocked == books.blocked, "S4: a nonce");
            check(found.whitelisted == books.listed, "S4: the list");
        }
    }

    function _theEndIsOneWay() private view {
        check(_sale.finalised() == _handler.finalised(), "S5: finalised");
        check(_sale.withdrawn() == _handler.withdrawn(), "S5: withdrawn");
        check(!_handler.withdrawn() || WALLET.balance == _handler.raised(), "S5: proceeds");
        check(_handler.withdrawn() || WALLET.balance == 0, "S5: no proceeds");
    }

    function _noTokenMovesBeforeTheEnd() private view {
        if (_handler.finalised()) return;
        check(_token.balanceOf(address(_sale)) == FOR_SALE + TEAM_TOKENS, "S7");
    }
}

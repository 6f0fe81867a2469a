// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TokenSale} from "contracts/sale/TokenSale.sol";
import {RegistryToken} from "contracts/token/RegistryToken.sol";
import {ISaleWhitelist} from "interfaces/ISaleWhitelist.sol";
import {SaleBooks} from "./SaleBooks.sol";

/// @dev Random buyers and attackers. Each call is foretold by books that are kept here and never read from the sale:
/// what succeeds against them, or fails against them, reverts with Failed and so fails the run.
contract SaleHandler is SaleBooks {
    constructor(TokenSale sale, RegistryToken token) {
        (_sale, _token, _operator) = (sale, token, VM.addr(OPERATOR_KEY));
        for (uint256 i = 0; i < 3; ++i) {
            VM.prank(_operator);
            _sale.setWhitelisted(_list(_actors[i]), true);
            _books[_actors[i]].listed = true;
        }
    }

    // Buyers

    function buy(uint256 by, uint256 to, uint256 amount) external {
        address sender = _actor(by);
        address account = to % 3 == 0 ? _actor(to) : sender;
        bool allowed = _books[account].listed || _round() == 2;
        _buy(sender, account, MINIMUM + (amount % MAXIMUM), allowed);
    }

    function buyTheRest(uint256 by, uint256 amount) external {
        address sender = _actor(by);
        uint256 room = MAXIMUM - _books[sender].paid;
        uint256 value = sold > FOR_SALE / 2 && amount % 2 == 0 ? 9 ether : room;
        _buy(sender, sender, value, _books[sender].listed || _round() == 2);
    }

    function buyByApproval(uint256 by, uint256 amount) external {
        address sender = _actor(by);
        uint256 value = MINIMUM + (amount % 1 ether);
        ISaleWhitelist.Approval memory given = _signed(sender);
        bytes memory signature = _signature(_sale, given, OPERATOR_KEY);
        (uint256 cost, uint256 tokens) = _priced(value);
        bool good = _buyable(sender, sender, value, cost) && (_round() > 0 || _books[sender].listed);
        VM.deal(sender, value);
        VM.prank(sender);
        try _sale.buyTokensWithApproval{value: value}(0, given, signature) returns (uint256 bought) {
            check(good && bought == tokens, "approved");
            _bought(sender, sender, value, cost, tokens);
            ++_books[sender].nonce;
            _books[sender].listed = true;
            _used.push(given);
            _usedSignatures.push(signature);
        } catch {
            check(!good, "approval refused");
        }
    }

    function claim(uint256 by, uint256 of_) external {
        address account = _actor(of_);
        uint256 due = _books[account].tokens;
        bool good = finalised && raised >= GOAL && due > 0;
        VM.prank(_actor(by));
        try _sale.claim(account, account) {
            check(good, "claimed");
            _books[account].tokens = 0;
        } catch {
            check(!good, "claim refused");
        }
    }

    function refund(uint256 by, uint256 of_) external {
        address account = _actor(of_);
        uint256 due = _books[account].paid;
        bool good = finalised && raised < GOAL && due > 0;
        uint256 before = account.balance;
        VM.prank(_actor(by));
        try _sale.refund(account, payable(account)) {
            check(good && account.balance == before + due, "refunded");
            paidOut += due;
            (_books[account].paid, _books[account].tokens) = (0, 0);
        } catch {
            check(!good, "refund refused");
        }
    }

    function withdrawCredit(uint256 by, uint256 of_) external {
        address account = _actor(of_);
        uint256 due = _books[account].credit;
        uint256 before = account.balance;
        VM.prank(_actor(by));
        try _sale.withdrawCredit(account, payable(account)) {
            check(due > 0 && account.balance == before + due, "credited");
            paidOut += due;
            _books[account].credit = 0;
        } catch {
            check(due == 0, "credit refused");
        }
    }

    function finalise(uint256 by, uint256 dice) external {
        if (dice % 4 == 0 && time < CLOSING) time = CLOSING;
        VM.warp(time);
        bool good = !finalised && (time >= CLOSING || (_soldOut() && time > lastPurchaseAt));
        VM.prank(_actor(by));
        try _sale.finalise() {
            check(good, "finalised");
            finalised = true;
        } catch {
            check(!good, "finalisation refused");
        }
    }

    function withdraw(uint256 by) external {
        bool good = finalised && raised >= GOAL && !withdrawn;
        uint256 before = WALLET.balance;
        VM.prank(_actor(by));
        try _sale.withdraw() {
            check(good && WALLET.balance == before + raised, "withdrawn");
            withdrawn = true;
            paidOut += raised;
        } catch {
            check(!good, "withdrawal refused");
        }
    }

    // Operators, pausers, time

    function whitelist(uint256 who, bool on) external {
        Books storage books = _books[_actor(who)];
        VM.prank(_operator);
        _sale.setWhitelisted(_list(_actor(who)), on);
        if (books.listed && !on) ++books.nonce;
        books.listed = on;
    }

    function stop(uint256 who, uint256 on) external {
        VM.prank(_operator);
        _sale.setBlocked(_list(_actor(who)), on % 4 == 0);
        _books[_actor(who)].blocked = on % 4 == 0;
    }

    function cancel(uint256 who) external {
        VM.prank(_operator);
        _sale.cancelApprovals(_list(_actor(who)));
        ++_books[_actor(who)].nonce;
    }

    function togglePause(uint256 dice) external {
        if (!paused && dice % 3 > 0) return;
        VM.prank(PAUSING);
        paused ? _sale.unpause() : _sale.pause();
        paused = !paused;
    }

    function pass(uint256 seconds_) external {
        time += seconds_ % 1500;
        VM.warp(time);
    }

    // Attacks that must fail

    function attackWithAUsedApproval(uint256 which) external {
        if (_used.length == 0) return;
        which %= _used.length;
        VM.deal(_used[which].buyer, 1 ether);
        VM.prank(_used[which].buyer);
        try _sale.buyTokensWithApproval{value: 1 ether}(0, _used[which], _usedSignatures[which]) {
            check(false, "replayed");
        } catch {} // solhint-disable-line no-empty-blocks
    }

    function attackWithAForgedApproval(uint256 by, uint256 key) external {
        ISaleWhitelist.Approval memory given = _signed(_actor(by));
        bytes memory signature = _signature(_sale, given, OPERATOR_KEY + 1 + (key % 100));
        VM.deal(_actor(by), 1 ether);
        VM.prank(_actor(by));
        try _sale.buyTokensWithApproval{value: 1 ether}(0, given, signature) {
            check(false, "forged");
        } catch {} // solhint-disable-line no-empty-blocks
    }

    function attackAnothersMoney(uint256 by, uint256 of_, uint256 way) external {
        address thief = _actor(by);
        address account = _actor(of_);
        if (thief == account) return;
        bytes[4] memory calls = [
            abi.encodeCall(_sale.claim, (account, thief)),
            abi.encodeCall(_sale.refund, (account, payable(thief))),
            abi.encodeCall(_sale.withdrawCredit, (account, payable(thief))),
            abi.encodeCall(_sale.claim, (address(_sale), thief))
        ];
        _mustFail(thief, address(_sale), calls[way % 4]);
    }

    function attackTheTokens(uint256 by, uint256 way) external {
        address thief = _actor(by);
        bytes[3] memory calls = [
            abi.encodeCall(_token.transferFrom, (address(_sale), thief, 1)),
            abi.encodeCall(_token.burnFrom, (address(_sale), 1)),
            abi.encodeCall(_token.transferFrom, (TEAM, thief, 1))
        ];
        _mustFail(thief, address(_token), calls[way % 3]);
    }

    function attackTheRoles(uint256 by, uint256 way) external {
        address thief = _actor(by);
        bytes[5] memory calls = [
            abi.encodeCall(_sale.setWhitelisted, (_list(thief), true)),
            abi.encodeCall(_sale.setBlocked, (_list(ALICE), true)),
            abi.encodeCall(_sale.cancelApprovals, (_list(ALICE))),
            abi.encodeCall(_sale.pause, ()),
            abi.encodeCall(_sale.unpause, ())
        ];
        _mustFail(thief, address(_sale), calls[way % 5]);
    }

    function forceEther(uint256 amount) external {
        amount %= 1 ether;
        forced += amount;
        VM.deal(address(_sale), address(_sale).balance + amount);
    }

    // Internals

    function _buy(address sender, address account, uint256 value, bool allowed) private {
        (uint256 cost, uint256 tokens) = _priced(value);
        bool good = allowed && _buyable(sender, account, value, cost);
        VM.deal(sender, value);
        VM.prank(sender);
        try _sale.buyTokens{value: value}(account, good ? tokens : 0) returns (uint256 bought) {
            check(good && bought == tokens, "bought");
            _bought(sender, account, value, cost, tokens);
        } catch {
            check(!good, "purchase refused");
        }
    }

    function _mustFail(address sender, address target, bytes memory data) private {
        VM.prank(sender);
        (bool done, ) = target.call(data);
        check(!done, "an attack succeeded");
    }
}

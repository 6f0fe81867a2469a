"""setWhitelisted, setBlocked, cancelApprovals: whose they are, what they change, what they never touch."""

from __future__ import annotations

import pytest

from tests.contracts.sale.support import ETHER, NONE, OPERATOR, TOKEN, Terms, balance

ONE = Terms(rounds=((0, 1000, 0, 0, NONE),), goal=3 * ETHER)
CALLS = [("setWhitelisted", (True,)), ("setBlocked", (True,)), ("cancelApprovals", ())]


@pytest.mark.parametrize(("name", "rest"), CALLS)
def test_operators_functions_revert_for_everybody_else(sale, parties, alice, name, rest):
    for party in parties.values():
        answer = sale.refusal(name, [alice], *rest, sender=party.address)
        assert answer == ("AccessManagedUnauthorized", party.address)


def test_set_whitelisted_tells_each_change_and_passes_over_the_rest(sale, operator, alice, thief, stranger):
    done = sale.send("setWhitelisted", [thief, alice, stranger, thief], True, sender=operator)
    added = [("AccountWhitelisted", {"account": one, "operator": operator}) for one in (thief, stranger)]
    assert done.events == added
    done = sale.send("setWhitelisted", [thief, thief], False, sender=operator)
    assert done.events == [("AccountDelisted", {"account": thief, "operator": operator})]
    assert [sale.account(one)["whitelisted"] for one in (alice, stranger, thief)] == [True, True, False]
    assert [sale.account(one)["nonce"] for one in (alice, stranger, thief)] == [0, 0, 1]
    assert sale.send("setWhitelisted", [], True, sender=operator).events == []


def test_set_blocked_tells_each_change_and_passes_over_the_rest(sale, operator, alice, thief):
    done = sale.send("setBlocked", [thief, alice, thief], True, sender=operator)
    blocked = [("AccountBlocked", {"account": one, "operator": operator}) for one in (thief, alice)]
    assert done.events == blocked
    done = sale.send("setBlocked", [thief, thief], False, sender=operator)
    assert done.events == [("AccountUnblocked", {"account": thief, "operator": operator})]
    assert sale.account(alice) == {
        "contribution": 0,
        "tokens": 0,
        "nonce": 0,
        "whitelisted": True,
        "blocked": True,
    }


def test_cancel_approvals_moves_each_nonce(sale, operator, alice, bob):
    done = sale.send("cancelApprovals", [alice, bob, alice], sender=operator)
    assert done.events == [
        ("ApprovalsCancelled", {"account": one, "operator": operator, "nonce": nonce})
        for one, nonce in ((alice, 1), (bob, 1), (alice, 2))
    ]
    assert sale.account(alice)["nonce"] == 2


def test_an_operator_without_the_role_any_more_is_refused(sale, manager, admin, operator, alice):
    manager.send("revokeRole", OPERATOR, operator, sender=admin)
    assert sale.refusal("setBlocked", [alice], True, sender=operator) == ("AccessManagedUnauthorized", operator)


@pytest.fixture
def blocked(new_sale, operator, alice, bob):
    """Both bought, bob overpaid, and then both were blocked and delisted."""

    def make(cap, goal):
        sale = new_sale(Terms(rounds=ONE.rounds, cap=cap, goal=goal))
        sale.enter(0)
        sale.buy(alice, 2 * ETHER)
        sale.buy(bob, 2 * ETHER)
        sale.send("setBlocked", [alice, bob], True, sender=operator)
        sale.send("setWhitelisted", [alice, bob], False, sender=operator)
        return sale

    return make


def test_invariant_s9_a_blocked_account_gets_its_tokens_and_its_credit(blocked, alice, bob, stranger):
    sale = blocked(3 * ETHER, 3 * ETHER)
    before = balance(bob)
    sale.send("withdrawCredit", bob, bob, sender=stranger)
    assert balance(bob) == before + ETHER
    sale.send("finalise", sender=stranger)
    for buyer, ether in ((alice, 2), (bob, 1)):
        sale.send("claim", buyer, buyer, sender=stranger)
        assert sale.token.ask("balanceOf", buyer) == ether * 1554 * TOKEN
    sale.send("withdraw", sender=stranger)


def test_invariant_s9_a_blocked_account_gets_its_refund(blocked, alice, bob, stranger):
    sale = blocked(9 * ETHER, 9 * ETHER)
    sale.enter(1000)
    sale.send("finalise", sender=stranger)
    for buyer in (alice, bob):
        before = balance(buyer)
        sale.send("refund", buyer, buyer, sender=stranger)
        assert balance(buyer) == before + 2 * ETHER
    assert balance(sale.address) == 0

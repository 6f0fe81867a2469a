"""claim: delivers a buyer's tokens after success."""

from __future__ import annotations

from tests.contracts.sale.support import ETHER, TOKEN, held

FIRST = 1554 * TOKEN


def test_claim_reverts_after_failure(lost, alice):
    assert lost.refusal("claim", alice, alice, sender=alice) == ("SaleMissedGoal", 3 * ETHER - 1, 3 * ETHER)


def test_claim_delivers_to_the_account_whoever_calls(won, alice, stranger):
    done = won.send("claim", alice, alice, sender=stranger)
    assert done.events == [
        ("TokensClaimed", {"account": alice, "to": alice, "amount": 2 * FIRST}),
        ("Transfer", {"from": won.address, "to": alice, "value": 2 * FIRST}),
    ]
    assert held(won, alice) == 2 * FIRST
    assert held(won, won.address) == FIRST
    assert won.account(alice)["tokens"] == 0
    assert won.account(alice)["contribution"] == 2 * ETHER
    assert won.ask("tokensSold") == 3 * FIRST


def test_claim_delivers_to_whom_the_account_names(won, bob, carol):
    done = won.send("claim", bob, carol, sender=bob)
    assert done.events[0] == ("TokensClaimed", {"account": bob, "to": carol, "amount": FIRST})
    assert held(won, carol) == FIRST

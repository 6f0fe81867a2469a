"""refund: pays a contribution back after failure."""

from __future__ import annotations

from tests.contracts.sale.support import ETHER, TOKEN, balance

FIRST = 1554 * TOKEN


def test_refund_reverts_after_success(won, alice):
    assert won.refusal("refund", alice, alice, sender=alice) == ("SaleReachedGoal", 3 * ETHER, 3 * ETHER)


def test_refund_pays_the_whole_contribution_whoever_calls(lost, alice, stranger):
    before = balance(alice)
    done = lost.send("refund", alice, alice, sender=stranger)
    assert done.events == [("ContributionRefunded", {"account": alice, "to": alice, "value": 2 * ETHER})]
    assert balance(alice) == before + 2 * ETHER
    assert balance(lost.address) == ETHER - 1
    assert lost.account(alice)["contribution"] == lost.account(alice)["tokens"] == 0
    assert lost.ask("weiRaised") == 3 * ETHER - 1


def test_refund_pays_to_whom_the_account_names(lost, bob):
    fresh = "0x00000000000000000000000000000000000000F9"
    lost.send("refund", bob, fresh, sender=bob)
    assert balance(fresh) == ETHER - 1

"""pause, unpause: buying stops, nothing else does."""

from __future__ import annotations

import pytest

from tests.contracts.sale.support import ETHER, NONE, Terms, balance, signed

ONE = Terms(rounds=((0, 1000, 0, 0, NONE),), goal=3 * ETHER, cap=5 * ETHER)


def test_pause_and_unpause_revert_for_who_is_no_pauser(sale, parties, operator, pauser):
    others = [party.address for name, party in parties.items() if name != "pauser"]
    for sender in [*others, operator]:
        assert sale.refusal("pause", sender=sender) == ("AccessManagedUnauthorized", sender)
    sale.send("pause", sender=pauser)
    for sender in [*others, operator]:
        assert sale.refusal("unpause", sender=sender) == ("AccessManagedUnauthorized", sender)


def test_pause_reverts_while_paused_and_unpause_while_not(sale, pauser):
    assert sale.refusal("unpause", sender=pauser) == ("ExpectedPause",)
    done = sale.send("pause", sender=pauser)
    assert done.events == [("Paused", {"account": pauser})]
    assert sale.refusal("pause", sender=pauser) == ("EnforcedPause",)
    assert sale.ask("paused") is True


def test_unpause_resumes_buying(sale, pauser, alice):
    sale.enter(0)
    sale.send("pause", sender=pauser)
    done = sale.send("unpause", sender=pauser)
    assert done.events == [("Unpaused", {"account": pauser})]
    sale.buy(alice, ETHER)


@pytest.mark.parametrize("success", [True, False])
def test_invariant_s9_paused_only_buying_stops(new_sale, operator, pauser, alice, bob, stranger, success):
    sale = new_sale(ONE)
    sale.enter(0)
    sale.buy(alice, ETHER)
    if success:
        sale.buy(bob, 5 * ETHER)
    sale.send("pause", sender=pauser)
    if not success:
        assert sale.no_buy(alice, ETHER) == ("EnforcedPause",)
        approval = (alice, operator, 0, sale.opening + 900)
        signature = signed(sale.digest(approval))
        refused = sale.refusal("buyTokensWithApproval", 0, approval, signature, sender=alice, value=ETHER)
        assert refused == ("EnforcedPause",)
    sale.send("setWhitelisted", [stranger], True, sender=operator)
    sale.send("setBlocked", [stranger], True, sender=operator)
    sale.send("cancelApprovals", [stranger], sender=operator)
    assert sale.ask("quote", alice, ETHER)["refusal"] != b""
    if success:
        sale.send("withdrawCredit", bob, bob, sender=bob)
    else:
        sale.enter(1000)
    sale.send("finalise", sender=stranger)
    if success:
        sale.send("claim", alice, alice, sender=alice)
        sale.send("claim", bob, bob, sender=bob)
        sale.send("withdraw", sender=stranger)
    else:
        sale.send("refund", alice, alice, sender=alice)
    assert balance(sale.address) == 0
    assert sale.ask("paused") is True


def test_a_pause_until_the_end_below_the_goal_gives_everybody_their_ether_back(new_sale, pauser, alice, bob):
    sale = new_sale(ONE)
    sale.enter(0)
    sale.buy(alice, ETHER)
    sale.buy(bob, ETHER)
    sale.send("pause", sender=pauser)
    sale.enter(1000)
    sale.send("finalise", sender=alice)
    assert sale.ask("goalReached") is False
    for buyer in (alice, bob):
        before = balance(buyer)
        sale.send("refund", buyer, buyer, sender=pauser)
        assert balance(buyer) == before + ETHER

"""withdrawCredit: pays what was credited, at any time."""

from __future__ import annotations

from tests.contracts.sale.support import ETHER, TOKEN, balance

FIRST = 1554 * TOKEN


def test_withdraw_credit_reverts_for_another_receiver_and_for_nothing(opened, alice, bob, thief):
    opened.buy(alice, 100 * ETHER)
    assert opened.refusal("withdrawCredit", alice, thief, sender=thief) == ("SaleUnauthorizedReceiver", alice, thief)
    assert opened.refusal("withdrawCredit", bob, bob, sender=bob) == ("SaleNothingOwed", bob)


def test_withdraw_credit_pays_at_any_time_once(opened, alice, bob, stranger):
    opened.buy(alice, 70 * ETHER)
    opened.buy(bob, 10 * ETHER)
    credit = opened.ask("creditOf", bob)
    raised = opened.ask("weiRaised")
    assert credit == 80 * ETHER - raised > 8 * ETHER
    before = balance(bob)
    done = opened.send("withdrawCredit", bob, bob, sender=stranger)
    assert done.events == [("CreditWithdrawn", {"account": bob, "to": bob, "value": credit})]
    assert balance(bob) == before + credit
    assert opened.ask("creditOf", bob) == opened.ask("totalCredits") == 0
    assert balance(opened.address) == raised
    assert opened.refusal("withdrawCredit", bob, bob, sender=bob) == ("SaleNothingOwed", bob)


def test_withdraw_leaves_the_credits(opened, alice, stranger):
    opened.buy(alice, 100 * ETHER)
    credit = opened.ask("creditOf", alice)
    opened.send("finalise", sender=stranger)
    opened.send("withdraw", sender=stranger)
    assert balance(opened.address) == credit
    opened.send("withdrawCredit", alice, alice, sender=stranger)
    assert balance(opened.address) == 0

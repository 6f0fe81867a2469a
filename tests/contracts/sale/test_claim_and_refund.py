"""What claim, refund and withdraw refuse alike."""

from __future__ import annotations

import pytest

from tests.contracts.sale.support import ETHER, TOKEN
from tests.contracts.support import ZERO

FIRST = 1554 * TOKEN


def test_claim_refund_and_withdraw_revert_before_finalisation(opened, alice):
    opened.buy(alice, 5 * ETHER)
    for second in (100, 2000):
        opened.enter(second)
        for name, values in (("claim", (alice, alice)), ("refund", (alice, alice)), ("withdraw", ())):
            assert opened.refusal(name, *values, sender=alice) == ("SaleNotFinalised",)


@pytest.mark.parametrize(("name", "fixture"), [("claim", "won"), ("refund", "lost")])
def test_claim_and_refund_revert_for_another_receiver_than_the_account(request, name, fixture, alice, thief):
    sale = request.getfixturevalue(fixture)
    assert sale.refusal(name, alice, thief, sender=thief) == ("SaleUnauthorizedReceiver", alice, thief)
    assert sale.refusal(name, alice, ZERO, sender=alice) == ("SaleUnauthorizedReceiver", alice, ZERO)


@pytest.mark.parametrize(("name", "fixture"), [("claim", "won"), ("refund", "lost")])
def test_claim_and_refund_revert_when_nothing_is_owed(request, name, fixture, alice, stranger):
    sale = request.getfixturevalue(fixture)
    assert sale.refusal(name, stranger, stranger, sender=alice) == ("SaleNothingOwed", stranger)
    sale.send(name, alice, alice, sender=alice)
    assert sale.refusal(name, alice, alice, sender=alice) == ("SaleNothingOwed", alice)

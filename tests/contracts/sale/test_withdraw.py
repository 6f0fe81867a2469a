"""withdraw: pays the proceeds after success, once."""

from __future__ import annotations

from tests.contracts.sale.support import ETHER, TOKEN, WALLET, balance

FIRST = 1554 * TOKEN


def test_withdraw_reverts_after_failure(lost, alice):
    assert lost.refusal("withdraw", sender=alice) == ("SaleMissedGoal", 3 * ETHER - 1, 3 * ETHER)


def test_withdraw_pays_the_proceeds_to_the_wallet_once_whoever_calls(won, stranger):
    before = balance(WALLET)
    done = won.send("withdraw", sender=stranger)
    assert done.events == [("ProceedsWithdrawn", {"wallet": WALLET, "value": 3 * ETHER})]
    assert balance(WALLET) == before + 3 * ETHER
    assert balance(won.address) == 0
    assert won.ask("withdrawn") is True
    assert won.refusal("withdraw", sender=stranger) == ("SaleNothingOwed", WALLET)

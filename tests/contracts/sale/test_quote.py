"""quote and checkPurchase: what an amount buys now, and why it would be refused."""

from __future__ import annotations

import pytest

from tests.contracts.sale.support import ETHER, NONE, TOKEN, Terms, parts, total
from tests.contracts.support import ZERO, Reverted

AMOUNTS = (0, 1, ETHER // 10, ETHER, 3 * ETHER + 7, 25 * ETHER, 200 * ETHER)


def expected(sale, round_index, sold, amount, refusal=b""):
    found = parts(sale.terms, round_index, sold, amount)
    accepted, tokens = total(found)
    return {
        "round": round_index,
        "tokens": tokens,
        "weiAccepted": accepted,
        "weiCredited": amount - accepted,
        "parts": [{"tranche": t, "weiAmount": cost, "tokens": units} for t, cost, units in found],
        "refusal": refusal,
    }


def nothing(round_index, refusal):
    zeros = dict.fromkeys(("tokens", "weiAccepted", "weiCredited"), 0)
    return {"round": round_index, **zeros, "parts": [], "refusal": refusal}


def named(sale, found):
    return sale.error("0x" + found["refusal"].hex())


@pytest.mark.parametrize(("second", "index"), [(0, 0), (2000, 1), (3000, 2)])
def test_quote_tells_the_parts_in_every_round(sale, alice, second, index):
    sale.enter(second)
    sold = sale.buy(alice, ETHER).returned
    for amount in AMOUNTS:
        found = sale.ask("quote", alice, amount)
        assert {**found, "refusal": b""} == expected(sale, index, sold, amount)


@pytest.mark.parametrize("amount", [ETHER // 10, ETHER, 7 * ETHER + 1, 24 * ETHER])
def test_quote_is_what_buy_tokens_does(sale, alice, amount):
    sale.enter(0)
    found = sale.ask("quote", alice, amount)
    assert found["refusal"] == b""
    sale.ask("checkPurchase", alice, amount)
    done = sale.buy(alice, amount, least=found["tokens"])
    told = [
        {"tranche": e["tranche"], "weiAmount": e["value"], "tokens": e["amount"]}
        for name, e in done.events
        if name == "TokensPurchased"
    ]
    assert told == found["parts"]
    assert done.returned == found["tokens"]


def test_quote_tells_what_is_credited_back(new_sale, alice):
    sale = new_sale(Terms(rounds=((0, 1000, 0, 0, NONE),), cap=2 * ETHER, goal=0))
    sale.enter(0)
    found = sale.ask("quote", alice, 5 * ETHER)
    assert (found["weiAccepted"], found["weiCredited"], found["refusal"]) == (2 * ETHER, 3 * ETHER, b"")
    assert found["tokens"] == 2 * 1554 * TOKEN


@pytest.mark.parametrize("second", [-2, 1000, 1500, 4000])
def test_quote_tells_that_no_round_is_open(sale, alice, second):
    sale.enter(second)
    found = sale.ask("quote", alice, ETHER)
    assert found == nothing(3, found["refusal"])
    assert named(sale, found) == ("SaleNotOpen", sale.opening + second)
    assert sale.ask("currentRound") == 3
    assert sale.ask("isOpen") is False


def test_quote_tells_that_all_is_sold(new_sale, alice, bob):
    sale = new_sale(Terms(rounds=((0, 1000, 0, 0, NONE),), maximum=100 * ETHER))
    sale.enter(0)
    sale.buy(alice, 90 * ETHER)
    found = sale.ask("quote", bob, ETHER)
    assert found == nothing(0, found["refusal"])
    assert named(sale, found) == ("SaleSoldOut",)
    assert sale.ask("isOpen") is True


def test_quote_tells_amounts_beside_every_other_refusal(sale, alice, stranger, operator, pauser):
    sale.enter(0)
    sale.send("setBlocked", [alice], True, sender=operator)
    cases = [
        (stranger, ETHER, ("SaleUnlistedBuyer", stranger)),
        (alice, ETHER, ("SaleBlockedAccount", alice)),
        (ZERO, ETHER, ("SaleZeroBeneficiary",)),
    ]
    for buyer, amount, refusal in cases:
        found = sale.ask("quote", buyer, amount)
        assert found == expected(sale, 0, 0, amount, found["refusal"])
        assert named(sale, found) == refusal
    sale.send("setBlocked", [alice], False, sender=operator)
    assert named(sale, sale.ask("quote", alice, 1)) == ("SaleInsufficientPayment", 1, ETHER // 10)
    above = ("SaleExceededMaximum", alice, 26 * ETHER, 25 * ETHER)
    assert named(sale, sale.ask("quote", alice, 26 * ETHER)) == above
    sale.send("pause", sender=pauser)
    found = sale.ask("quote", alice, ETHER)
    assert found == expected(sale, 0, 0, ETHER, found["refusal"])
    assert named(sale, found) == ("EnforcedPause",)


def test_quote_never_overflows(sale, alice):
    sale.enter(0)
    found = sale.ask("quote", alice, 2**256 - 1)
    assert found["tokens"] == 60_000 * TOKEN
    assert found["weiAccepted"] + found["weiCredited"] == 2**256 - 1


def test_check_purchase_reverts_as_buy_tokens_would(sale, alice, pauser):
    for prepare, amount in ((lambda: sale.enter(0), 1), (lambda: sale.send("pause", sender=pauser), ETHER)):
        prepare()
        with pytest.raises(Reverted) as refused:
            sale.ask("checkPurchase", alice, amount)
        assert refused.value.args == sale.no_buy(alice, amount)

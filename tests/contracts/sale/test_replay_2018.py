"""The Copytrack sale of 2018: a generated book of 8,600 buyers, bought through the contract, against exact integers."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from eth_utils import keccak, to_checksum_address

from tests.contracts.sale.support import (
    COPYTRACK,
    ETHER,
    NONE,
    TOKEN,
    balance,
    batch,
    changed,
    parts,
    set_balance,
    total,
)
from tests.contracts.support import report, rpc

BUYERS, SEED = 8_600, 2018
SIZES = (5_000_000, 5_000_000, 10_000_000, 40_000_000)
RATES = (1554, 1178, 1000, 740)
PRICES = [-(-size * TOKEN // rate) for size, rate in zip(SIZES, RATES, strict=True)]
ALL = 71_516_039_444_732_144_222_808  # wei
EXCESS = ETHER // 20


def generated():
    """Addresses, and payments of 0.1 to 2,500 ether to the wei, most of them small: together all tokens and EXCESS,
    which is less than any of them, so that everybody buys in any order and the last is filled partly."""
    dice = random.Random(SEED)
    accounts = [to_checksum_address(keccak(text=f"buyer {number}")[12:]) for number in range(BUYERS)]
    wanted = [min(2500.0, max(0.1, dice.lognormvariate(0.35, 1.85))) for _ in accounts]
    payments = [int(ether * 10**9) * 10**9 + dice.randrange(10**9) for ether in wanted]
    each, rest = divmod(ALL + EXCESS - sum(payments), BUYERS)
    payments = [payment + each + (number < rest) for number, payment in enumerate(payments)]
    assert ETHER // 10 <= min(payments) <= max(payments) <= 2500 * ETHER
    return list(zip(accounts, payments, strict=True))


def exact(book):
    """What each tranche sells and takes when the book is bought in this order: plain integers, no sale's code."""
    ends = [sum(SIZES[: n + 1]) * TOKEN for n in range(4)]
    sold, tokens, wei, credits = 0, Counter(), Counter(), Counter()
    for account, payment in book:
        left = payment
        for tranche, end in enumerate(ends):
            room = max(0, end - sold)
            take = min(room, left * RATES[tranche])
            cost = -(-take // RATES[tranche])
            sold, left = sold + take, left - cost
            tokens[tranche] += take
            wei[tranche] += cost
        credits[account] += left
    return tokens, wei, credits


@pytest.mark.parametrize("order", ["as generated", "shuffled"])
def test_replay_reproduces_the_tranches_to_the_last_unit(new_sale, operator, clock, stranger, order):
    book = generated()
    if order == "shuffled":
        random.Random(SEED + 1).shuffle(book)
    sale = new_sale(COPYTRACK)
    for start in range(0, BUYERS, 400):
        sale.send("setWhitelisted", [one for one, _ in book[start : start + 400]], True, sender=operator)
    batch([("anvil_setBalance", one, hex(payment)) for one, payment in book])
    sale.enter(0)

    clock.automine(False)
    for start in range(0, BUYERS, 400):
        part = book[start : start + 400]
        batch(
            [
                (
                    "eth_sendTransaction",
                    {
                        "from": one,
                        "to": sale.address,
                        "data": sale.data("buyTokens", one, 0),
                        "value": hex(payment),
                        "gas": "0x30d40",
                        "gasPrice": "0x0",
                    },
                )
                for one, payment in part
            ]
        )
        rpc("evm_mine")
    clock.automine(True)

    logs = rpc("eth_getLogs", {"address": sale.address, "fromBlock": "0x0", "toBlock": "latest"})
    events = [sale._event(log) for log in logs]
    purchases = [event for name, event in events if name == "TokensPurchased"]
    payments = dict(book)
    happened = [(one, payments[one]) for one in dict.fromkeys(event["purchaser"] for event in purchases)]
    tokens, wei, credits = exact(happened)
    found_tokens, found_wei = Counter(), Counter()
    for event in purchases:
        found_tokens[event["tranche"]] += event["amount"]
        found_wei[event["tranche"]] += event["value"]
    assert found_tokens == tokens == {n: SIZES[n] * TOKEN for n in range(4)}
    assert found_wei == wei == dict(enumerate(PRICES))
    assert sale.ask("weiRaised") == sum(PRICES) == ALL
    last = happened[-1][0]
    assert sale.ask("creditOf", last) == sale.ask("totalCredits") == credits[last] == sum(credits.values()) == EXCESS
    report(f"{len(happened)} buyers bought 60,000,000 tokens for {ALL} wei")
    assert len(happened) == BUYERS
    assert balance(sale.address) == ALL + EXCESS

    sale.send("finalise", sender=stranger)
    for account, payment in [*random.Random(SEED).sample(happened[:-1], 25), happened[-1]]:
        position = sale.account(account)
        assert position["contribution"] == payment - credits[account]
        sale.send("claim", account, account, sender=stranger)
        assert sale.token.ask("balanceOf", account) == position["tokens"]


def test_sixty_million_tokens_purely_by_tranche_cost_to_the_wei(new_sale, alice):
    """In one payment and in many: each tranche's price rounded up to a wei, whoever cuts it how."""
    assert sum(PRICES) == ALL
    for cuts in (1, 7):
        sale = new_sale(changed(COPYTRACK, rounds=((0, 1000, 0, 0, NONE),), maximum=2**96 - 1))
        set_balance(alice, 200_000 * ETHER)
        sale.enter(0)
        for cut in range(cuts):
            sale.buy(alice, ALL // cuts if cut < cuts - 1 else ALL - ALL // cuts * (cuts - 1))
        assert sale.ask("weiRaised") == ALL
        assert sale.ask("tokensSold") == 60_000_000 * TOKEN
        assert sale.ask("totalCredits") == 0


def test_one_wei_less_does_not_buy_everything(new_sale, alice):
    sale = new_sale(changed(COPYTRACK, rounds=((0, 1000, 0, 0, NONE),), maximum=2**96 - 1))
    set_balance(alice, 200_000 * ETHER)
    sale.enter(0)
    sale.buy(alice, ALL - 1)
    assert 0 < 60_000_000 * TOKEN - sale.ask("tokensSold") <= 740
    assert total(parts(COPYTRACK, 0, 0, ALL - 1))[1] == sale.ask("tokensSold")

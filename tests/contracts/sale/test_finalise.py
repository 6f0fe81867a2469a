"""finalise: when it is refused, and what both ends do."""

from __future__ import annotations

import pytest

from tests.contracts.sale.support import ETHER, ONE, TEAM, TOKEN, WALLET, Terms, held
from tests.contracts.support import ZERO, rpc

FIRST = 1554 * TOKEN


def test_finalise_reverts_while_a_round_is_to_come_or_open(sale, stranger):
    closing = sale.opening + 4000
    for second in (-500, 0, 1500, 3999):
        sale.at(second)
        assert sale.refusal("finalise", sender=stranger) == ("SaleStillOpen", closing)


@pytest.mark.parametrize("fixture", ["won", "lost"])
def test_finalise_reverts_when_done(request, fixture, stranger):
    sale = request.getfixturevalue(fixture)
    assert sale.refusal("finalise", sender=stranger) == ("SaleAlreadyFinalised",)


def test_finalise_at_the_second_of_closing_with_success(opened, alice, stranger):
    opened.buy(alice, 3 * ETHER)
    opened.at(1000)
    done = opened.send("finalise", sender=stranger)
    sold = 3 * FIRST
    burned = 60_000 * TOKEN - sold
    assert done.events == [
        ("SaleFinalised", {"successful": True, "weiRaised": 3 * ETHER, "tokensSold": sold, "tokensBurned": burned}),
        ("Transfer", {"from": opened.address, "to": TEAM, "value": 40_000 * TOKEN}),
        ("Transfer", {"from": opened.address, "to": ZERO, "value": burned}),
    ]
    assert opened.token.ask("totalSupply") == sold + 40_000 * TOKEN
    assert held(opened, opened.address) == sold
    assert held(opened, TEAM) == 40_000 * TOKEN
    assert opened.book(["finalised", "goalReached", "withdrawn", "hasClosed"]) == {
        "finalised": True,
        "goalReached": True,
        "withdrawn": False,
        "hasClosed": True,
    }


def test_finalise_with_failure_burns_everything(opened, alice, stranger):
    opened.buy(alice, 3 * ETHER - 1)
    opened.enter(1000)
    done = opened.send("finalise", sender=stranger)
    sold = 3 * FIRST - 1554
    told = {"successful": False, "weiRaised": 3 * ETHER - 1, "tokensSold": sold, "tokensBurned": 100_000 * TOKEN}
    assert done.events == [
        ("SaleFinalised", told),
        ("Transfer", {"from": opened.address, "to": ZERO, "value": 100_000 * TOKEN}),
    ]
    assert opened.token.ask("totalSupply") == 0
    assert opened.ask("goalReached") is False


def test_finalise_before_closing_once_all_is_sold(opened, alice, stranger):
    opened.buy(alice, 90 * ETHER)
    done = opened.send("finalise", sender=stranger)
    assert done.events[0][1]["tokensBurned"] == 0
    assert opened.token.ask("totalSupply") == 100_000 * TOKEN
    assert opened.no_buy(alice, ETHER) == ("SaleSoldOut",)


def test_finalise_reverts_in_the_second_of_the_last_purchase(opened, alice, stranger, clock):
    for value, ends in ((90 * ETHER, False), (0, True)):
        clock.automine(False)
        if value:
            opened.post("buyTokens", alice, 0, sender=alice, value=value)
        then = opened.post("finalise", sender=stranger)
        opened.at(500 + ends)
        rpc("evm_mine")
        clock.automine(True)
        assert opened.ask("soldOut")
        assert int(rpc("eth_getTransactionReceipt", then)["status"], 16) == ends
    assert opened.ask("finalised")


def test_finalise_before_closing_once_the_hard_cap_is_reached(new_sale, alice, stranger):
    sale = new_sale(Terms(rounds=ONE.rounds, cap=3 * ETHER, goal=3 * ETHER))
    sale.enter(0)
    sale.buy(alice, 9 * ETHER)
    assert sale.send("finalise", sender=stranger).events[0][1]["successful"] is True
    assert sale.no_buy(alice, ETHER) == ("SaleSoldOut",)


def test_finalise_without_a_goal_succeeds_with_nothing_sold(new_sale, stranger, alice):
    sale = new_sale(Terms(rounds=ONE.rounds, goal=0))
    sale.enter(1000)
    assert sale.send("finalise", sender=stranger).events[0][1]["successful"] is True
    assert held(sale, TEAM) == sale.token.ask("totalSupply") == 40_000 * TOKEN
    assert sale.refusal("withdraw", sender=stranger) == ("SaleNothingOwed", WALLET)


def test_finalise_without_a_teams_share_tells_no_transfer_to_it(new_sale, stranger, alice):
    sale = new_sale(Terms(rounds=ONE.rounds, goal=0, teamTokens=0))
    sale.enter(0)
    sale.buy(alice, ETHER)
    sale.enter(1000)
    names = [name for name, _ in sale.send("finalise", sender=stranger).events]
    assert names == ["SaleFinalised", "Transfer"]
    assert sale.token.ask("totalSupply") == FIRST

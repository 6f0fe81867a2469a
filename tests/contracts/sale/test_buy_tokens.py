"""buyTokens: what is refused, in the order of the checks, and what a payment buys."""

from __future__ import annotations

import pytest

from tests.contracts.sale.support import ETHER, LIST, NONE, TOKEN, Terms, balance, bought, changed, parts, total
from tests.contracts.support import ZERO

MINIMUM = ETHER // 10


@pytest.fixture
def everyones(new_sale):
    """A sale of one round for everybody."""
    return new_sale(Terms(rounds=((0, 1000, 0, 0, NONE),), maximum=1000 * ETHER))


def test_buy_tokens_reverts_while_paused_before_everything_else(sale, alice, pauser):
    sale.send("pause", sender=pauser)
    assert sale.no_buy(alice, 1, ZERO) == ("EnforcedPause",)


def test_buy_tokens_reverts_for_nobody_before_the_clock_is_looked_at(sale, alice):
    assert sale.no_buy(alice, 1, ZERO) == ("SaleZeroBeneficiary",)


@pytest.mark.parametrize("second", [-1, 1000, 1999, 4000])
def test_buy_tokens_reverts_when_no_round_is_open(sale, alice, operator, second):
    sale.send("setBlocked", [alice], True, sender=operator)
    sale.at(second)
    assert sale.no_buy(alice, 1) == ("SaleNotOpen", sale.opening + second)


@pytest.mark.parametrize(("second", "index"), [(0, 0), (999, 0), (2000, 1), (2999, 1), (3000, 2), (3999, 2)])
def test_buy_tokens_buys_from_the_first_second_of_a_round_to_its_last(sale, alice, second, index):
    sale.at(second)
    done = sale.buy(alice, ETHER)
    assert done.events == bought(alice, alice, index, parts(sale.terms, index, 0, ETHER))
    assert done.time == sale.opening + second


def test_buy_tokens_reverts_when_all_tokens_are_sold(everyones, alice, bob, operator):
    everyones.enter(0)
    everyones.buy(alice, 80 * ETHER)
    everyones.send("setBlocked", [bob], True, sender=operator)
    assert everyones.ask("soldOut") is True
    assert everyones.no_buy(bob, 1) == ("SaleSoldOut",)


def test_buy_tokens_reverts_when_the_hard_cap_is_reached(new_sale, alice, bob):
    sale = new_sale(Terms(rounds=((0, 1000, 0, 0, NONE),), cap=3 * ETHER, goal=3 * ETHER))
    sale.enter(0)
    sale.buy(alice, 2 * ETHER)
    assert sale.ask("soldOut") is False
    sale.buy(bob, 2 * ETHER)
    assert sale.ask("weiRaised") == 3 * ETHER
    assert sale.no_buy(bob, ETHER) == ("SaleSoldOut",)


def test_buy_tokens_reverts_for_a_blocked_sender_and_a_blocked_beneficiary(sale, alice, bob, thief, operator):
    sale.enter(0)
    sale.send("setBlocked", [alice, thief], True, sender=operator)
    assert sale.no_buy(alice, 1, bob) == ("SaleBlockedAccount", alice)
    assert sale.no_buy(bob, 1, alice) == ("SaleBlockedAccount", alice)
    assert sale.no_buy(bob, 1, thief) == ("SaleBlockedAccount", thief)
    sale.send("setBlocked", [alice], False, sender=operator)
    assert sale.buy(alice, ETHER).returned == 1554 * 12 * TOKEN // 10


@pytest.mark.parametrize("second", [0, 2000])
def test_buy_tokens_reverts_for_an_unlisted_beneficiary_whoever_pays(sale, alice, stranger, second):
    sale.enter(second)
    assert sale.no_buy(stranger, 1) == ("SaleUnlistedBuyer", stranger)
    assert sale.no_buy(alice, 1, stranger) == ("SaleUnlistedBuyer", stranger)


def test_buy_tokens_in_a_round_for_everybody_asks_for_no_list(sale, stranger):
    sale.enter(3000)
    assert sale.buy(stranger, ETHER).returned == 700 * TOKEN


def test_buy_tokens_reverts_below_the_minimum(sale, alice):
    sale.enter(0)
    assert sale.no_buy(alice, MINIMUM - 1, least=2**255) == ("SaleInsufficientPayment", MINIMUM - 1, MINIMUM)
    assert sale.no_buy(alice, 0) == ("SaleInsufficientPayment", 0, MINIMUM)
    sale.buy(alice, MINIMUM)


def test_buy_tokens_reverts_above_the_maximum_of_an_address_by_any_split(sale, alice, bob):
    sale.enter(0)
    assert sale.no_buy(alice, 25 * ETHER + 1) == ("SaleExceededMaximum", alice, 25 * ETHER + 1, 25 * ETHER)
    sale.buy(alice, 10 * ETHER)
    sale.buy(bob, 10 * ETHER, alice)
    assert sale.no_buy(bob, 5 * ETHER + 1, alice) == ("SaleExceededMaximum", alice, 25 * ETHER + 1, 25 * ETHER)
    sale.buy(alice, 5 * ETHER)
    assert sale.account(alice)["contribution"] == 25 * ETHER
    assert sale.no_buy(alice, MINIMUM) == ("SaleExceededMaximum", alice, 25 * ETHER + MINIMUM, 25 * ETHER)


def test_buy_tokens_reverts_below_the_least_number_of_tokens(sale, alice):
    sale.enter(2000)
    assert sale.no_buy(alice, ETHER, least=1554 * TOKEN + 1) == (
        "SaleInsufficientTokens",
        1554 * TOKEN,
        1554 * TOKEN + 1,
    )
    assert sale.buy(alice, ETHER, least=1554 * TOKEN).returned == 1554 * TOKEN


def test_buy_tokens_for_another_credits_position_to_the_beneficiary(sale, alice, bob):
    sale.enter(0)
    before = balance(sale.address)
    done = sale.buy(alice, ETHER, bob)
    tokens = 1554 * TOKEN * 12 // 10
    assert done.returned == tokens
    assert done.events == bought(alice, bob, 0, [(0, ETHER, tokens)])
    assert balance(sale.address) == before + ETHER
    empty = {"contribution": 0, "tokens": 0, "nonce": 0, "whitelisted": True, "blocked": False}
    assert sale.account(alice) == empty
    assert sale.account(bob) == {**empty, "contribution": ETHER, "tokens": tokens}
    assert sale.book(["weiRaised", "tokensSold", "totalCredits"]) == {
        "weiRaised": ETHER,
        "tokensSold": tokens,
        "totalCredits": 0,
    }


def test_buy_tokens_adds_up_over_payments_rounds_and_payers(sale, alice, bob):
    sale.enter(0)
    found = [sale.buy(alice, ETHER).returned]
    found.append(sale.buy(bob, ETHER // 2, alice).returned)
    sale.enter(2000)
    found.append(sale.buy(alice, 2 * ETHER).returned)
    position = sale.account(alice)
    assert (position["contribution"], position["tokens"]) == (7 * ETHER // 2, sum(found))
    assert sale.ask("tokensSold") == sum(found)


def test_buy_tokens_across_tranches_prices_each_part_exactly(everyones, alice, bob):
    everyones.enter(0)
    first = everyones.buy(alice, 3 * ETHER).returned
    assert first == 3 * 1554 * TOKEN
    done = everyones.buy(bob, 30 * ETHER)
    expected = parts(everyones.terms, 0, first, 30 * ETHER)
    assert [part[0] for part in expected] == [0, 1, 2, 3]
    assert done.events == bought(bob, bob, 0, expected)
    assert done.returned == total(expected)[1]
    assert everyones.account(bob)["contribution"] == 30 * ETHER
    assert everyones.ask("tokensSold") == first + total(expected)[1]


def test_buy_tokens_at_the_exact_end_of_a_tranche_begins_the_next(everyones, alice):
    everyones.enter(0)
    price = -(-5000 * TOKEN // 1554)
    assert everyones.buy(alice, price).returned == 5000 * TOKEN
    assert everyones.buy(alice, ETHER).events == bought(alice, alice, 0, [(1, ETHER, 1178 * TOKEN)])


def test_buy_tokens_fills_the_last_payment_partly_and_credits_the_rest_to_the_sender(everyones, alice, bob):
    everyones.enter(0)
    everyones.buy(alice, 70 * ETHER)
    before = everyones.ask("tokensSold")
    done = everyones.buy(bob, 9 * ETHER, alice)
    expected = parts(everyones.terms, 0, before, 9 * ETHER)
    accepted, units = total(expected)
    rest = 9 * ETHER - accepted
    assert accepted < 2 * ETHER
    assert done.returned == units == 60_000 * TOKEN - before
    told = ("PaymentCredited", {"purchaser": bob, "value": rest})
    assert done.events == [*bought(bob, alice, 0, expected), told]
    assert everyones.ask("creditOf", bob) == everyones.ask("totalCredits") == rest
    assert everyones.ask("creditOf", alice) == 0
    assert everyones.account(alice)["contribution"] == 70 * ETHER + accepted
    assert balance(everyones.address) == 79 * ETHER


def test_buy_tokens_fills_the_hard_cap_even_with_less_left_than_the_minimum(new_sale, alice, bob):
    sale = new_sale(Terms(rounds=((0, 1000, 0, 0, NONE),), cap=2 * ETHER + 1, goal=0))
    sale.enter(0)
    sale.buy(alice, 2 * ETHER)
    done = sale.buy(bob, MINIMUM)
    rest = ("PaymentCredited", {"purchaser": bob, "value": MINIMUM - 1})
    assert done.events == [*bought(bob, bob, 0, [(0, 1, 1554)]), rest]
    assert sale.account(bob)["contribution"] == 1


def test_buy_tokens_counts_only_the_accepted_part_towards_the_maximum(new_sale, alice):
    sale = new_sale(Terms(rounds=((0, 1000, 0, 0, NONE),), cap=2 * ETHER, maximum=2 * ETHER, goal=0))
    sale.enter(0)
    sale.buy(alice, 50 * ETHER)
    assert sale.account(alice)["contribution"] == 2 * ETHER
    assert sale.ask("creditOf", alice) == 48 * ETHER


def test_buy_tokens_respects_minimum_tokens_when_filled_partly(new_sale, alice):
    sale = new_sale(Terms(rounds=((0, 1000, 0, 0, NONE),), cap=2 * ETHER, goal=0))
    sale.enter(0)
    asked = 3 * 1554 * TOKEN
    assert sale.no_buy(alice, 3 * ETHER, least=asked) == ("SaleInsufficientTokens", 2 * 1554 * TOKEN, asked)


def test_buy_tokens_rounds_each_part_against_the_buyer_by_less_than_a_wei(new_sale, alice):
    odd = changed(Terms(), tranches=((7, 3), (8, 7), (9, 11)), rounds=((0, 1000, 0, 333, NONE),), goal=0, minimum=1)
    sale = new_sale(changed(odd, maximum=1000 * ETHER))
    sale.enter(0)
    sold = 0
    for value in (1, 2, 3, 2 * ETHER, 1, ETHER // 3, ETHER):
        expected = parts(odd, 0, sold, value)
        done = sale.buy(alice, value)
        assert [e for e in done.events if e[0] == "TokensPurchased"] == bought(alice, alice, 0, expected)
        sold += total(expected)[1]
    assert sold == sale.ask("tokensSold") == 9 * TOKEN


def test_buy_tokens_of_a_listed_round_is_open_to_the_removed_no_longer(sale, alice, operator):
    assert sale.terms.rounds[0][4] == LIST
    sale.enter(0)
    sale.buy(alice, ETHER)
    sale.send("setWhitelisted", [alice], False, sender=operator)
    assert sale.no_buy(alice, ETHER) == ("SaleUnlistedBuyer", alice)
    assert sale.account(alice)["contribution"] == ETHER

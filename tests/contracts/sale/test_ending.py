"""finalise, claim, refund, withdraw, withdrawCredit: reverts in their order, then the whole effect."""

from __future__ import annotations

import pytest

from tests.contracts.sale.support import ETHER, NONE, TEAM, TOKEN, WALLET, Terms, balance
from tests.contracts.support import ZERO

FIRST = 1554 * TOKEN
ONE = Terms(rounds=((0, 1000, 0, 0, NONE),), goal=3 * ETHER, maximum=100 * ETHER)


@pytest.fixture
def opened(new_sale):
    sale = new_sale(ONE)
    sale.enter(0)
    return sale


@pytest.fixture
def won(opened, alice, bob, stranger):
    opened.buy(alice, 2 * ETHER)
    opened.buy(bob, ETHER)
    opened.enter(1000)
    opened.send("finalise", sender=stranger)
    return opened


@pytest.fixture
def lost(opened, alice, bob, stranger):
    opened.buy(alice, 2 * ETHER)
    opened.buy(bob, ETHER - 1)
    opened.enter(1000)
    opened.send("finalise", sender=stranger)
    return opened


def held(sale, address):
    return sale.token.ask("balanceOf", address)


# finalise


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


# claim


def test_claim_reverts_after_failure(lost, alice):
    assert lost.refusal("claim", alice, alice, sender=alice) == ("SaleMissedGoal", 3 * ETHER - 1, 3 * ETHER)


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


# refund


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


# withdraw


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


# withdrawCredit


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

"""Griefers, pennies, the clock's borders and hostile operators: what they win is nothing that is another's."""

from __future__ import annotations

import pytest

from tests.contracts.sale.support import ETHER, NONE, TEAM, TOKEN, WALLET, Terms, balance, bought, parts, signed, total
from tests.contracts.support import Reverted, rpc

ONE = Terms(rounds=((0, 1000, 0, 0, NONE),), goal=5 * ETHER, cap=8 * ETHER)
FIVE = total(parts(ONE, 0, 0, 5 * ETHER))[1]


@pytest.fixture
def opened(new_sale):
    sale = new_sale(ONE)
    sale.enter(0)
    return sale


# Griefing


def test_griefer_who_pays_for_a_buyer_cannot_use_up_its_approval(sale, operator, thief, stranger):
    sale.enter(2000)
    approval = (stranger, operator, 0, sale.opening + 2900)
    signature = signed(sale.digest(approval))
    copied = sale.refusal("buyTokensWithApproval", 0, approval, signature, sender=thief, value=ETHER)
    assert copied == ("SaleWrongBuyer", stranger, thief)
    sale.send("buyTokensWithApproval", 0, approval, signature, sender=stranger, value=ETHER)


def test_griefer_who_moves_the_tranche_is_stopped_by_the_least_tokens(sale, alice, bob):
    sale.enter(2000)
    asked = sale.ask("quote", alice, 2 * ETHER)["tokens"]
    sale.buy(bob, 3 * ETHER)
    refused = sale.no_buy(alice, 2 * ETHER, least=asked)
    fewer = total(parts(sale.terms, 1, 3 * 1554 * TOKEN, 2 * ETHER))[1]
    assert refused == ("SaleInsufficientTokens", fewer, asked)


def test_griefer_who_sends_tokens_to_the_sale_only_has_them_burned(new_sale, alice, bob, stranger):
    """Nobody holds any before finalisation; after it, what is sent to the sale is lost to its sender alone."""
    sale = new_sale(ONE)
    sale.enter(0)
    sale.buy(alice, 4 * ETHER)
    sale.buy(bob, 4 * ETHER)
    sale.send("finalise", sender=stranger)
    sale.send("claim", alice, alice, sender=alice)
    sale.token.send("transfer", sale.address, 1000 * TOKEN, sender=alice)
    sale.send("claim", bob, bob, sender=bob)
    assert sale.token.ask("balanceOf", sale.address) == 1000 * TOKEN
    assert sale.refusal("claim", alice, alice, sender=alice) == ("SaleNothingOwed", alice)


def test_whitelist_cannot_be_spoiled_by_its_own_entries(sale, operator, alice, stranger):
    """Duplicates, strange addresses, those listed by an approval meanwhile: a batch goes through."""
    sale.enter(2000)
    approval = (stranger, operator, 0, sale.opening + 2900)
    sale.send("buyTokensWithApproval", 0, approval, signed(sale.digest(approval)), sender=stranger, value=ETHER)
    strange = [stranger, stranger, alice, sale.address, sale.token.address, "0x" + "00" * 20, "0x" + "ff" * 20]
    done = sale.send("setWhitelisted", strange, True, sender=operator)
    assert len(done.events) == 4


# The clock


@pytest.mark.parametrize("second", [0, 999])
def test_buying_at_the_first_and_at_the_last_second(opened, new_sale, alice, second):
    sale = new_sale(ONE)
    sale.at(second)
    assert sale.buy(alice, ETHER).time == sale.opening + second
    sale.at(1000)
    assert sale.no_buy(alice, ETHER) == ("SaleNotOpen", sale.opening + 1000)
    assert opened.address != sale.address


def test_closing_and_finalisation_share_no_second_with_buying(opened, alice, bob, clock):
    """In one block: before closing only buying works, from closing on only finalisation."""
    for second, buys in ((999, True), (1000, False)):
        clock.automine(False)
        first = opened.post("buyTokens", alice, 0, sender=alice, value=ETHER)
        then = opened.post("finalise", sender=bob)
        opened.at(second)
        rpc("evm_mine")
        clock.automine(True)
        done = [int(rpc("eth_getTransactionReceipt", one)["status"], 16) == 1 for one in (first, then)]
        assert done == [buys, not buys]


# Pennies


def test_rounding_in_every_tranche_never_gives_a_unit_too_many(new_sale, alice):
    """Hundreds of payments of odd wei, each the smallest or at a border: the sale never sells under its price."""
    terms = Terms(
        rounds=((0, 10**6, 0, 777, NONE),),
        tranches=tuple((n + 1, rate) for n, rate in enumerate((1554, 1178, 1000, 740))),
        minimum=1,
        maximum=ETHER,
        goal=0,
    )
    sale = new_sale(terms)
    sale.enter(0)
    sold = raised = 0
    for upto, rate in terms.tranches:
        for value in (1, 2, 3, 7):
            found = parts(terms, 0, sold, value)
            assert sale.buy(alice, value).events == bought(alice, alice, 0, found)
            sold, raised = sold + total(found)[1], raised + value
        left = upto * TOKEN - sold
        almost = left * 10_000 // (rate * 10_777) - 1
        for value in (almost, 1, 1, 1):
            found = parts(terms, 0, sold, value)
            if not found:
                continue
            assert [e for e in sale.buy(alice, value).events if e[0] == "TokensPurchased"] == bought(
                alice, alice, 0, found
            )
            sold, raised = sold + total(found)[1], raised + total(found)[0]
        assert sold >= upto * TOKEN - 2 * rate
    price = sum(-(-TOKEN * 10_000 // (rate * 10_777)) for _, rate in terms.tranches)
    assert sale.ask("tokensSold") == sold == 4 * TOKEN
    assert price <= sale.ask("weiRaised") == raised <= price + 16


# A hostile operator


def test_hostile_operator_can_refuse_buyers_and_nothing_else(opened, operator, alice, bob, stranger):
    opened.buy(alice, 5 * ETHER)
    opened.send("setBlocked", [alice, bob, stranger, WALLET, TEAM], True, sender=operator)
    opened.send("setWhitelisted", [operator], True, sender=operator)
    opened.send("cancelApprovals", [alice] * 50, sender=operator)
    for name, values in (
        ("claim", (alice, operator)),
        ("refund", (alice, operator)),
        ("withdrawCredit", (alice, operator)),
    ):
        with pytest.raises(Reverted):
            opened.send(name, *values, sender=operator)
    for name in ("pause", "unpause"):
        assert opened.refusal(name, sender=operator) == ("AccessManagedUnauthorized", operator)
    opened.enter(1000)
    opened.send("finalise", sender=alice)
    opened.send("claim", alice, alice, sender=alice)
    before = balance(WALLET)
    opened.send("withdraw", sender=bob)
    assert balance(WALLET) == before + 5 * ETHER
    assert opened.token.ask("balanceOf", alice) == FIVE


def test_hostile_admin_can_stop_the_operators_but_not_move_money(opened, manager, admin, alice, thief):
    opened.buy(alice, 2 * ETHER)
    manager.send("setTargetClosed", opened.address, True, sender=admin)
    opened.enter(1000)
    opened.send("finalise", sender=alice)
    before = balance(alice)
    opened.send("refund", alice, alice, sender=thief)
    assert balance(alice) == before + 2 * ETHER

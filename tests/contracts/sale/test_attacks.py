"""What attackers try, and what it wins: nothing that is another's."""

from __future__ import annotations

import pytest
from eth_abi import encode

from tests.contracts.sale.support import (
    ETHER,
    NONE,
    WALLET,
    Attacker,
    Terms,
    balance,
    changed,
    parts,
    set_balance,
    total,
)
from tests.contracts.support import Reverted, rpc

ONE = Terms(rounds=((0, 1000, 0, 0, NONE),), goal=5 * ETHER, cap=8 * ETHER)
FIVE = total(parts(ONE, 0, 0, 5 * ETHER))[1]


@pytest.fixture
def opened(new_sale):
    sale = new_sale(ONE)
    sale.enter(0)
    return sale


@pytest.fixture
def attacker(deployer):
    """A contract that enters the sale again, with ten ether of its own."""
    made = Attacker("Reentrant", deployer)
    set_balance(made.address, 10 * ETHER)
    return made


def arm(attacker, sale, calls):
    for name, values in calls:
        attacker.send("arm", bytes.fromhex(sale.data(name, *values)[2:]), sender=attacker.sender)


def everything(attacker):
    own = attacker.address
    calls = [(name, (own, own)) for name in ("claim", "refund", "withdrawCredit")]
    return [*calls, ("withdraw", ()), ("finalise", ()), ("buyTokens", (own, 0))]


def assert_locked_out(attacker, sale):
    answers = attacker.ask("answers")
    assert len(answers) == 6
    assert {sale.error("0x" + answer.hex()) for answer in answers} == {("ReentrancyGuardReentrantCall",)}
    assert attacker.ask("succeeded") == 0


# Entering again


def test_re_entrant_refund_receiver_gets_its_own_once(opened, attacker, alice, stranger):
    attacker.run(opened, "buyTokens", attacker.address, 0, value=2 * ETHER)
    opened.buy(alice, 2 * ETHER)
    opened.enter(1000)
    opened.send("finalise", sender=stranger)
    arm(attacker, opened, everything(attacker))
    attacker.run(opened, "refund", attacker.address, attacker.address)
    assert_locked_out(attacker, opened)
    assert balance(attacker.address) == 10 * ETHER
    assert balance(opened.address) == 2 * ETHER
    assert attacker.refusal(opened, "refund", attacker.address, attacker.address)[0] == "SaleNothingOwed"


def test_re_entrant_credit_receiver_gets_its_own_once(opened, attacker, alice):
    opened.buy(alice, 5 * ETHER)
    attacker.run(opened, "buyTokens", attacker.address, 0, value=9 * ETHER)
    assert opened.ask("creditOf", attacker.address) == 6 * ETHER
    arm(attacker, opened, everything(attacker))
    attacker.run(opened, "withdrawCredit", attacker.address, attacker.address)
    assert_locked_out(attacker, opened)
    assert balance(attacker.address) == 7 * ETHER
    assert balance(opened.address) == 8 * ETHER


def test_re_entrant_wallet_gets_the_proceeds_once(new_sale, deployer, alice, bob):
    wallet = Attacker("Reentrant", deployer)
    sale = new_sale(changed(ONE, others={"wallet": wallet.address}))
    sale.enter(0)
    sale.buy(alice, 5 * ETHER)
    sale.buy(bob, 20 * ETHER)
    sale.send("finalise", sender=alice)
    arm(wallet, sale, everything(wallet))
    sale.send("withdraw", sender=alice)
    assert_locked_out(wallet, sale)
    assert balance(wallet.address) == 8 * ETHER
    assert balance(sale.address) == sale.ask("totalCredits") == 17 * ETHER


def test_a_receiver_may_buy_and_refund_to_itself_only_after_the_call(opened, attacker, stranger):
    """A refund that names the sale as receiver would buy with it: the guard refuses, the refund stays owed."""
    attacker.run(opened, "buyTokens", attacker.address, 0, value=2 * ETHER)
    opened.enter(1000)
    opened.send("finalise", sender=stranger)
    refused = attacker.refusal(opened, "refund", attacker.address, opened.address)
    assert refused == ("SaleFailedPayment", opened.address, 2 * ETHER)
    assert opened.account(attacker.address)["contribution"] == 2 * ETHER


# Refusing ether


def test_a_receiver_that_always_reverts_locks_only_itself_and_can_name_another(opened, deployer, alice, stranger):
    refuser = Attacker("Refuser", deployer)
    set_balance(refuser.address, 3 * ETHER)
    refuser.run(opened, "buyTokens", refuser.address, 0, value=2 * ETHER)
    opened.buy(alice, 2 * ETHER)
    opened.enter(1000)
    opened.send("finalise", sender=stranger)
    failed = ("SaleFailedPayment", refuser.address, 2 * ETHER)
    assert opened.refusal("refund", refuser.address, refuser.address, sender=stranger) == failed
    assert opened.account(refuser.address)["contribution"] == 2 * ETHER
    opened.send("refund", alice, alice, sender=stranger)
    fresh = "0x00000000000000000000000000000000000000Fa"
    refuser.run(opened, "refund", refuser.address, fresh)
    assert balance(fresh) == 2 * ETHER
    assert balance(opened.address) == 0


def test_a_receiver_that_always_reverts_blocks_neither_buying_nor_finalisation(opened, deployer, alice, bob):
    refuser = Attacker("Refuser", deployer)
    set_balance(refuser.address, 30 * ETHER)
    opened.buy(alice, 5 * ETHER)
    refuser.run(opened, "buyTokens", refuser.address, 0, value=20 * ETHER)
    assert opened.ask("creditOf", refuser.address) == 17 * ETHER
    opened.send("finalise", sender=bob)
    opened.send("withdraw", sender=bob)
    opened.send("claim", refuser.address, refuser.address, sender=bob)
    failed = ("SaleFailedPayment", refuser.address, 17 * ETHER)
    assert opened.refusal("withdrawCredit", refuser.address, refuser.address, sender=bob) == failed
    assert balance(opened.address) == 17 * ETHER


def test_a_wallet_that_reverts_blocks_only_the_withdrawal(new_sale, deployer, alice):
    wallet = Attacker("Refuser", deployer)
    sale = new_sale(changed(ONE, others={"wallet": wallet.address}))
    sale.enter(0)
    sale.buy(alice, 5 * ETHER)
    sale.enter(1000)
    sale.send("finalise", sender=alice)
    assert sale.refusal("withdraw", sender=alice) == ("SaleFailedPayment", wallet.address, 5 * ETHER)
    assert sale.ask("withdrawn") is False
    sale.send("claim", alice, alice, sender=alice)


# Forced ether and sent tokens


@pytest.mark.parametrize("way", ["selfdestruct", "coinbase"])
def test_forced_ether_changes_no_book(opened, deployer, alice, bob, stranger, way):
    opened.buy(alice, ETHER)
    before = opened.book(["weiRaised", "tokensSold", "goalReached", "totalCredits", "soldOut"])
    if way == "selfdestruct":
        Attacker("Forcer", deployer, encode(["address"], [opened.address]), 9 * ETHER)
        forced = 9 * ETHER
    else:
        rpc("anvil_setCoinbase", opened.address)
        call = {"from": bob, "to": alice, "gas": "0x5208", "gasPrice": hex(10**14)}
        while rpc("eth_getTransactionReceipt", rpc("eth_sendTransaction", call)) is None:
            continue
        rpc("anvil_setCoinbase", "0x" + "00" * 20)
        forced = balance(opened.address) - ETHER
    assert forced > 0
    assert opened.book(list(before)) == before
    assert opened.no_buy(bob, ETHER // 10 - 1)[0] == "SaleInsufficientPayment"
    opened.enter(1000)
    opened.send("finalise", sender=stranger)
    assert opened.refusal("withdraw", sender=stranger)[0] == "SaleMissedGoal"
    opened.send("refund", alice, alice, sender=stranger)
    assert balance(opened.address) == forced


def test_ether_forced_before_success_stays_behind(opened, deployer, alice, stranger):
    Attacker("Forcer", deployer, encode(["address"], [opened.address]), ETHER)
    opened.buy(alice, 5 * ETHER)
    opened.enter(1000)
    opened.send("finalise", sender=stranger)
    before = balance(WALLET)
    opened.send("withdraw", sender=stranger)
    assert balance(WALLET) == before + 5 * ETHER
    assert balance(opened.address) == ETHER


# Selling what may be refunded


def test_buy_sell_refund_finds_nothing_to_sell_before_the_end(opened, alice, bob, stranger):
    opened.buy(alice, 4 * ETHER)
    assert opened.token.ask("balanceOf", alice) == 0
    assert opened.refusal("claim", alice, bob, sender=alice) == ("SaleNotFinalised",)
    opened.enter(1000)
    opened.send("finalise", sender=stranger)
    assert opened.refusal("claim", alice, bob, sender=alice)[0] == "SaleMissedGoal"
    opened.send("refund", alice, alice, sender=alice)
    assert opened.refusal("claim", alice, alice, sender=alice)[0] == "SaleMissedGoal"
    assert opened.token.ask("totalSupply") == 0


def test_buy_sell_refund_finds_no_refund_after_success(opened, alice, bob, stranger):
    opened.buy(alice, 5 * ETHER)
    opened.enter(1000)
    opened.send("finalise", sender=stranger)
    opened.send("claim", alice, alice, sender=alice)
    opened.token.send("transfer", bob, FIVE, sender=alice)
    assert opened.refusal("refund", alice, alice, sender=alice)[0] == "SaleReachedGoal"
    assert opened.refusal("claim", bob, bob, sender=bob) == ("SaleNothingOwed", bob)


# Borrowed money


def test_a_wallet_that_buys_the_rest_with_a_loan_cannot_pay_it_back_in_the_same_transaction(
    new_sale, deployer, alice, stranger
):
    wallet = Attacker("Borrower", deployer)
    sale = new_sale(changed(ONE, others={"wallet": wallet.address}))
    sale.enter(0)
    sale.buy(alice, ETHER)
    set_balance(wallet.address, 7 * ETHER)
    calls = [("buyTokens", (f"0x{n:040x}", 0), value) for n, value in ((2**150, 4 * ETHER), (2**151, 3 * ETHER))]

    def act(calls):
        data = [bytes.fromhex(sale.data(name, *values)[2:]) for name, values, _ in calls]
        sums = [value for *_, value in calls]
        return sale.result(wallet.post("runAll", sale.address, sums, data, sender=wallet.sender))

    with pytest.raises(Reverted) as refused:
        act([*calls, ("finalise", (), 0), ("withdraw", (), 0)])
    assert refused.value.args == ("SaleStillOpen", sale.opening + 1000)
    assert sale.ask("weiRaised") == ETHER
    assert balance(wallet.address) == 7 * ETHER
    act(calls)
    assert balance(wallet.address) == 0
    assert sale.ask("soldOut")
    sale.enter(500)
    sale.send("finalise", sender=stranger)
    sale.send("withdraw", sender=stranger)
    assert balance(wallet.address) == 8 * ETHER

"""Gas a transaction of the sale uses, as its receipt shows it, and the size of the code: the limits of the issue."""

from __future__ import annotations

import pytest

from tests.contracts.sale.support import COPYTRACK, ETHER, LIST_OR_APPROVAL, NONE, Terms, changed, deploy, signed
from tests.contracts.sale.support import TEAM as BENEFICIARY
from tests.contracts.support import report, rpc

FIRST, NEXT, LISTED, CLAIM, CODE = 95_000, 65_000, 26_000, 80_000, 24_576
MOST_TERMS = Terms(
    rounds=tuple((100 * n, 100 * n + 100, 0, 10, NONE) for n in range(16)),
    tranches=tuple((1000 * (n + 1), 1600 - n) for n in range(16)),
    maximum=1000 * ETHER,
    goal=0,
)


def warm(sale, buyer, value=ETHER):
    """Somebody bought before, as in every sale after its first payment."""
    sale.buy(buyer, value)


@pytest.mark.parametrize("rule", [NONE, LIST_OR_APPROVAL])
def test_buying_costs_at_most_what_the_issue_allows(new_sale, operator, alice, bob, rule):
    sale = new_sale(changed(COPYTRACK, rounds=((0, 1000, 0, 0, rule),)))
    sale.send("setWhitelisted", [alice, bob] if rule else [alice], True, sender=operator)
    sale.enter(0)
    warm(sale, alice)
    used = [sale.buy(bob, ETHER).gas for _ in range(3)]
    report(f"buyTokens, {'listed' if rule else 'no list'}: {used[0]} gas first, {used[1]} next")
    assert used[0] <= FIRST
    assert max(used[1:]) <= NEXT


def test_buying_by_an_approval_costs_at_most_what_the_issue_allows(sale, operator, alice, stranger):
    sale.enter(2000)
    warm(sale, alice)
    approval = (stranger, operator, 0, sale.opening + 2500)
    signature = signed(sale.digest(approval))
    first = sale.send("buyTokensWithApproval", 0, approval, signature, sender=stranger, value=ETHER).gas
    then = sale.buy(stranger, ETHER).gas
    report(f"buyTokensWithApproval: {first} gas first; buyTokens after it {then}")
    assert first <= FIRST
    assert then <= NEXT


def test_buying_across_a_tranche_stays_cheap(sale, alice, bob):
    sale.enter(0)
    warm(sale, alice)
    sale.buy(bob, ETHER // 10)
    used = sale.buy(bob, 2 * ETHER).gas
    report(f"buyTokens across a tranche: {used} gas")
    assert used <= NEXT


def test_buying_in_the_last_of_the_most_rounds_and_tranches_that_a_sale_may_have(new_sale, alice, bob):
    sale = new_sale(MOST_TERMS)
    sale.enter(1500)
    warm(sale, alice, 8 * ETHER)
    used = [sale.buy(bob, ETHER // 10).gas for _ in range(2)]
    report(f"buyTokens, 16 rounds and tranches: {used[0]} gas first, {used[1]} next")
    assert used[0] <= FIRST
    assert used[1] <= NEXT


def test_whitelisting_five_hundred_addresses_in_one_transaction(sale, operator):
    accounts = [f"0x{number:040x}" for number in range(2**159 + 12345, 2**159 + 12845)]
    done = sale.result(
        rpc(
            "eth_sendTransaction",
            {
                "from": operator,
                "to": sale.address,
                "gas": hex(16_777_216),
                "data": sale.data("setWhitelisted", accounts, True),
            },
        )
    )
    report(f"setWhitelisted: {done.gas // 500} gas each of 500")
    assert len(done.events) == 500
    assert done.gas <= 500 * LISTED
    again = sale.send("setWhitelisted", accounts, True, sender=operator)
    assert again.events == []


def test_claim_and_refund_cost_at_most_what_the_issue_allows(new_sale, alice, bob, carol):
    for goal, name in ((0, "claim"), (40 * ETHER, "refund")):
        sale = new_sale(Terms(rounds=((0, 1000, 0, 0, NONE),), goal=goal))
        sale.enter(0)
        for buyer in (alice, bob, carol):
            sale.buy(buyer, ETHER)
        sale.enter(1000)
        sale.send("finalise", sender=bob)
        sale.send(name, carol, carol, sender=carol)
        used = sale.send(name, alice, alice, sender=alice).gas
        report(f"{name}: {used} gas")
        assert used <= CLAIM


def test_deployed_code_is_within_the_limit(sale, deployer):
    vesting = deploy("TeamVesting", deployer, BENEFICIARY, 2**33, 2**20, 2**10)
    for name, address in {
        "TokenSale": sale.address,
        "RegistryToken": sale.token.address,
        "TeamVesting": vesting,
    }.items():
        size = len(rpc("eth_getCode", address, "latest")) // 2 - 1
        report(f"{name}: {size} bytes")
        assert 0 < size <= CODE

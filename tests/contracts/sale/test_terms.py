"""The constructor's checks, in their order, and that nobody changes a term afterwards."""

from __future__ import annotations

import pytest

from tests.contracts.sale.support import LIST, NONE, TEAM, TOKEN, WALLET, Terms, changed
from tests.contracts.support import ZERO, Reverted

ROUND = (0, 1000, 0, 0, NONE)
HIGH = 2**96 - 1


def refused(new_sale, **fields):
    with pytest.raises(Reverted) as found:
        new_sale(changed(Terms(), **fields))
    return found.value.args


@pytest.mark.parametrize("name", ["token", "wallet", "teamWallet"])
def test_terms_name_no_zero_address(new_sale, name):
    assert refused(new_sale, others={name: ZERO}, rounds=()) == ("SaleZeroAddress",)


@pytest.mark.parametrize(("rounds", "tranches"), [(0, 1), (1, 0), (17, 1), (1, 17)])
def test_terms_have_one_to_sixteen_rounds_and_tranches(new_sale, rounds, tranches):
    given = {
        "rounds": tuple((10 * n, 10 * n + 9, 0, 0, NONE) for n in range(rounds)),
        "tranches": tuple((n + 1, 0) for n in range(tranches)),
        "minimum": 0,
    }
    assert refused(new_sale, **given) == ("SaleInvalidLengths", rounds, tranches)


@pytest.mark.parametrize(
    ("rounds", "index"),
    [
        ([ROUND, (999, 2000, 0, 0, NONE)], 1),
        ([(0, 0, 0, 0, NONE)], 0),
        ([(10, 9, 0, 0, NONE)], 0),
        ([ROUND, (1000, 1001, 0, 0, LIST), (1000, 2000, 0, 0, LIST)], 2),
        ([(-1_001, 1000, 0, 0, NONE)], 0),
    ],
)
def test_rounds_stand_in_the_order_of_their_times_and_in_the_future(new_sale, rounds, index):
    given = {"rounds": tuple(rounds), "tranches": ((0, 0),), "minimum": 0}
    assert refused(new_sale, **given, delay=100) == ("SaleInvalidRound", index)


def test_a_round_may_open_at_the_second_of_deployment_and_follow_at_once(new_sale, clock):
    sale = new_sale(changed(Terms(), rounds=(ROUND, (1000, 1001, 0, 0, LIST)), delay=1000))
    assert sale.ask("openingTime") == sale.opening


@pytest.mark.parametrize(
    ("tranches", "index"),
    [([(0, 5)], 0), ([(5, 5), (5, 5)], 1), ([(5, 5), (4, 5)], 1), ([(5, 0)], 0), ([(5, 5), (6, 0)], 1)],
)
def test_tranches_have_tokens_and_a_rate(new_sale, tranches, index):
    assert refused(new_sale, tranches=tuple(tranches), minimum=0) == ("SaleInvalidTranche", index)


@pytest.mark.parametrize(
    ("minimum", "maximum", "goal", "cap"),
    [(0, 1, 1, 1), (2, 1, 1, 1), (1, 1, 2, 1), (1, 1, 0, 0), (HIGH, HIGH - 1, 1, 1)],
)
def test_limits_fit_each_other(new_sale, minimum, maximum, goal, cap):
    given = {"minimum": minimum, "maximum": maximum, "goal": goal, "cap": cap}
    assert refused(new_sale, **given) == ("SaleInvalidLimits", minimum, maximum, goal, cap)


def test_limits_may_meet(new_sale):
    new_sale(changed(Terms(), minimum=1, maximum=1, goal=1, cap=1))


def test_the_goal_is_within_what_a_sold_out_sale_raises_at_least(new_sale):
    rounds = ((0, 1000, 0, 2000, NONE), (1000, 2000, 900, 0, NONE))
    sizes, best = [5_000, 5_000, 10_000, 40_000], [1554 * 12, 1178 * 12, 1000 * 12, 9000]
    least = sum(-(-size * TOKEN * 10 // rate) for size, rate in zip(sizes, best, strict=True))
    assert refused(new_sale, rounds=rounds, goal=least + 1, held=0) == ("SaleUnreachableGoal", least + 1, least)
    new_sale(changed(Terms(), rounds=rounds, goal=least))


@pytest.mark.parametrize("difference", [-1, 1, -100_000 * TOKEN])
def test_the_sale_holds_exactly_what_it_sells_and_gives(new_sale, difference):
    needed = 100_000 * TOKEN
    assert refused(new_sale, held=needed + difference) == ("SaleUnheldTokens", needed + difference, needed)


def test_terms_are_what_was_given(sale):
    terms = sale.terms
    names = ["teamTokens", "goal", "cap", "minimum", "maximum", "acceptsBareEther"]
    assert sale.book(names) == {name: getattr(terms, name) for name in names}
    assert sale.ask("wallet") == WALLET
    assert sale.ask("teamWallet") == TEAM
    assert sale.ask("token") == sale.token.address
    assert sale.ask("tokensForSale") == 60_000 * TOKEN
    assert sale.ask("openingTime") == sale.opening
    assert sale.ask("closingTime") == sale.opening + 4000
    keys = ("openingTime", "closingTime", "rate", "bonus", "rule")
    times = [(sale.opening + r[0], sale.opening + r[1], *r[2:]) for r in terms.rounds]
    assert sale.ask("rounds") == [dict(zip(keys, one, strict=True)) for one in times]
    assert sale.ask("tranches") == [{"upTo": upto * TOKEN, "rate": rate} for upto, rate in terms.tranches]


def test_extreme_terms_are_kept_to_the_last_bit(new_sale):
    rounds = ((0, 2**40 - 1 - 2**31, 2**32 - 1, 2**16 - 1, 2),)
    terms = Terms(rounds=rounds, tranches=((2**96 // TOKEN, 2**32 - 1),), teamTokens=HIGH, goal=0, cap=HIGH)
    sale = new_sale(changed(terms, maximum=HIGH))
    found = sale.ask("rounds")[0]
    assert (found["rate"], found["bonus"], found["rule"]) == (2**32 - 1, 2**16 - 1, 2)
    assert sale.ask("tranches") == [{"upTo": 2**96 // TOKEN * TOKEN, "rate": 2**32 - 1}]


def test_invariant_s10_no_function_changes_a_term(sale):
    changing = {n for n, e in sale.functions.items() if "(" not in n and e["stateMutability"] not in ("view", "pure")}
    assert changing == {
        "buyTokens",
        "buyTokensWithApproval",
        "cancelApprovals",
        "claim",
        "finalise",
        "pause",
        "refund",
        "setAuthority",
        "setBlocked",
        "setWhitelisted",
        "unpause",
        "withdraw",
        "withdrawCredit",
    }


def test_exactly_these_functions_ask_for_a_role(sale, stranger):
    examples = {"address": stranger, "uint256": 1, "bool": True, "address[]": [stranger], "bytes": b""}
    examples["tuple"] = (stranger, stranger, 0, 0)
    refused = set()
    for name, entry in sale.functions.items():
        if "(" in name or entry["stateMutability"] in ("view", "pure"):
            continue
        values = [examples[item["type"]] for item in entry["inputs"]]
        if sale.refusal(name, *values, sender=stranger) == ("AccessManagedUnauthorized", stranger):
            refused.add(name)
    assert refused == {"setWhitelisted", "setBlocked", "cancelApprovals", "pause", "unpause", "setAuthority"}


def test_only_the_manager_can_name_another_manager(sale, parties, alice):
    for party in parties.values():
        answer = sale.refusal("setAuthority", alice, sender=party.address)
        assert answer == ("AccessManagedUnauthorized", party.address)

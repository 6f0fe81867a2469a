"""Exact prices: the client's whole numbers against fractions, and against the contract's own quotes."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry_client.chain.sale import SaleReader
from registry_client.errors import AmountInvalid
from registry_client.models import Round, SaleTerms, Tranche
from registry_client.sale.amounts import UNIT, exact, grouped, parse_amount
from registry_client.sale.pricing import least_proceeds, price
from tests.client.sale_fixtures import Clock


@st.composite
def sales(draw: st.DrawFn) -> tuple[SaleTerms, int, int, int]:
    """Terms, tokens sold, ether raised, and a payment."""
    ends = sorted(draw(st.sets(st.integers(1, 10**26), min_size=1, max_size=6)))
    tranches = tuple(Tranche(end, draw(st.integers(1, 2**32 - 1))) for end in ends)
    chosen = Round(0, 1, draw(st.one_of(st.just(0), st.integers(1, 2**32 - 1))), draw(st.integers(0, 65_535)), "none")
    sold = draw(st.integers(0, ends[-1]))
    cap = draw(st.integers(1, 10**24))
    raised = draw(st.integers(0, cap))
    return (
        SaleTerms("", "", "", 0, 0, cap, 1, cap, True, (chosen,), tranches),
        sold,
        raised,
        draw(st.integers(0, 10**24)),
    )


@settings(max_examples=400, deadline=None)
@given(sales())
def test_price_takes_no_unit_for_free_and_at_most_a_wei_a_part_too_much(case: tuple[SaleTerms, int, int, int]) -> None:
    terms, sold, raised, amount = case
    found = price(terms, 0, sold, raised, amount)
    assert found.accepted + found.credited == amount
    assert found.accepted == sum(part.wei_amount for part in found.parts)
    assert found.tokens == sum(part.tokens for part in found.parts)
    assert sold + found.tokens <= terms.tokens_for_sale
    assert raised + found.accepted <= terms.cap
    at = sold
    for part in found.parts:
        tranche = terms.tranches[part.tranche]
        rate = Fraction((terms.rounds[0].rate or tranche.rate) * (10_000 + terms.rounds[0].bonus), 10_000)
        assert part.tokens <= part.wei_amount * rate < part.tokens + max(rate, Fraction(1))
        at += part.tokens
        assert at <= tranche.up_to
        if part is not found.parts[-1]:
            assert at == tranche.up_to
    if found.credited:
        assert at == terms.tokens_for_sale or raised + found.accepted == terms.cap


@settings(max_examples=100, deadline=None)
@given(sales(), st.integers(2, 6))
def test_splitting_a_payment_never_buys_more(case: tuple[SaleTerms, int, int, int], pieces: int) -> None:
    terms, sold, raised, amount = case
    whole = price(terms, 0, sold, raised, amount)
    tokens = paid = 0
    for piece in range(pieces):
        share = amount // pieces + (1 if piece < amount % pieces else 0)
        part = price(terms, 0, sold + tokens, raised + paid, share)
        tokens, paid = tokens + part.tokens, paid + part.accepted
    assert tokens <= whole.tokens
    assert paid >= whole.accepted or tokens < whole.tokens


def test_price_is_the_contracts(sale_reader: SaleReader, clock: Clock) -> None:
    """300 amounts in both rounds; ``offer`` compares every quote of the command line too."""
    terms = sale_reader.terms()
    rng = random.Random(2018)
    amounts = [rng.randrange(10 ** rng.randrange(1, 22)) for _ in range(150)]
    amounts += [200 * UNIT + delta for delta in (-1, 0, 1)] + [825 * UNIT + delta for delta in (-1, 0, 1)]
    for number in (1, 2):
        clock.open(number)
        for amount in amounts:
            quote = sale_reader.quote("0x" + "11" * 20, amount, len(terms.rounds))
            own = price(terms, number - 1, 0, 0, amount)
            assert quote.round == number - 1
            assert (quote.parts, quote.wei_accepted, quote.wei_credited) == (own.parts, own.accepted, own.credited)
    assert least_proceeds(terms) == 785_714285714285714287


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0", 0), ("0.1", UNIT // 10), ("2500", 2500 * UNIT), ("0.000000000000000001", 1), ("007.50", 75 * UNIT // 10)],
)
def test_parse_amount_is_exact(text: str, amount: int) -> None:
    assert parse_amount(text) == amount
    assert parse_amount(exact(amount)) == amount


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1,5", "+1", "1e18", "1.0000000000000000001", "NaN", "1_000", "1" * 40]
)
def test_parse_amount_refuses_what_it_could_misread(text: str) -> None:
    with pytest.raises(AmountInvalid):
        parse_amount(text)


def test_grouped_keeps_every_digit() -> None:
    assert grouped(71_516_039444732144222808) == "71,516.039444732144222808"
    assert grouped(-1) == "-0.000000000000000001"
    assert exact(0) == "0"

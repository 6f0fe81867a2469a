"""What an amount of ether buys, in whole numbers, as the contract computes it (specification, section 10)."""

from __future__ import annotations

from dataclasses import dataclass

from registry_client.models import Part, SaleTerms
from registry_client.models.sale import BASIS_POINTS


@dataclass(frozen=True)
class Price:
    """``parts`` by tranche; ``accepted`` and ``credited`` are wei and sum to the payment; ``tokens`` are units."""

    parts: tuple[Part, ...]
    accepted: int
    credited: int
    tokens: int


def rate_of(terms: SaleTerms, round_index: int, tranche: int) -> int:
    """Units for BASIS_POINTS wei: the round's rate, or the tranche's where it has none, with the round's bonus."""
    chosen = terms.rounds[round_index]
    return (chosen.rate or terms.tranches[tranche].rate) * (BASIS_POINTS + chosen.bonus)


def cost_of(units: int, rate: int) -> int:
    """The least wei that buy this many units at a rate of ``rate_of``."""
    return -(-units * BASIS_POINTS // rate)


def price(terms: SaleTerms, round_index: int, tokens_sold: int, wei_raised: int, amount: int) -> Price:
    """The parts of a payment of ``amount`` wei in a round, after what was sold and raised. A tranche that it uses up
    costs the least wei that buy its rest; what neither tokens nor hard cap can take is credited."""
    left = max(0, min(amount, terms.cap - wei_raised))
    sold = tokens_sold
    parts = []
    for index, tranche in enumerate(terms.tranches):
        room = tranche.up_to - sold
        if room <= 0 or left == 0:
            continue
        rate = rate_of(terms, round_index, index)
        tokens = left * rate // BASIS_POINTS
        cost = left
        if tokens >= room:
            tokens, cost = room, cost_of(room, rate)
        parts.append(Part(index, cost, tokens))
        left -= cost
        sold += tokens
    accepted = sum(part.wei_amount for part in parts)
    return Price(tuple(parts), accepted, amount - accepted, sold - tokens_sold)


def least_proceeds(terms: SaleTerms) -> int:
    """The least that selling everything raises, wei: each tranche at the best rate that a round gives for it."""
    sizes = [
        t.up_to - before for t, before in zip(terms.tranches, (0, *(t.up_to for t in terms.tranches)), strict=False)
    ]
    best = [max(rate_of(terms, r, index) for r in range(len(terms.rounds))) for index in range(len(terms.tranches))]
    return sum(cost_of(size, rate) for size, rate in zip(sizes, best, strict=True))

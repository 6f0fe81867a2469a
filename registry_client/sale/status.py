"""Where a sale stands, in lines for people."""

from __future__ import annotations

import datetime

from registry_client.models import Buyer, SaleState, SaleTerms
from registry_client.sale.amounts import grouped

RULES = {"none": "everybody", "list": "the whitelist", "list-or-approval": "the whitelist, or with an approval"}


def phase(terms: SaleTerms, state: SaleState) -> str:
    """One word or two: ``not open yet``, ``open``, ``between rounds``, ``paused``, ``sold out``, ``closed``,
    ``succeeded`` or ``failed``."""
    if state.finalised:
        return "succeeded" if state.goal_reached else "failed"
    if state.sold_out:
        return "sold out"
    if state.closed:
        return "closed"
    if state.paused:
        return "paused"
    if state.round is not None:
        return "open"
    return "not open yet" if state.time < terms.rounds[0].opening_time else "between rounds"


def lines(terms: SaleTerms, state: SaleState) -> list[str]:
    share = state.tokens_sold * 10_000 // terms.tokens_for_sale
    found = [
        f"sale      {phase(terms, state)}",
        f"raised    {grouped(state.wei_raised)} ether; soft cap {grouped(terms.goal)}"
        f" ({'reached' if state.goal_reached else 'not reached'}), hard cap {grouped(terms.cap)}",
        f"sold      {grouped(state.tokens_sold)} of {grouped(terms.tokens_for_sale)} tokens ({share / 100:.2f} %)",
        f"limits    {grouped(terms.minimum)} ether a payment at least, {grouped(terms.maximum)} an address at most",
    ]
    for number, part in enumerate(terms.rounds, 1):
        rate = f"{part.rate} tokens an ether" if part.rate else "rate by tranche"
        bonus = f", {part.bonus / 100:g} % bonus" if part.bonus else ""
        now = "  <- now" if state.round == number - 1 else ""
        found.append(
            f"round {number}   {moment(part.opening_time)} to {moment(part.closing_time)}, "
            f"for {RULES[part.rule]}, {rate}{bonus}{now}"
        )
    before = 0
    for number, tranche in enumerate(terms.tranches, 1):
        left = min(max(tranche.up_to - max(state.tokens_sold, before), 0), tranche.up_to - before)
        found.append(f"tranche {number} {tranche.rate} tokens an ether: {grouped(left)} of its tokens are left")
        before = tranche.up_to
    found.append(f"read at block {state.block}, {moment(state.time)}")
    return found


def buyer_lines(buyer: Buyer) -> list[str]:
    listed = "on the whitelist" if buyer.whitelisted else "not on the whitelist"
    return [
        f"buyer     {buyer.address}: {listed}{', blocked from buying' if buyer.blocked else ''}",
        f"paid      {grouped(buyer.contribution)} ether",
        f"to claim  {grouped(buyer.tokens)} tokens",
        f"credit    {grouped(buyer.credit)} ether",
    ]


def moment(time: int) -> str:
    """Unix seconds as people read them, in UTC."""
    return datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")

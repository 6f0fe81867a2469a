"""What ``registry sale`` prints: an object for machines, lines for people."""

from __future__ import annotations

from typing import Any

from registry_client.models import Quote, SaleTerms
from registry_client.sale.amounts import exact, grouped
from registry_client.sale.purchase import Offer, Payout, Purchase


def quote_value(found: Quote, wei: int) -> dict[str, Any]:
    return {
        "amount": str(wei),
        "tokens": str(found.tokens),
        "wei_accepted": str(found.wei_accepted),
        "wei_credited": str(found.wei_credited),
        "round": found.round,
        "parts": [
            {"tranche": part.tranche, "wei_amount": str(part.wei_amount), "tokens": str(part.tokens)}
            for part in found.parts
        ],
        "block": found.block,
    }


def quote_lines(found: Offer, wei: int, refusal: str | None) -> list[str]:
    quoted = found.quote
    shown = [f"{exact(wei)} ether buys {grouped(quoted.tokens)} tokens now"]
    shown += [
        f"  {grouped(part.tokens)} for {exact(part.wei_amount)} ether: {_rate(found.terms, quoted, part.tranche)}"
        for part in quoted.parts
    ]
    if quoted.wei_credited and quoted.round is not None:
        shown.append(f"  {exact(quoted.wei_credited)} ether is credited back: nothing is left for it")
    if refusal:
        shown.append(f"would be refused: {refusal}")
    shown.append(f"read at block {quoted.block}; tokens are claimed after the sale has succeeded")
    return shown


def _rate(terms: SaleTerms, quoted: Quote, tranche: int) -> str:
    part = terms.rounds[quoted.round or 0]
    bonus = f" and {part.bonus / 100:g} % bonus" if part.bonus else ""
    rate = part.rate or terms.tranches[tranche].rate
    return f"tranche {tranche + 1} in round {(quoted.round or 0) + 1}, {rate} tokens an ether{bonus}"


def purchase_value(found: Purchase) -> dict[str, Any]:
    return {
        "amount": str(found.amount),
        "tokens": str(found.tokens),
        "wei_accepted": str(found.accepted),
        "wei_credited": str(found.credited),
        "earlier": found.earlier,
        "transaction": found.transaction,
        "block": found.block,
        "gas_used": found.gas_used,
    }


def purchase_lines(found: Purchase, amount: str) -> list[str]:
    shown = []
    if found.earlier:
        shown = [
            f"an earlier purchase of {exact(found.amount)} ether had been begun and is finished; nothing else was sent",
            f"to buy for {amount} ether besides, give the command again",
        ]
    shown.append(f"bought {grouped(found.tokens)} tokens for {exact(found.accepted)} ether")
    if found.credited:
        shown.append(f"credited back {exact(found.credited)} ether; fetch it with `registry sale credit`")
    shown.append(f"transaction {found.transaction} in block {found.block}, {found.gas_used} gas")
    return shown


def payout_line(found: Payout, unit: str) -> str:
    if found.status == "nothing":
        return "nothing is owed to this account"
    before = "was paid out before: " if found.status == "earlier" else ""
    return f"{before}{grouped(found.amount)} {unit} to {found.receiver}, transaction {found.transaction}"

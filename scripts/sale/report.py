"""``brownie run sale/report``: what an auditor and a buyer want, as one HTML page with its figures in CSV beside it.

SALE_REPORT is the folder to write to; SALE_PARAMETERS, where given, names the sale and its rounds; SALE_BLOCK, where
given, is the block to read at. Sends nothing, needs no account.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from scripts.sale.parameters import load
from scripts.sale.report_data import Person, Report, gather
from scripts.sale.report_page import by_round, by_tranche, distribution, page
from scripts.sale.setting import Setting, from_brownie, needed

PAGE = "report.html"
FILES = ("purchases.csv", "buyers.csv", "rounds.csv", "tranches.csv", "distribution.csv", "checks.csv")

PURCHASE = ("block", "time", "transaction", "purchaser", "beneficiary", "round", "tranche", "wei", "units")
BUYER = (
    "address",
    "payments",
    "wei",
    "units",
    "units_claimed",
    "wei_refunded",
    "wei_in_contract",
    "units_in_contract",
    "wei_credit",
)


def main() -> None:
    folder = Path(needed("SALE_REPORT", "the folder to write to"))
    title, names = "Token sale", None
    if "SALE_PARAMETERS" in os.environ:
        parameters = load(Path(os.environ["SALE_PARAMETERS"]))
        title, names = parameters.name, parameters.round_names
    block = int(os.environ["SALE_BLOCK"]) if "SALE_BLOCK" in os.environ else None
    found = write(from_brownie(needs_account=False), folder, title, names, block)
    print(f"{folder / PAGE}: block {found.state.block}, {'reconciled' if found.reconciled else 'NOT RECONCILED'}")
    if not found.reconciled:
        raise SystemExit(1)


def write(
    setting: Setting, folder: Path, title: str, round_names: Sequence[str] | None = None, block: int | None = None
) -> Report:
    """Write the page and its CSV files into ``folder``; returns what they tell. Raises ChainError, OSError."""
    report = gather(setting, block)
    names = round_names or [f"Round {number}" for number in range(1, len(report.terms.rounds) + 1)]
    folder.mkdir(parents=True, exist_ok=True)
    for name, (head, rows) in zip(FILES, _tables(report, names), strict=True):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            writer.writerows(rows)
    (folder / PAGE).write_text(page(report, title, names, FILES), encoding="utf-8")
    return report


def _tables(report: Report, names: Sequence[str]) -> Iterable[tuple[Sequence[str], Iterable[Sequence[object]]]]:
    """Of each file of FILES, in their order: head and rows. Wei and units are whole numbers."""
    yield (
        PURCHASE,
        [
            (
                b.block,
                b.time,
                b.transaction,
                b.purchaser,
                b.beneficiary,
                b.round + 1,
                b.tranche + 1,
                b.wei_amount,
                b.tokens,
            )
            for b in report.purchases
        ],
    )
    yield (
        BUYER,
        [
            (
                p.address,
                p.payments,
                p.paid,
                p.bought,
                p.claimed,
                p.refunded,
                p.state.contribution,
                p.state.tokens,
                p.state.credit,
            )
            for p in report.people
        ],
    )
    yield (
        ("round", "name", "opening_time", "closing_time", "payments", "buyers", "wei", "units"),
        [
            (number, name, part.opening_time, part.closing_time, payments, buyers, wei, units)
            for number, (name, part, (wei, units, payments, buyers)) in enumerate(
                zip(names, report.terms.rounds, by_round(report), strict=True), 1
            )
        ],
    )
    yield (
        ("tranche", "up_to_units", "rate", "wei", "units"),
        [
            (number, part.up_to, part.rate, wei, units)
            for number, (part, (wei, units)) in enumerate(
                zip(report.terms.tranches, by_tranche(report), strict=True), 1
            )
        ],
    )
    edges, counts = distribution(report)
    yield (
        ("from_ether", "below_ether", "buyers"),
        [(low, high, count) for (low, high), count in zip(pairwise(edges), counts, strict=True)],
    )
    yield ("holds", "check", "figures"), [("yes" if holds else "NO", what, text) for holds, what, text in report.checks]


def _account(person: Person) -> tuple[int, int, int]:
    """What the contract holds for a buyer: wei contributed, units to claim, wei credited."""
    return person.state.contribution, person.state.tokens, person.state.credit

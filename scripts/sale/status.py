"""``brownie run sale/status``: where the sale stands; sends nothing, needs no account."""

from __future__ import annotations

from registry_client.sale.status import lines
from scripts.sale.setting import from_brownie


def main() -> None:
    reader = from_brownie(needs_account=False).reader
    reader = reader.at(reader.head())
    terms = reader.terms()
    print("\n".join(lines(terms, reader.state(len(terms.rounds)))))

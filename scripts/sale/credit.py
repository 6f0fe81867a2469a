"""``brownie run sale/credit``: SALE_ACCOUNT fetches what was credited back to it. See scripts/sale/collect.py."""

from __future__ import annotations

from scripts.sale.collect import run


def main() -> None:
    run("credit", ask=True)


def without_asking() -> None:
    run("credit", ask=False)

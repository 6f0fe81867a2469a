"""``brownie run sale/refund``: SALE_ACCOUNT fetches its contribution, after failure. See scripts/sale/collect.py."""

from __future__ import annotations

from scripts.sale.collect import run


def main() -> None:
    run("refund", ask=True)


def without_asking() -> None:
    run("refund", ask=False)

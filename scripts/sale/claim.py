"""``brownie run sale/claim``: SALE_ACCOUNT fetches tokens, after success. See scripts/sale/collect.py."""

from __future__ import annotations

from scripts.sale.collect import run


def main() -> None:
    run("claim", ask=True)


def without_asking() -> None:
    run("claim", ask=False)

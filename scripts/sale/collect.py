"""What ``claim``, ``refund`` and ``credit`` have in common: SALE_ACCOUNT fetches what it is owed.

SALE_RECEIVER is another address that shall get it; without it, the account itself.
"""

from __future__ import annotations

import os

from registry_client.chain.network import checksum
from registry_client.sale.amounts import grouped
from registry_client.sale.purchase import Payout, Purchaser
from scripts.sale.setting import Setting, confirmed, from_brownie

UNITS = {"claim": "tokens", "refund": "ether", "credit": "ether"}


def run(kind: str, ask: bool) -> None:
    receiver = checksum(os.environ["SALE_RECEIVER"]) if os.environ.get("SALE_RECEIVER") else None
    setting = from_brownie()
    buyer = setting.reader.buyer(setting.sender.address)
    owed = {"claim": buyer.tokens, "refund": buyer.contribution, "credit": buyer.credit}[kind]
    print(f"account   {buyer.address}\n{kind:9} {grouped(owed)} {UNITS[kind]}\nto        {receiver or buyer.address}")
    if not ask or confirmed(f"{kind.capitalize()}?"):
        found = collect(setting, kind, receiver)
        print(f"{found.status}: {grouped(found.amount)} {UNITS[kind]}, transaction {found.transaction or 'none'}")


def collect(setting: Setting, kind: str, receiver: str | None = None) -> Payout:
    """Fetch what the account is owed. Raises ContractError where the sale refuses."""
    assert setting.journal is not None
    purchaser = Purchaser(setting.reader, setting.sender, setting.journal, setting.scope)
    return {"claim": purchaser.claim, "refund": purchaser.refund, "credit": purchaser.withdraw_credit}[kind](receiver)

"""``brownie run sale/buy``: buys for SALE_ACCOUNT with SALE_AMOUNT ether.

SALE_MIN_TOKENS is the least it must buy; SALE_APPROVAL_FILE an approval. Killed and run again, it finishes the purchase
that it had begun and begins no other: see registry_client/sale/purchase.py.
"""

from __future__ import annotations

import os
from pathlib import Path

from registry_client.chain.approvals import read_approval
from registry_client.models import Approval
from registry_client.sale.amounts import grouped, parse_amount
from registry_client.sale.purchase import Purchase, Purchaser, offer
from registry_client.sale.refusals import explain
from scripts.sale.setting import Setting, confirmed, from_brownie, needed


def main() -> None:
    _run(ask=True)


def without_asking() -> None:
    _run(ask=False)


def _run(ask: bool) -> None:
    amount = parse_amount(needed("SALE_AMOUNT", "ether to pay, such as 0.1"))
    minimum = parse_amount(os.environ.get("SALE_MIN_TOKENS", "0"))
    setting = from_brownie()
    file = os.environ.get("SALE_APPROVAL_FILE")
    approval = read_approval(Path(file), setting.network) if file else None
    found = offer(setting.reader, setting.sender.address, amount, minimum, approval)
    print(f"buyer    {setting.sender.address}\npays     {grouped(amount)} ether")
    print(f"buys     {grouped(found.quote.tokens)} tokens now, at least {grouped(minimum)} when it is mined")
    print(f"credited {grouped(found.quote.wei_credited)} ether")
    if found.refusal:
        print(f"would be refused: {explain(found.refusal)}")
    if not ask or confirmed("Buy?"):
        bought = buy(setting, amount, minimum, approval)
        note = "an earlier run's purchase is finished; nothing else was sent: " if bought.earlier else ""
        print(f"{note}{grouped(bought.tokens)} tokens for {grouped(bought.accepted)} ether, {bought.transaction}")


def buy(setting: Setting, amount: int, min_tokens: int = 0, approval: Approval | None = None) -> Purchase:
    """Pay ``amount`` wei once. Raises as Purchaser.buy."""
    assert setting.journal is not None
    purchaser = Purchaser(setting.reader, setting.sender, setting.journal, setting.scope)
    bought = purchaser.buy(amount, min_tokens, approval)
    purchaser.told(bought)
    return bought

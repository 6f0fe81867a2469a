"""``brownie run sale/approve``: an operator's signed permission to buy, for one buyer; no transaction.

SALE_BUYER is the address, SALE_APPROVAL_DAYS how long it holds (7 without it), SALE_APPROVAL_FILE where to write it.
The buyer gives the file to ``registry sale buy --approval FILE`` and is on the whitelist from then on.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from registry_client.chain.approvals import approval_text, sign_approval
from registry_client.chain.network import checksum
from registry_client.models import Approval
from registry_client.sale.status import moment
from scripts.sale.setting import Setting, confirmed, from_brownie, needed


def main() -> None:
    _run(ask=True)


def without_asking() -> None:
    _run(ask=False)


def _run(ask: bool) -> None:
    buyer = checksum(needed("SALE_BUYER", "the buyer's address"))
    path = Path(needed("SALE_APPROVAL_FILE", "where to write the approval"))
    setting = from_brownie()
    expiry = int(time.time()) + int(os.environ.get("SALE_APPROVAL_DAYS", "7")) * 86_400
    print(f"buyer   {buyer}\nuntil   {moment(expiry)}\nfile    {path}")
    if not ask or confirmed("Sign this?"):
        approval = approve(setting, buyer, expiry)
        path.write_text(approval_text(setting.network, approval), encoding="utf-8")
        print(f"signed by {approval.signer}, for the buyer's nonce {approval.nonce}")


def approve(setting: Setting, buyer: str, expiry: int) -> Approval:
    """Sign for the buyer's present nonce, until ``expiry`` (Unix seconds). Raises ValueError: no operator."""
    account = setting.account
    if account is None or not setting.reader.may_whitelist(account.address):
        raise ValueError(f"{account.address if account else 'nobody'}: not an operator, so its approvals are worthless")
    nonce = setting.reader.buyer(buyer).nonce
    return sign_approval(account, setting.network, Approval(buyer, account.address, nonce, expiry))

"""``brownie run sale/whitelist``: puts the buyers of a CSV file on the whitelist, 500 a transaction.

SALE_WHITELIST names the file (scripts/sale/whitelist_file.py), SALE_ACCOUNT an operator. Killed at any moment, and run
again, it finishes and sends nothing twice: what was signed is in the journal, what is listed on chain is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eth_utils.crypto import keccak

from registry_client.errors import ChainUnavailable
from scripts.sale.setting import Setting, confirmed, from_brownie, needed
from scripts.sale.whitelist_file import read_whitelist

BATCH = 500


@dataclass(frozen=True)
class Listed:
    """Counts of addresses, and the transactions of this run with their gas."""

    added: int
    already: int
    transactions: tuple[str, ...]
    gas_used: int


def main() -> None:
    _run(ask=True)


def without_asking() -> None:
    _run(ask=False)


def _run(ask: bool) -> None:
    path = Path(needed("SALE_WHITELIST", "the CSV file with the buyers"))
    addresses = read_whitelist(path)
    setting = from_brownie()
    print(f"file      {path}: {len(addresses)} addresses")
    print(f"sale      {setting.reader.address} on chain {setting.network.chain_id}")
    print(f"operator  {setting.sender.address}")
    if not ask or confirmed(f"Put them on the whitelist, {BATCH} a transaction?"):
        done = whitelist(setting, addresses, lambda count: print(f"{count} of {len(addresses)} listed", flush=True))
        print(f"added {done.added}, listed before {done.already}")
        print(f"{len(done.transactions)} transactions, {done.gas_used} gas")


def whitelist(
    setting: Setting, addresses: Sequence[str], progress: Callable[[int], None] = lambda count: None
) -> Listed:
    """List every address that is not yet; ``progress`` hears how many are.

    Raises ContractError: the account is no operator; ChainError: then run it again.
    """
    sender, journal = setting.sender, setting.journal
    assert journal is not None
    for entry in journal.unsettled(setting.network.chain_id, sender.address):
        sender.finish(entry.key)  # what an earlier run broadcast, or was about to
    listed = setting.reader.listed(addresses)
    left = [address for address, there in zip(addresses, listed, strict=True) if not there]
    count = len(addresses) - len(left)
    hashes, gas = [], 0
    for start in range(0, len(left), BATCH):
        part = left[start : start + BATCH]
        progress(count + start)
        key = f"whitelist:{setting.scope}:{keccak(b''.join(bytes.fromhex(a[2:]) for a in part)).hex()}"
        receipt = sender.send(key, setting.reader.address, setting.reader.whitelist_data(part, True), repeatable=True)
        hashes.append(receipt.hash)
        gas += receipt.gas_used
    if not all(setting.reader.listed(left)):
        raise ChainUnavailable("mined, and not all are listed: the node contradicts itself; run it again")
    progress(len(addresses))
    return Listed(len(left), count, tuple(hashes), gas)

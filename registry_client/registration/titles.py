"""Minting titles of anchored works."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from registry_client.errors import ChainUnavailable
from registry_client.models import Anchor, Receipt, Title, Work
from registry_client.registration.ownership import manifests_of
from registry_client.registration.register import Sends

WORKS_PER_TRANSACTION = 50
NEXT_BLOCK_SECONDS = 60.0


class Reads(Protocol):
    def title(self, work_id: int) -> Title | None: ...
    def titles(self, work_ids: list[int]) -> list[Title | None]: ...
    def anchors_of(self) -> list[Anchor]: ...
    def register_many_data(self, works: list[Work], root: bytes, proofs: list[list[bytes]]) -> bytes: ...


class Gets(Protocol):
    def get(self, cid: str) -> bytes: ...


@dataclass(frozen=True)
class TitledWork:
    """``status``: ``titled`` (by this call), ``already`` titled, or ``unregistered``."""

    work_id: int
    status: str
    owner: str | None
    transaction: str | None = None


@dataclass(frozen=True)
class Minted:
    works: list[TitledWork]
    receipts: list[Receipt]


def mint_titles(
    reader: Reads,
    store: Gets,
    sender: Sends,
    registry: str,
    work_ids: list[int],
    head: Callable[[], tuple[int, int]],
) -> Minted:
    """Mint the title of each anchored work, to the owner its earliest leaf names; anyone may pay for it.

    Raises BlockMissing where a manifest that may name the work cannot be had, ChainError, ContractError.
    """
    wanted = list(dict.fromkeys(work_ids))
    done: dict[int, TitledWork] = {}
    receipts: list[Receipt] = []
    for work_id, title in zip(wanted, reader.titles(wanted), strict=True):
        if title is not None:
            done[work_id] = TitledWork(work_id, "already", title.owner)
    left = set(wanted) - set(done)
    if left:
        for anchor, tree, works in manifests_of(reader, store):
            mine = [work for work in works if work.work_id in left]
            left -= {work.work_id for work in mine}
            for start in range(0, len(mine), WORKS_PER_TRANSACTION):
                part = mine[start : start + WORKS_PER_TRANSACTION]
                _await_block_after(anchor.block, head)
                data = reader.register_many_data(part, anchor.root, [tree.proof(work) for work in part])
                key = "title:" + registry + ":" + ",".join(work.content_hash.hex() for work in part)
                receipt = sender.send(key, registry, data)
                receipts.append(receipt)
                for work in part:
                    done[work.work_id] = TitledWork(work.work_id, "titled", work.owner, receipt.hash)
            if not left:
                break
    for work_id in left:
        done[work_id] = TitledWork(work_id, "unregistered", None)
    return Minted([done[work_id] for work_id in wanted], receipts)


def _await_block_after(block: int, head: Callable[[], tuple[int, int]]) -> None:
    """A title can be minted from the block after its anchor's on: wait for one to be under way."""
    end = time.monotonic() + NEXT_BLOCK_SECONDS
    while head()[0] <= block:
        if time.monotonic() > end:
            raise ChainUnavailable(f"no block after {block} in {NEXT_BLOCK_SECONDS:.0f} s; mint the titles later")
        time.sleep(0.25)

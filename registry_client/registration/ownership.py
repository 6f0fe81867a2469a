"""Who owns a work: from the chain alone when it is titled, from chain and manifest when it is anchored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from registry_client.content import manifest as manifests
from registry_client.content.cid import cid_of_digest
from registry_client.content.fingerprint import hamming
from registry_client.content.merkle import MerkleTree
from registry_client.errors import BlockMissing, ContentError, StoreError
from registry_client.models import Anchor, Title, Work

# Of 256. Measured: renditions and crops of 2 % stay below 51 bits, different photographs above 107. A match is a
# candidate, never a verdict.
NEAR_BITS = 60


class Reads(Protocol):
    def title(self, work_id: int) -> Title | None: ...
    def anchors_of(self) -> list[Anchor]: ...


class Gets(Protocol):
    def get(self, cid: str) -> bytes: ...


@dataclass(frozen=True)
class Candidate:
    """A registered work whose fingerprint is near: ``distance`` in bits of 256."""

    work_id: int
    owner: str
    distance: int


@dataclass(frozen=True)
class Ownership:
    """``status`` is ``titled``, ``anchored``, ``contested`` or ``unregistered``; times are Unix seconds.

    ``complete`` False: some anchored manifests could not be had, so an earlier claim to the same work may exist.
    """

    work_id: int
    status: str
    owner: str | None = None
    anchored_at: int | None = None
    registered_at: int | None = None
    superseded: bool = False
    complete: bool = True
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Leaf:
    """An anchored leaf that was checked against its root on chain."""

    work: Work
    anchor: Anchor
    tree: MerkleTree


def manifests_of(reader: Reads, store: Gets) -> Iterator[tuple[Anchor, MerkleTree, list[Work]]]:
    """Every anchor whose manifest can be had and rebuilds to its root, the oldest first.

    Raises BlockMissing at the end if an anchor had none: the answer would be incomplete.
    """
    missing: list[str] = []
    for anchor in sorted(reader.anchors_of(), key=lambda a: (a.time, a.block)):
        failure = f"no manifest was published for root 0x{anchor.root.hex()}"
        for digest in anchor.manifests:
            try:
                works = manifests.decode(store.get(cid_of_digest(digest)))
                tree = MerkleTree(works)
            except (StoreError, ContentError) as error:
                failure = str(error)
                continue
            if tree.root == anchor.root:
                yield anchor, tree, works
                break
            failure = f"manifest {cid_of_digest(digest)} does not rebuild to root 0x{anchor.root.hex()}"
        else:
            missing.append(failure)
    if missing:
        raise BlockMissing(f"{len(missing)} anchored manifest(s) could not be had, so nothing is sure: {missing[0]}")


def find_leaf(reader: Reads, store: Gets, work_id: int) -> Leaf | None:
    """The earliest anchored leaf of a work, or None when every manifest was read and none names it."""
    for anchor, tree, works in manifests_of(reader, store):
        for work in works:
            if work.work_id == work_id:
                return Leaf(work, anchor, tree)
    return None


def owner_of(reader: Reads, store: Gets, work_id: int, fingerprint: bytes | None = None) -> Ownership:
    """Who owns the work. With ``fingerprint``, an unregistered file's answer lists near works, the nearest first.

    Raises ChainError or StoreError: could not ask; that says nothing about ownership.
    """
    title = reader.title(work_id)
    if title is not None:
        return Ownership(
            work_id,
            "contested" if title.contested else "titled",
            title.owner,
            title.anchored_at,
            title.registered_at,
            title.superseded,
        )
    first: Leaf | None = None
    owners: set[str] = set()
    near: dict[int, Candidate] = {}
    complete = True
    try:
        for anchor, tree, works in manifests_of(reader, store):
            for work in works:
                if work.work_id == work_id:
                    owners.add(work.owner)
                    first = first or Leaf(work, anchor, tree)
                elif fingerprint is not None:
                    distance = hamming(fingerprint, work.fingerprint)
                    if distance <= NEAR_BITS:
                        near.setdefault(work.work_id, Candidate(work.work_id, work.owner, distance))
    except BlockMissing:
        if first is None:
            raise
        complete = False
    if first is None:
        ranked = tuple(sorted(near.values(), key=lambda c: (c.distance, c.work_id)))
        return Ownership(work_id, "unregistered", candidates=ranked)
    status = "contested" if len(owners) > 1 else "anchored"
    return Ownership(work_id, status, first.work.owner, first.anchor.time, complete=complete)

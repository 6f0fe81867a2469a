"""The store a client works with: the folder first, Kubo where it is reachable, the outbox between them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from registry_client.content.cid import DAG_PB, parse, raw_cid
from registry_client.content.unixfs import file_blocks, links_of
from registry_client.errors import BlockMissing, ContentError, ContentMismatch, StoreError
from registry_client.store.folder import FolderStore
from registry_client.store.outbox import Outbox

_MAX_DEPTH = 12


class Kubo(Protocol):
    url: str

    def get(self, cid: str) -> bytes: ...
    def version(self) -> str: ...
    def load(self, roots: list[str], blocks: Iterator[tuple[str, bytes]]) -> None: ...


class ContentStore:
    """``kubo`` None: no daemon is known. Raises StoreUnavailable, BlockMissing, ContentMismatch, CidInvalid."""

    def __init__(self, folder: FolderStore, kubo: Kubo | None, outbox: Outbox) -> None:
        self.folder, self.kubo, self.outbox = folder, kubo, outbox

    def add_block(self, data: bytes) -> str:
        """Keep one raw block and queue it for Kubo; its CID."""
        cid = raw_cid(data)
        self.folder.put(cid, data)
        self.outbox.add(cid)
        return cid

    def add_file(self, path: Path, digest: bytes) -> str:
        """Keep a file of any size and queue it; the CID of its root. Raises ContentMismatch if it is not ``digest``."""
        with path.open("rb") as file:
            reader = _Hashing(file)
            for root, block in file_blocks(reader):  # type: ignore[arg-type]
                self.folder.put(root, block)
        if reader.hash.digest() != digest:
            raise ContentMismatch(f"{path}: the file changed while it was registered; give the command again")
        self.outbox.add(root)
        return root

    def has(self, cid: str) -> bool:
        """Whether a good copy is in the folder."""
        return self.folder.has(cid)

    def get(self, cid: str) -> bytes:
        """One block, checked by its hash; from Kubo it is kept in the folder too."""
        try:
            return self.folder.get(cid)
        except (BlockMissing, ContentMismatch) as error:
            if self.kubo is None:
                raise BlockMissing(
                    f"{cid}: not in {self.folder.path}, and no Kubo daemon is known (set REGISTRY_IPFS_URL)"
                ) from error
        data = self.kubo.get(cid)
        self.folder.put(cid, data)
        return data

    def read(self, cid: str, depth: int = 0) -> Iterator[bytes]:
        """The bytes of a raw block or of a file, a chunk at a time."""
        data = self.get(cid)
        if parse(cid).codec != DAG_PB:
            yield data
            return
        if depth > _MAX_DEPTH:
            raise ContentMismatch(f"{cid}: a tree of blocks deeper than any file's")
        for link in links_of(data):
            yield from self.read(str(link), depth + 1)

    def flush(self) -> None:
        """Wait until everything added is on the disk."""
        self.folder.flush()

    def push_quietly(self) -> int:
        """Push what waits, if Kubo is there; how many roots wait afterwards."""
        if self.kubo is not None:
            try:
                self.outbox.push(self.folder, self.kubo)
            except (StoreError, ContentError):  # a daemon that is away, or a block damaged on this disk
                return len(self.outbox)
        return len(self.outbox)

    def kubo_version(self) -> str | None:
        """The daemon's version, None when there is no daemon or it cannot be reached."""
        try:
            return self.kubo.version() if self.kubo is not None else None
        except StoreError:
            return None


class _Hashing:
    """A stream that hashes what is read through it."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.hash = stream, hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self.stream.read(size)
        self.hash.update(data)
        return data

"""What leads to a report's rows: a head block whose SHA-256 is on chain, parts, blocks of ids. Specification, Sales
reports.

It is public and names no end user: which agency, how many rows, every licence id in the order of the rows (ids tell
nothing: each licence has a random nonce), and for each block of rows whose they are, how many and its digest.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry_client.content.cid import BLOCK_MAX_BYTES, cid_of_digest, digest_of
from registry_client.content.merkle import owner_bytes, owner_text
from registry_client.errors import BlockMissing, ContentMismatch, ReportInvalid
from registry_client.licensing.reports.protocols import Gets, Stores
from registry_client.licensing.reports.tree import MAX_ROWS
from registry_client.models import Report

IDS_PER_BLOCK = BLOCK_MAX_BYTES // 32
MAX_BLOCKS = 1 << 20  # of rows, in one report

_MAGIC, _VERSION = b"GCRR", 1
_HEAD = struct.Struct(">4sL20sLLL")  # magic, version, agent, rows, blocks of ids, parts
_ENTRY = struct.Struct(">20sBL32s")  # owner, kind, rows, digest
_ENTRIES_PER_PART = BLOCK_MAX_BYTES // _ENTRY.size
_SEALED, _OPEN = 0, 1


@dataclass(frozen=True)
class RowsBlock:
    """One block of rows: ``owner`` whose works they are about, sealed or open to everybody, how many, SHA-256."""

    owner: str
    is_open: bool
    rows: int
    digest: bytes

    @property
    def cid(self) -> str:
        return cid_of_digest(self.digest)


@dataclass(frozen=True)
class ReportIndex:
    """What a report's parts say, checked for their form: digests of the blocks of ids, and the blocks of rows."""

    agent: str
    count: int
    ids: tuple[bytes, ...]
    blocks: tuple[RowsBlock, ...]

    def sealed_rows(self) -> dict[str, int]:
        """Rows of each owner whose end users only it and the agency can read."""
        found: dict[str, int] = {}
        for block in self.blocks:
            found[block.owner] = found.get(block.owner, 0) + (-block.rows if block.is_open else block.rows)
        return found


def write_index(store: Stores, agent: str, count: int, ids: Iterable[bytes], blocks: list[RowsBlock]) -> bytes:
    """Put the parts and the head into the store; the head's SHA-256. ``ids`` the digests of the blocks of ids."""
    listed = b"".join(ids)
    entries = [
        _ENTRY.pack(owner_bytes(block.owner), _OPEN if block.is_open else _SEALED, block.rows, block.digest)
        for block in sorted(blocks, key=lambda block: owner_bytes(block.owner))
    ]
    parts = [
        digest_of(store.add_block(b"".join(entries[at : at + _ENTRIES_PER_PART])))
        for at in range(0, len(entries), _ENTRIES_PER_PART)
    ]
    head = _HEAD.pack(_MAGIC, _VERSION, owner_bytes(agent), count, len(listed) // 32, len(parts))
    return digest_of(store.add_block(head + listed + b"".join(parts)))


def read_index(report: Report, store: Gets) -> ReportIndex:
    """The index of a report on chain.

    Raises ReportInvalid where it is not what the agency put on chain, BlockMissing and StoreUnavailable where it cannot
    be had.
    """
    what = told(report)
    head = _block(store, report.rows_digest, what)
    if len(head) < _HEAD.size:
        raise ReportInvalid(f"{what}: its index is too short")
    magic, version, agent, count, ids, parts = _HEAD.unpack_from(head)
    if magic != _MAGIC or version != _VERSION:
        raise ReportInvalid(f"{what}: its index is of a kind that this client does not read")
    if owner_text(agent) != report.agent:
        raise ReportInvalid(f"{what}: its index is another agency's, {owner_text(agent)}")
    if count != report.header.count:
        raise ReportInvalid(f"{what}: its index has {count} rows, the chain {report.header.count}")
    if count > MAX_ROWS:
        raise ReportInvalid(f"{what}: {count} rows; this client reads at most {MAX_ROWS}")
    if ids != -(-count // IDS_PER_BLOCK) or len(head) != _HEAD.size + 32 * (ids + parts):
        raise ReportInvalid(f"{what}: its index has another length than its rows ask for")
    digests = [head[at : at + 32] for at in range(_HEAD.size, len(head), 32)]
    blocks: list[RowsBlock] = []
    rows = {False: 0, True: 0}
    for digest in digests[ids:]:
        for block in _entries(_block(store, digest, what), what):
            rows[block.is_open] += block.rows
            if rows[block.is_open] > count:
                raise ReportInvalid(f"{what}: more rows in its blocks than the {count} that the agency counted")
            blocks.append(block)
        if len(blocks) > MAX_BLOCKS:
            raise ReportInvalid(f"{what}: more than {MAX_BLOCKS} blocks of rows; this client reads no more")
    if rows[False] != count:
        raise ReportInvalid(f"{what}: sealed rows for {rows[False]} of {count} sales; the rest was withheld")
    return ReportIndex(report.agent, count, tuple(digests[:ids]), tuple(blocks))


def read_ids(report: Report, index: ReportIndex, store: Gets) -> Iterator[bytes]:
    """Every licence id (32 bytes), in the order of the rows. Raises ReportInvalid, BlockMissing."""
    left, what = index.count, told(report)
    for digest in index.ids:
        block = _block(store, digest, what)
        if len(block) != 32 * min(left, IDS_PER_BLOCK):
            raise ReportInvalid(f"{what}: a block of licence ids of another length than its rows ask for")
        left -= len(block) // 32
        for at in range(0, len(block), 32):
            yield block[at : at + 32]


def read_rows_block(report: Report, block: RowsBlock, store: Gets) -> bytes:
    """The bytes of a block of rows. Raises ReportInvalid, BlockMissing."""
    return _block(store, block.digest, told(report))


def told(report: Report) -> str:
    """How errors name a report."""
    return f"report {report.index} of {report.agent}"


def _entries(part: bytes, what: str) -> Iterator[RowsBlock]:
    if not part or len(part) % _ENTRY.size:
        raise ReportInvalid(f"{what}: a part of its index is malformed")
    for owner, kind, rows, digest in _ENTRY.iter_unpack(part):
        if kind not in (_SEALED, _OPEN) or not rows:
            raise ReportInvalid(f"{what}: its index names a block of rows of no known kind, or without rows")
        yield RowsBlock(owner_text(owner), kind == _OPEN, rows, digest)


def _block(store: Gets, digest: bytes, what: str) -> bytes:
    cid = cid_of_digest(digest)
    try:
        data = store.get(cid)
    except BlockMissing as error:
        raise BlockMissing(f"{what}: a block of it cannot be had, so nothing is sure ({error})") from None
    except ContentMismatch as error:
        raise ReportInvalid(f"{what}: a block of it came damaged ({error})") from None
    if len(data) > BLOCK_MAX_BYTES:
        raise ReportInvalid(f"{what}: a block of it is larger than {BLOCK_MAX_BYTES} bytes")
    return data

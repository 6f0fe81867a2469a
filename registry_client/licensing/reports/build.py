"""From sales in the books to a report that can be submitted: tree, sealed blocks, index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from registry_client.content.cid import BLOCK_MAX_BYTES, digest_of
from registry_client.errors import SalesInvalid
from registry_client.licensing.reports.authority import Authority
from registry_client.licensing.reports.books import AgencyBooks, BuiltReport, KeptReport
from registry_client.licensing.reports.index import RowsBlock, write_index
from registry_client.licensing.reports.intake import Progress
from registry_client.licensing.reports.protocols import Stores
from registry_client.licensing.reports.rows import decode_rows, encode_row
from registry_client.licensing.reports.sealing import MAX_PLAIN_BYTES, open_block, seal_block
from registry_client.licensing.reports.tree import ReportTree


class ReportBuilder:
    """Builds from what the books hold of one report, ``count`` sales."""

    def __init__(
        self, books: AgencyBooks, store: Stores, authority: Authority, kept: KeptReport, count: int, progress: Progress
    ) -> None:
        self._books, self._store, self._authority = books, store, authority
        self._kept, self._count, self._progress = kept, count, progress
        self._bytes = self._done = 0

    def build(self, skipped: int) -> BuiltReport:
        """Everything that leads to the rows is in the store afterwards. Raises StoreError, SalesInvalid."""
        root = self._root()
        blocks = [
            block for number, owner in self._books.owners_in(self._kept.id) for block in self._seal(number, owner)
        ]
        ids = [self._put(block) for block in self._blocks_of_ids()]
        rows_digest = write_index(self._store, self._books.agent, self._count, ids, blocks)
        return BuiltReport(root, self._count, skipped, rows_digest, self._bytes)

    def _root(self) -> bytes:
        if not self._count:
            return bytes(32)
        self._progress("tree", 0, self._count)
        ids = self._books.licence_ids(self._kept.id)
        tree = ReportTree.build(ids, self._count, self._books.tree_path(self._kept))
        self._progress("tree", self._count, self._count)
        try:
            return tree.root
        finally:
            tree.close()

    def _seal(self, number: int, owner: str) -> Iterator[RowsBlock]:
        """An owner's rows in the order of the report, as few blocks as hold them; then those open to everybody."""
        owner_key, agent_key = self._authority.key(owner), self._authority.key(self._books.agent)
        if owner_key is None or agent_key is None:
            raise SalesInvalid(f"{owner if owner_key is None else self._books.agent} has published no sealing key")
        opened = _Filling()
        sealed = _Filling()
        for is_open, record in self._books.records(self._kept.id, number):
            if (full := sealed.add(record)) is not None:
                yield self._rows_block(owner, False, seal_block(full[0], owner_key, agent_key), full[1])
            if is_open and (full := opened.add(self._without_names(record))) is not None:
                yield self._rows_block(owner, True, open_block(full[0]), full[1])
        if sealed.rows:
            yield self._rows_block(owner, False, seal_block(sealed.data(), owner_key, agent_key), sealed.rows)
        if opened.rows:
            yield self._rows_block(owner, True, open_block(opened.data()), opened.rows)

    def _rows_block(self, owner: str, is_open: bool, block: bytes, rows: int) -> RowsBlock:
        self._done += 0 if is_open else rows
        self._progress("seal", self._done, self._count)
        return RowsBlock(owner, is_open, rows, self._put(block))

    def _without_names(self, record: bytes) -> bytes:
        """The record as everybody may read it: without the licensee's name and the agency's reference."""
        row, sale = next(decode_rows(record, 1, self._books.agent, str(self._books.path)))
        return encode_row(row, replace(sale, licensee_name="", reference=""))

    def _blocks_of_ids(self) -> Iterator[bytes]:
        buffer = bytearray()
        for licence_id in self._books.licence_ids(self._kept.id):
            buffer += licence_id
            if len(buffer) == BLOCK_MAX_BYTES:
                yield bytes(buffer)
                buffer.clear()
        if buffer:
            yield bytes(buffer)

    def _put(self, block: bytes) -> bytes:
        self._bytes += len(block)
        return digest_of(self._store.add_block(block))


class _Filling:
    """Records gathered until a block is full."""

    def __init__(self) -> None:
        self._records: list[bytes] = []
        self._size = 0

    @property
    def rows(self) -> int:
        return len(self._records)

    def data(self) -> bytes:
        return b"".join(self._records)

    def add(self, record: bytes) -> tuple[bytes, int] | None:
        """Takes a record; what was gathered before it, and how many rows, where it no longer fits."""
        full = None
        if self._size + len(record) > MAX_PLAIN_BYTES:
            full = self.data(), self.rows
            self._records, self._size = [], 0
        self._records.append(record)
        self._size += len(record)
        return full

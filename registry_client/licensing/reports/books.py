"""An agency's own books on its own disk: every sale it reported, in the clear, and where each stands.

One SQLite file an agency, chain and contract, and a folder a report for its tree. What leads to the same report again
after a crash is on the disk before anything is sent: the seed of the report's secrets, then its rows.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry_client.errors import JournalError, ReportInvalid
from registry_client.licensing.reports.rows import OpenedRow, decode_rows
from registry_client.licensing.reports.tree import ReportTree
from registry_client.models import Inclusion, ReportHeader

NO_FILE = bytes(32)  # the digest of "no file of sales"

_VERSION = 1
_ROW_BITS = 32
_SCHEMA = """
CREATE TABLE IF NOT EXISTS reports (
    id INTEGER PRIMARY KEY, complete_through INTEGER NOT NULL UNIQUE, previous_through INTEGER NOT NULL,
    digest BLOB NOT NULL, skip_bad INTEGER NOT NULL, seed BLOB NOT NULL,
    root BLOB, count INTEGER, skipped INTEGER, rows_digest BLOB, bytes_stored INTEGER,
    place INTEGER UNIQUE, submitted_at INTEGER, tx TEXT, gas_used INTEGER
);
CREATE TABLE IF NOT EXISTS owners (number INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS sales (
    key INTEGER PRIMARY KEY, owner INTEGER NOT NULL, is_open INTEGER NOT NULL, reference TEXT NOT NULL,
    licence_id BLOB NOT NULL, record BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS sales_by_reference ON sales (reference);
CREATE INDEX IF NOT EXISTS sales_by_licence ON sales (licence_id);
CREATE INDEX IF NOT EXISTS sales_by_owner ON sales (owner, key);
"""
_REPORTS = (
    "SELECT id, complete_through, previous_through, digest, skip_bad, seed, root, count, skipped, rows_digest, "
    "bytes_stored, place, submitted_at, tx, gas_used FROM reports ORDER BY complete_through"
)
_FIND = (
    "SELECT key, address, licence_id, record, place FROM sales JOIN owners ON owners.number = sales.owner "
    "JOIN reports ON reports.id = sales.key >> 32 WHERE place IS NOT NULL AND "
)


@dataclass(frozen=True)
class BuiltReport:
    """What a report's building gave: ``rows_digest`` the SHA-256 of its index's head, ``bytes_stored`` those of its
    blocks of rows and ids."""

    root: bytes
    count: int
    skipped: int
    rows_digest: bytes
    bytes_stored: int


@dataclass(frozen=True)
class PlacedReport:
    """Where a report stands on chain: ``index`` among the agency's, when (Unix seconds), by which transaction."""

    index: int
    submitted_at: int
    transaction: str
    gas_used: int


@dataclass(frozen=True)
class KeptReport:
    """A report in the books: begun; ``built`` where it is ready; ``placed`` where it is known to be on chain.
    ``digest``: SHA-256 of the file of sales, NO_FILE for none."""

    id: int
    complete_through: int
    previous_through: int
    digest: bytes
    skip_bad: bool
    seed: bytes
    built: BuiltReport | None
    placed: PlacedReport | None


SaleEntry = tuple[int, int, bool, str, bytes, bytes]  # row, owner's number, is open, reference, licence id, record


class AgencyBooks:
    """Raises JournalError when the file cannot be used."""

    def __init__(self, folder: Path, agent: str) -> None:
        self.folder, self.agent = folder, agent
        self.path = folder / "books.sqlite"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._base = sqlite3.connect(self.path, isolation_level=None, timeout=30)
            found = self._base.execute("PRAGMA user_version").fetchone()[0]
            if found not in (0, _VERSION):
                raise JournalError(f"{self.path}: written by another version of this program ({found})")
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=FULL")
            self._base.execute("PRAGMA cache_size=-131072")
            self._base.executescript(_SCHEMA)
            self._base.execute(f"PRAGMA user_version={_VERSION}")
        except sqlite3.Error as error:
            raise JournalError(f"{self.path}: the books cannot be used ({error}); restore them from a backup") from None

    def close(self) -> None:
        self._base.close()

    def reports(self) -> list[KeptReport]:
        """Every report, by its ``complete_through``."""
        return [_kept(row) for row in self._run(_REPORTS).fetchall()]

    def report_through(self, complete_through: int) -> KeptReport | None:
        """The report that closes the books at this instant."""
        return next((kept for kept in self.reports() if kept.complete_through == complete_through), None)

    def report_at(self, index: int) -> KeptReport | None:
        """The report of this index on chain."""
        return next((kept for kept in self.reports() if kept.placed is not None and kept.placed.index == index), None)

    def begin(self, complete_through: int, previous_through: int, digest: bytes, skip_bad: bool) -> KeptReport:
        """A report to be built; the same file begun before keeps its secrets. Others not submitted are dropped."""
        for kept in self.reports():
            if kept.placed is not None:
                continue
            if kept.built is None and (kept.complete_through, kept.digest) == (complete_through, digest):
                query = "UPDATE reports SET previous_through=?, skip_bad=? WHERE id=?"
                self._run(query, (previous_through, int(skip_bad), kept.id))
            else:
                self.discard(kept)
        values = (complete_through, previous_through, digest, int(skip_bad), secrets.token_bytes(32))
        query = "INSERT OR IGNORE INTO reports (complete_through, previous_through, digest, skip_bad, seed) "
        self._run(query + "VALUES (?, ?, ?, ?, ?)", values)
        found = self.report_through(complete_through)
        if found is None or found.placed is not None:
            raise JournalError(f"{self.path}: a report through {complete_through} is in the books already")
        return found

    def discard(self, kept: KeptReport) -> None:
        """Forget a report that was not submitted, and never will be."""
        with self.writing():
            self._run("DELETE FROM sales WHERE key BETWEEN ? AND ?", _keys(kept.id))
            self._run("DELETE FROM reports WHERE id=? AND place IS NULL", (kept.id,))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Everything inside, or nothing; on the disk at its end."""
        self._run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._base.rollback()
            raise
        self._run("COMMIT")
        self._run("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # a report's rows would stay on the disk twice

    def add_sales(self, report: int, sales: Sequence[SaleEntry]) -> None:
        rows = [(report << _ROW_BITS | row, *rest) for row, *rest in sales]
        try:
            self._base.executemany("INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?)", rows)
        except sqlite3.Error as error:
            raise JournalError(f"{self.path}: the sales cannot be written ({error})") from None

    def owner_number(self, address: str) -> int:
        """The number under which an owner stands in the books."""
        self._run("INSERT OR IGNORE INTO owners (address) VALUES (?)", (address,))
        return int(self._run("SELECT number FROM owners WHERE address=?", (address,)).fetchone()[0])

    def owners_in(self, report: int) -> list[tuple[int, str]]:
        """Number and address of each owner with sales in a report."""
        query = (
            "SELECT number, address FROM owners "
            "WHERE EXISTS (SELECT 1 FROM sales WHERE owner=number AND key BETWEEN ? AND ?) ORDER BY number"
        )
        return self._run(query, _keys(report)).fetchall()

    def records(self, report: int, owner: int) -> Iterator[tuple[bool, bytes]]:
        """Whether it is open, and the record, of each sale of an owner's works in a report, by row."""
        query = "SELECT is_open, record FROM sales WHERE owner=? AND key BETWEEN ? AND ? ORDER BY key"
        for is_open, record in self._run(query, (owner, *_keys(report))):
            yield bool(is_open), record

    def holder_of(self, reference: str) -> int | None:
        """The ``complete_through`` of the report that has a sale of this reference, None for none."""
        row = self._run("SELECT key FROM sales WHERE reference=?", (reference,)).fetchone()
        if row is None:
            return None
        found = self._run("SELECT complete_through FROM reports WHERE id=?", (row[0] >> _ROW_BITS,)).fetchone()
        return int(found[0])

    def set_built(self, report: int, built: BuiltReport) -> None:
        values = (built.root, built.count, built.skipped, built.rows_digest, built.bytes_stored, report)
        self._run("UPDATE reports SET root=?, count=?, skipped=?, rows_digest=?, bytes_stored=? WHERE id=?", values)

    def set_placed(self, report: int, placed: PlacedReport, previous_through: int) -> None:
        """``previous_through`` as the chain has it."""
        values = (placed.index, placed.submitted_at, placed.transaction, placed.gas_used, previous_through, report)
        query = "UPDATE reports SET place=?, submitted_at=?, tx=?, gas_used=?, previous_through=? WHERE id=?"
        self._run(query, values)

    def find_row(self, wanted: str | bytes) -> OpenedRow | None:
        """The submitted sale with this reference (text) or licence id (32 bytes), None for none."""
        condition = "reference=?" if isinstance(wanted, str) else "licence_id=?"
        row = self._run(_FIND + condition, (wanted,)).fetchone()
        if row is None:
            return None
        key, owner, licence_id, record, index = row
        number, sale = next(decode_rows(record, 1, self.agent, f"{self.path}, sale {key}"))
        return OpenedRow(self.agent, index, number, owner, licence_id, sale)

    def inclusion_of(self, index: int, row: int) -> Inclusion:
        """What proves a row on chain. Raises ReportInvalid for a report or row that the books do not have."""
        kept = self.report_at(index)
        if kept is None or kept.built is None or kept.placed is None:
            raise ReportInvalid(f"report {index} of {self.agent} is not in the books of this device ({self.path})")
        count = kept.built.count
        if not 0 <= row < count:
            raise ReportInvalid(f"report {index} of {self.agent} has {count} rows, from 0 on; there is no {row}")
        header = ReportHeader(count, kept.previous_through, kept.complete_through, kept.placed.submitted_at)
        tree = self.tree(kept)
        try:
            return Inclusion(index, header, row, tree.proof(row))
        finally:
            tree.close()

    def tree(self, kept: KeptReport) -> ReportTree:
        """A built report's tree (at least one row), built anew where its file is missing or another's."""
        path, built = self.tree_path(kept), kept.built
        if built is None:
            raise ReportInvalid(f"{self.path}: this report is not built yet")
        try:
            tree = ReportTree(path, built.count)
            if tree.root == built.root:
                return tree
        except (OSError, ReportInvalid):
            pass
        tree = ReportTree.build(self.licence_ids(kept.id), built.count, path)
        if tree.root != built.root:
            raise ReportInvalid(f"{self.path}: the sales kept for this report are not those that it was made of")
        return tree

    def tree_path(self, kept: KeptReport) -> Path:
        return self.folder / f"{kept.complete_through}.tree"

    def licence_ids(self, report: int) -> Iterator[bytes]:
        """The ids (32 bytes) in the order of the rows."""
        query = "SELECT licence_id FROM sales WHERE key BETWEEN ? AND ? ORDER BY key"
        for (licence_id,) in self._run(query, _keys(report)):
            yield licence_id

    def _run(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        try:
            return self._base.execute(statement, values)
        except sqlite3.Error as error:
            raise JournalError(f"{self.path}: the books cannot be used ({error})") from None


def _keys(report: int) -> tuple[int, int]:
    return report << _ROW_BITS, (report + 1 << _ROW_BITS) - 1


def _kept(row: Sequence[Any]) -> KeptReport:
    number, complete_through, previous_through, digest, skip_bad, seed = row[:6]
    built = None if row[6] is None else BuiltReport(*row[6:11])
    placed = None if row[11] is None else PlacedReport(*row[11:15])
    return KeptReport(number, complete_through, previous_through, digest, bool(skip_bad), seed, built, placed)

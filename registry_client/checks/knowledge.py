"""What the asker knows beyond the chain's events, kept in a file: vouchers, opened rows, opened end users."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType

from registry_client.checks.entries import LICENCE_COLUMNS, licence_from, licence_values, word
from registry_client.errors import ConfigurationError
from registry_client.models import KnownLicence, Report, ReportRow

_EVERY_OWNER = "*"
_PART = 10_000
_TABLES = (
    # evidence: empty for a recorded licence, a signature, or 8 bytes of the report, 8 of the row, the agent's name.
    "CREATE TABLE IF NOT EXISTS known (licence_id BLOB NOT NULL, kind TEXT NOT NULL, evidence BLOB NOT NULL,"
    " name TEXT, salt BLOB, opening BLOB NOT NULL, source TEXT NOT NULL, work_id BLOB NOT NULL,"
    " licensor TEXT NOT NULL, mandate BLOB NOT NULL, licensee TEXT NOT NULL, end_user BLOB NOT NULL,"
    " media BLOB NOT NULL, territories BLOB NOT NULL, scope_start INTEGER NOT NULL, scope_until INTEGER NOT NULL,"
    " terms BLOB NOT NULL, flags INTEGER NOT NULL, seats INTEGER NOT NULL, issued_at INTEGER NOT NULL,"
    " redeem_until INTEGER NOT NULL, nonce BLOB NOT NULL, PRIMARY KEY (work_id, licence_id, kind, evidence, opening))"
    " WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS known_by_id ON known (licence_id)",
    "CREATE TABLE IF NOT EXISTS opened (agent TEXT NOT NULL, number INTEGER NOT NULL, root BLOB NOT NULL,"
    " owner TEXT NOT NULL, PRIMARY KEY (agent, number, root, owner)) WITHOUT ROWID",
)


class KnowledgeBook:
    """One SQLite file. Rows of a report must have been compared with its root before they are added.

    Raises ConfigurationError for a file that is no such book.
    """

    def __init__(self, path: Path | str) -> None:
        try:
            self._db = sqlite3.connect(str(path), timeout=60.0, isolation_level=None)
            if path != ":memory:":
                Path(path).chmod(0o600)  # it holds the salts of sealed end users
            self._db.execute("PRAGMA journal_mode = WAL")
            for statement in _TABLES:
                self._db.execute(statement)
        except (sqlite3.Error, OSError) as error:
            raise ConfigurationError(f"{path}: the knowledge file cannot be used ({error})") from None

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> KnowledgeBook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add_many(self, known: Iterable[KnownLicence]) -> int:
        """Remember licences; returns how many were new. All or none of them."""
        before = self._db.total_changes
        marks = ", ".join("?" * 22)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            rows = iter(known)
            while part := [_values(one) for one in islice(rows, _PART)]:
                self._db.executemany(f"INSERT OR IGNORE INTO known VALUES ({marks})", part)  # noqa: S608
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        return self._db.total_changes - before

    def remember_opened(self, report: Report, owner: str | None) -> None:
        """Every row of the report that belongs to ``owner`` (all rows for None, as for the agency) has been added."""
        values = report.agent, report.index, report.root, owner or _EVERY_OWNER
        self._db.execute("INSERT OR IGNORE INTO opened VALUES (?, ?, ?, ?)", values)

    def is_opened(self, report: Report, owner: str) -> bool:
        """Whether they have."""
        query = "SELECT 1 FROM opened WHERE agent = ? AND number = ? AND root = ? AND owner IN (?, ?)"
        values = report.agent, report.index, report.root, owner, _EVERY_OWNER
        return self._db.execute(query, values).fetchone() is not None

    def works(self) -> list[int]:
        """Every work of which a licence is known."""
        return [int.from_bytes(row[0], "big") for row in self._db.execute("SELECT DISTINCT work_id FROM known")]

    def licences_of(self, work_id: int) -> list[KnownLicence]:
        """What is known of a work's licences, on any network: whoever asks compares the ids."""
        return list(self._licences_of(work_id))

    def of_licence(self, licence_id: bytes) -> list[KnownLicence]:
        """What is known of one licence: an entry for each end user that can be opened."""
        return list(self._read("WHERE licence_id = ?", (licence_id,)))

    def licences(self) -> Iterator[KnownLicence]:
        """Everything that is known, by work."""
        return self._read("", ())

    def _licences_of(self, work_id: int) -> Iterator[KnownLicence]:
        return self._read("WHERE work_id = ?", (word(work_id),))

    def _read(self, condition: str, values: tuple[object, ...]) -> Iterator[KnownLicence]:
        columns = f"licence_id, kind, evidence, name, salt, source, {LICENCE_COLUMNS}"
        query = f"SELECT {columns} FROM known {condition} ORDER BY work_id, licence_id, kind, evidence"  # noqa: S608
        for licence_id, kind, evidence, name, salt, source, *fields in self._db.execute(query, values):
            yield KnownLicence(licence_from(fields), licence_id, _evidence(kind, evidence), name, salt, source)


def _values(one: KnownLicence) -> tuple[object, ...]:
    evidence, kind = b"", "record"
    if isinstance(one.evidence, bytes):
        evidence, kind = one.evidence, "voucher"
    elif one.evidence is not None:
        row = one.evidence
        agent = row.agent.encode()
        evidence, kind = row.index.to_bytes(8, "big") + row.row.to_bytes(8, "big") + agent, "report"
    opening = b"" if one.name is None else one.name.encode() + b"\0" + (one.salt or b"")
    return (
        one.licence_id,
        kind,
        evidence,
        one.name,
        one.salt,
        opening,
        one.source,
        *licence_values(one.licence),
    )


def _evidence(kind: str, evidence: bytes) -> bytes | ReportRow | None:
    if kind == "voucher":
        return evidence
    if kind == "record":
        return None
    index, row = int.from_bytes(evidence[:8], "big"), int.from_bytes(evidence[8:16], "big")
    return ReportRow(evidence[16:].decode(), index, row)

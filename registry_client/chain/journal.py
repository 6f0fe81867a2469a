"""What was decided and sent, on disk before it is done: a killed process, started again, repeats nothing."""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry_client.errors import JournalError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, key))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS transactions (
    hash TEXT PRIMARY KEY, key TEXT NOT NULL, chain_id INTEGER NOT NULL, account TEXT NOT NULL, nonce INTEGER NOT NULL,
    raw BLOB NOT NULL, state TEXT NOT NULL CHECK (state IN ('signed', 'mined', 'failed', 'lost'))
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS transactions_by_key ON transactions (key);
"""
VERSION = 1


@dataclass(frozen=True)
class SignedTransaction:
    """A journal entry: ``raw`` is what was or will be broadcast, ``state`` is signed, mined, failed or lost."""

    hash: str
    key: str
    chain_id: int
    account: str
    nonce: int
    raw: bytes
    state: str


class Journal:
    """One SQLite file, one process at a time. Raises JournalError when another holds it or it is damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = path.with_suffix(".lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise JournalError(f"{path}: another registry command is at work; wait for it to end") from None
        try:
            path.touch(mode=0o600)
            path.chmod(0o600)  # it holds the salts of what is under way
            self._base = sqlite3.connect(path, isolation_level=None)
            self._base.execute("PRAGMA journal_mode=WAL")
            found = self._base.execute("PRAGMA user_version").fetchone()[0]
            if found not in (0, VERSION):
                raise JournalError(f"{path}: written by another version of this program ({found}, not {VERSION})")
            self._base.executescript(_SCHEMA)
            self._base.execute(f"PRAGMA user_version={VERSION}")
        except sqlite3.DatabaseError as error:
            self._lock.close()
            raise JournalError(f"{path}: the journal cannot be used ({error}); restore it from a backup") from None

    def close(self) -> None:
        self._base.close()
        self._lock.close()

    def get_fact(self, kind: str, key: str) -> Any:
        """The fact, or None."""
        row = self._run("SELECT value FROM facts WHERE kind=? AND key=?", (kind, key)).fetchone()
        return None if row is None else json.loads(row[0])

    def put_fact(self, kind: str, key: str, value: object) -> None:
        self.put_facts(kind, [(key, value)])

    def put_facts(self, kind: str, entries: list[tuple[str, object]]) -> None:
        """All of them or none. Facts can be made again, so they wait for no disk; transactions do."""
        self._run("PRAGMA synchronous=NORMAL")
        self._run("BEGIN IMMEDIATE")
        try:
            rows = [(kind, key, json.dumps(value)) for key, value in entries]
            self._base.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", rows)
            self._run("COMMIT")
        except BaseException:
            self._base.rollback()
            raise

    def facts(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Every fact of a kind, by key."""
        for key, value in self._run("SELECT key, value FROM facts WHERE kind=? ORDER BY key", (kind,)).fetchall():
            yield key, json.loads(value)

    def add_transaction(self, entry: SignedTransaction) -> None:
        """On the disk when this returns: only then may the bytes be broadcast."""
        self._run("PRAGMA synchronous=FULL")
        row = (entry.hash, entry.key, entry.chain_id, entry.account, entry.nonce, entry.raw, entry.state)
        self._run("INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def set_state(self, transaction_hash: str, state: str) -> None:
        self._run("UPDATE transactions SET state=? WHERE hash=?", (state, transaction_hash))

    def transactions(self, key: str) -> list[SignedTransaction]:
        """Every transaction ever signed under a key, by nonce."""
        rows = self._run("SELECT * FROM transactions WHERE key=? ORDER BY nonce", (key,)).fetchall()
        return [SignedTransaction(*row) for row in rows]

    def unsettled(self, chain_id: int, account: str) -> list[SignedTransaction]:
        """Signed by an account on a chain and not yet known to be mined, by nonce."""
        rows = self._run(
            "SELECT * FROM transactions WHERE state='signed' AND chain_id=? AND account=? ORDER BY nonce",
            (chain_id, account),
        ).fetchall()
        return [SignedTransaction(*row) for row in rows]

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        try:
            return self._base.execute(statement, values)
        except sqlite3.Error as error:
            raise JournalError(f"{self.path}: the journal cannot be used ({error})") from None

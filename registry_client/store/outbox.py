"""What waits to be pushed to Kubo: roots, on disk, until Kubo has confirmed their pins."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

from registry_client.content.cid import DAG_PB, parse
from registry_client.content.unixfs import links_of
from registry_client.errors import StoreUnavailable

ROOTS_PER_PUSH = 500
_MAX_DEPTH = 12


class Gets(Protocol):
    def get(self, cid: str) -> bytes: ...


class Loads(Protocol):
    def load(self, roots: list[str], blocks: Iterator[tuple[str, bytes]]) -> None: ...


class Outbox:
    """A durable set of roots. Raises StoreUnavailable when its file cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._base = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=NORMAL")
            self._base.execute("CREATE TABLE IF NOT EXISTS roots (cid TEXT PRIMARY KEY) WITHOUT ROWID")
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{path}: the outbox cannot be used ({error})") from None

    def add(self, root: str) -> None:
        """Whatever is below a root is found through its links when it is pushed. Again is harmless."""
        parse(root)
        self._run("INSERT OR IGNORE INTO roots VALUES (?)", (root,))

    def pending(self) -> list[str]:
        return [row[0] for row in self._run("SELECT cid FROM roots ORDER BY cid", ()).fetchall()]

    def __len__(self) -> int:
        return int(self._run("SELECT count(*) FROM roots", ()).fetchone()[0])

    def push(self, blocks: Gets, kubo: Loads) -> int:
        """Load and pin what waits; each part leaves the outbox when Kubo has confirmed it. Returns how many went.

        Raises StoreUnavailable (what was confirmed is not sent again), BlockMissing, ContentMismatch.
        """
        done, waiting = 0, iter(self.pending())
        while part := list(islice(waiting, ROOTS_PER_PUSH)):
            kubo.load(part, _tree(blocks, part))
            self._run("BEGIN IMMEDIATE", ())
            for root in part:
                self._run("DELETE FROM roots WHERE cid=?", (root,))
            self._run("COMMIT", ())
            done += len(part)
        return done

    def close(self) -> None:
        self._base.close()

    def _run(self, statement: str, values: tuple[object, ...]) -> sqlite3.Cursor:
        try:
            return self._base.execute(statement, values)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self.path}: the outbox cannot be used ({error})") from None


def _tree(blocks: Gets, roots: list[str], depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """Every block of trees, a parent before its children."""
    if depth > _MAX_DEPTH:
        raise StoreUnavailable("a tree of blocks is deeper than any file's")
    for root in roots:
        data = blocks.get(root)
        yield root, data
        if parse(root).codec == DAG_PB:
            yield from _tree(blocks, [str(link) for link in links_of(data)], depth + 1)

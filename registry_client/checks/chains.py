"""Mandates out of the index, with everything that they stand under."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from registry_client.checks.entries import MANDATE_COLUMNS, mandate_from, word
from registry_client.errors import ChainUnavailable
from registry_client.models import Mandate


class MandateChains:
    """Reads each mandate once; whether and when it ended, anew. ``time_of``: a block's time, Unix seconds."""

    def __init__(self, db: sqlite3.Connection, time_of: Callable[[int], int]) -> None:
        self._db, self._time_of = db, time_of
        self._read: dict[int, Mandate] = {}

    def forget(self) -> None:
        """Other mandates may stand under the same ids."""
        self._read.clear()

    def of(self, owners: Iterable[str], work_id: int, others: Iterable[int]) -> dict[int, Mandate]:
        """The mandates of these owners for the work, those of these ids where they exist, and all above them.

        Raises ChainUnavailable where one above is missing.
        """
        query = "SELECT id FROM mandates WHERE owner = ? AND work_id IN (?, ?) ORDER BY id"
        found: dict[int, Mandate] = {}
        for owner in dict.fromkeys(owners):
            for (ident,) in self._db.execute(query, (owner, word(0), word(work_id))).fetchall():
                self._add(found, ident)
        for ident in others:
            if 0 < ident < 1 << 63:
                self._add(found, ident)
        return found

    def _add(self, found: dict[int, Mandate], ident: int) -> None:
        at = ident
        while at and at not in found:
            mandate = self._mandate(at)
            if mandate is None and at != ident:
                raise ChainUnavailable(f"the node gave no mandate {at}, but one that stands under it")
            if mandate is None:
                return
            end = self._db.execute("SELECT block FROM mandate_ends WHERE mandate = ?", (at,)).fetchone()
            if end is not None:
                mandate = Mandate(mandate.id, mandate.owner, mandate.terms, self._time_of(end[0]))
            found[at] = mandate
            at = mandate.terms.parent

    def _mandate(self, ident: int) -> Mandate | None:
        if ident not in self._read:
            query = f"SELECT {MANDATE_COLUMNS} FROM mandates WHERE id = ?"  # noqa: S608
            row = self._db.execute(query, (ident,)).fetchone()
            if row is None:
                return None
            self._read[ident] = mandate_from(row, None)
        return self._read[ident]

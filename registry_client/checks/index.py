"""A local database of what happened on chain to titles, mandates, licences and reports."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from registry_client.checks.chains import MandateChains
from registry_client.checks.entries import (
    LICENCE_COLUMNS,
    REPORT_COLUMNS,
    licence_from,
    report_from,
    rows_of,
    time_told,
    word,
)
from registry_client.checks.ports import History
from registry_client.checks.schema import EVENT_TABLES, INDEXES, TABLES, TIMED_TABLES, VERSION
from registry_client.checks.world import Exclusive, RecordedLicence, TitleEvents, World
from registry_client.errors import ChainUnavailable, ConfigurationError
from registry_client.models import Means, Report
from registry_client.models.history import BlockMark, Happening
from registry_client.rights.licence import LicenceIds

_BUSY_SECONDS = 60.0
_KEPT_HEADS = 64


def index_path(home: Path, chain: History) -> Path:
    """Where the index of a chain's LicenceRegistry lies: it names both, so that no two networks share one."""
    return home / f"index-{chain.chain_id}-{chain.licences.lower()}.sqlite"


class LicenceIndex:
    """One SQLite file, or ``:memory:``. Whatever a sync adds is added at once or not at all.

    Raises ConfigurationError for a file that is no index, or another network's.
    """

    def __init__(self, path: Path | str, chain: History) -> None:
        self.path = path
        self._ids = LicenceIds(chain.chain_id, chain.licences)
        self._db = sqlite3.connect(str(path), timeout=_BUSY_SECONDS, isolation_level=None)
        self._mandates, self._version = MandateChains(self._db, self._time), 0
        identity = {
            "version": str(VERSION),
            "chain": str(chain.chain_id),
            "registry": chain.registry,
            "licences": chain.licences,
        }
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            with self.writing():
                for statement in (*TABLES, *INDEXES):
                    self._db.execute(statement)
                self._db.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", identity.items())
            found = dict(self._db.execute("SELECT name, value FROM meta"))
        except sqlite3.Error as error:
            self._db.close()
            raise ConfigurationError(f"{path}: the licence index cannot be used ({error}); delete the file") from None
        if found != identity:
            self._db.close()
            raise ConfigurationError(f"{path}: the licence index of another network or version; delete the file")

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> LicenceIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: everything within, or nothing. Raises ConfigurationError where the file cannot be used."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._mandates.forget()
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise ConfigurationError(
                f"{self.path}: the licence index cannot be used ({error}); if no other command runs, delete the file"
            ) from None

    def head(self) -> BlockMark | None:
        """The block up to which it was read."""
        found = self.heads(1)
        return found[0] if found else None

    def heads(self, limit: int) -> list[BlockMark]:
        """The newest blocks at which it stood, the newest first."""
        query = "SELECT number, hash, time FROM heads ORDER BY number DESC LIMIT ?"
        return [BlockMark(*row) for row in self._rows(query, limit)]

    def add(self, happenings: Iterable[Happening]) -> None:
        """Add what happened. Raises ChainUnavailable for what cannot have happened twice, or to nothing."""
        try:
            for event in happenings:
                recorded = event.values["licence"] if event.name == "LicenceRecorded" else None
                mandate = event.values["mandate"] if event.name == "MandateGranted" else None
                if mandate is not None and mandate.terms.parent >= mandate.id:
                    raise ChainUnavailable("the node gave a mandate that stands under a later one")
                if recorded is not None and self._ids.id_of(recorded) != event.values["licence_id"]:
                    raise ChainUnavailable("the node gave a licence whose fields do not hash to its id")
                for table, values in rows_of(event):
                    marks = ", ".join("?" * len(values))
                    self._db.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608
                told = time_told(event)
                if told is not None:
                    self._put_time(event.block, told)
        except (sqlite3.IntegrityError, OverflowError) as error:
            raise ChainUnavailable(f"the node's events contradict each other ({error})") from None

    def put_heads(self, marks: Iterable[BlockMark]) -> None:
        """Note blocks at which it stands or stood; the newest of them are kept."""
        rows = [(mark.number, mark.hash, mark.time) for mark in marks]
        self._db.executemany("INSERT OR REPLACE INTO heads VALUES (?, ?, ?)", rows)
        oldest = "SELECT number FROM heads ORDER BY number DESC LIMIT 1 OFFSET ?"
        self._db.execute(f"DELETE FROM heads WHERE number <= ({oldest})", (_KEPT_HEADS,))  # noqa: S608

    def put_times(self, marks: Iterable[BlockMark]) -> None:
        """Note the times of blocks."""
        for mark in marks:
            self._put_time(mark.number, mark.time)

    def untimed(self, after: int) -> list[int]:
        """Blocks after this one whose time an answer may rest on and is not known."""
        used = " UNION ".join(f"SELECT block FROM {table} WHERE block > :after" for table in TIMED_TABLES)  # noqa: S608
        query = f"SELECT block FROM ({used}) WHERE block NOT IN (SELECT number FROM blocks)"  # noqa: S608
        return [int(row[0]) for row in self._db.execute(query, {"after": after})]

    def roll_back(self, last: int) -> None:
        """Take back everything after block ``last``."""
        for table in EVENT_TABLES:
            self._db.execute(f"DELETE FROM {table} WHERE block > ?", (last,))  # noqa: S608
        for table in ("blocks", "heads"):
            self._db.execute(f"DELETE FROM {table} WHERE number > ?", (last,))  # noqa: S608
        self._mandates.forget()

    def count(self) -> int:
        """How many events it holds."""
        counts = " UNION ALL ".join(f"SELECT COUNT(*) n FROM {table}" for table in EVENT_TABLES)  # noqa: S608
        return int(self._db.execute(f"SELECT SUM(n) FROM ({counts})").fetchone()[0])  # noqa: S608

    def works_with_licences(self) -> list[int]:
        """Every work of which a licence was recorded."""
        return [int.from_bytes(row[0], "big") for row in self._db.execute("SELECT DISTINCT work_id FROM licences")]

    def is_titled(self, work_id: int) -> bool:
        """Whether the work has a title."""
        return bool(self._rows("SELECT 1 FROM transfers WHERE work_id = ? LIMIT 1", word(work_id)))

    def sealing_key(self, account: str) -> bytes | None:
        """The account's newest sealing key (32 bytes)."""
        query = "SELECT key FROM sealing_keys WHERE account = ? ORDER BY block DESC, place DESC LIMIT 1"
        row = self._db.execute(query, (account,)).fetchone()
        return None if row is None else bytes(row[0])

    def reports_of(self, agent: str) -> tuple[Report, ...]:
        """The agent's reports, in their order."""
        query = f"SELECT {REPORT_COLUMNS} FROM reports WHERE agent = ? ORDER BY number"  # noqa: S608
        return tuple(report_from(row) for row in self._db.execute(query, (agent,)))

    def world(
        self,
        work_id: int,
        mandates: Iterable[int] = (),
        vouchers: Iterable[tuple[str, int]] = (),
        is_signed: Callable[[str, bytes, bytes], bool] | None = None,
    ) -> World:
        """Everything about a work. ``mandates`` and ``vouchers`` (licensor and nonce): what licences from elsewhere
        name beside it. Blocks without a known time count as happening at the newest one's."""
        self._forget_what_others_changed()
        key = word(work_id)
        ownership = tuple(
            (self._time(block), str(owner))
            for block, owner in self._rows(
                "SELECT block, owner FROM transfers WHERE work_id = ? ORDER BY 1, place", key
            )
        )
        licences = {
            bytes(row[0]): RecordedLicence(row[0], licence_from(row[4:]), Means(row[1]), self._time(row[2]), *row[2:4])
            for row in self._rows(
                f"SELECT licence_id, means, block, tx, {LICENCE_COLUMNS} FROM licences WHERE work_id = ?"  # noqa: S608
                " ORDER BY block, place",
                key,
            )
        }
        ends = self._rows("SELECT licence_id, block FROM licence_ends WHERE work_id = ?", key)
        revoked = {bytes(licence_id): self._time(block) for licence_id, block in ends}
        wanted = {found.licence.mandate for found in licences.values()} | set(mandates)
        known = self._mandates.of([owner for _, owner in ownership], work_id, wanted)
        if any(found.licence.mandate and found.licence.mandate not in known for found in licences.values()):
            raise ChainUnavailable("the node gave a licence under a mandate that it never told of")
        vouchers = set(vouchers)
        agents = {mandate.terms.agent for mandate in known.values()} | {owner for _, owner in ownership}
        agents |= {licensor for licensor, _ in vouchers}
        named, holders = self._people_of(key)
        return World(
            work_id=work_id,
            ownership=ownership,
            title=self._title(key, ownership),
            mandates=known,
            licences=licences,
            revoked=revoked,
            named=named,
            holders=holders,
            exclusives=tuple(self._exclusives(key, licences, revoked)),
            cancelled=frozenset(pair for pair in vouchers if self._is_cancelled(*pair)),
            reports={agent: found for agent in agents if (found := self.reports_of(agent))},
            **({} if is_signed is None else {"is_signed": is_signed}),
            events=len(ownership) + len(licences) + len(revoked) + sum(map(len, named.values())) + len(known),
        )

    def _forget_what_others_changed(self) -> None:
        version = int(self._db.execute("PRAGMA data_version").fetchone()[0])
        if version != self._version:
            self._mandates.forget()
            self._version = version

    def _rows(self, query: str, *values: object) -> list[Any]:
        return self._db.execute(query, values).fetchall()

    def _put_time(self, number: int, time: int) -> None:
        row = self._db.execute("SELECT time FROM blocks WHERE number = ?", (number,)).fetchone()
        if row is None:
            self._db.execute("INSERT INTO blocks VALUES (?, ?)", (number, time))
        elif row[0] != time:
            raise ChainUnavailable(f"the node contradicts itself about the time of block {number}")

    def _time(self, block: int) -> int:
        row = self._db.execute("SELECT time FROM blocks WHERE number = ?", (block,)).fetchone()
        if row is None:
            row = self._db.execute("SELECT time FROM heads ORDER BY number DESC LIMIT 1").fetchone()
        if row is None:
            raise ChainUnavailable(f"the index lacks block {block}")
        return int(row[0])

    def _title(self, key: bytes, ownership: Sequence[tuple[int, str]]) -> TitleEvents | None:
        if not ownership:
            return None
        rows = self._rows("SELECT kind, anchored_at FROM title_events WHERE work_id = ? ORDER BY block, place", key)
        anchored = [int(anchored_at) for kind, anchored_at in rows if kind != "contested"]
        kinds = {kind for kind, _ in rows}
        return TitleEvents(
            anchored[-1] if anchored else 0, ownership[0][0], "contested" in kinds, "superseded" in kinds
        )

    def _people_of(self, key: bytes) -> tuple[dict[bytes, dict[bytes, int]], dict[bytes, str]]:
        named: dict[bytes, dict[bytes, int]] = {}
        mine = "JOIN licences l ON l.licence_id = x.licence_id WHERE l.work_id = ?"
        query = f"SELECT x.licence_id, x.end_user, x.block FROM end_users x {mine}"  # noqa: S608
        for licence_id, end_user, block in self._rows(query, key):
            named.setdefault(bytes(licence_id), {})[bytes(end_user)] = self._time(block)
        query = f"SELECT x.licence_id, x.holder FROM holders x {mine} ORDER BY x.block, x.place"  # noqa: S608
        return named, {bytes(licence_id): str(holder) for licence_id, holder in self._rows(query, key)}

    def _exclusives(
        self, key: bytes, licences: dict[bytes, RecordedLicence], revoked: dict[bytes, int]
    ) -> Iterator[Exclusive]:
        query = "SELECT licence_id FROM exclusives WHERE work_id = ? ORDER BY block, place"
        for (licence_id,) in self._rows(query, key):
            found = licences.get(licence_id)
            if found is None:
                raise ChainUnavailable("the node gave an exclusive licence that was never recorded")
            yield Exclusive(licence_id, found.recorded_at, revoked.get(licence_id), found.licence.scope)

    def _is_cancelled(self, licensor: str, nonce: int) -> bool:
        query = "SELECT 1 FROM cancellations WHERE licensor = ? AND nonce = ?"
        return bool(self._rows(query, licensor, nonce.to_bytes(8, "big")))

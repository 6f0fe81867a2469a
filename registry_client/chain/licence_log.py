"""Mandates and licences found by the LicenceRegistry's events, without a local index: few round trips a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from registry_client.chain.connection import hex_bytes
from registry_client.chain.contract import Event
from registry_client.chain.licences import LicenceReader, licence_of, record_from
from registry_client.chain.network import checksum
from registry_client.errors import ChainUnavailable
from registry_client.models import Licence, LicenceRecord, Mandate

_MAX_CHAIN = 8


@dataclass(frozen=True)
class RecordedLicence:
    """A licence that is on chain, as it stands: ``holder`` after transfers, None for a buyer without an account."""

    licence_id: bytes
    licence: Licence
    record: LicenceRecord
    holder: str | None


@dataclass(frozen=True)
class Naming:
    """An end user (commitment, 32 bytes) that a holder named, its seat from 1 on, and since when (Unix seconds)."""

    end_user: bytes
    seat: int
    named_at: int


class LicenceLog:
    """Answers at one block. ``id_of`` hashes a licence to its id: no event is believed. Raises ChainUnavailable."""

    def __init__(self, reader: LicenceReader, block: int, id_of: Callable[[Licence], bytes]) -> None:
        self.reader, self.block, self.id_of = reader.at(block), block, id_of
        self._first = reader.connection.network.from_block

    def mandates(self, owner: str | None = None, agent: str | None = None) -> dict[int, Mandate]:
        """Mandates by id: those of this owner and agent, and every one they hang on; state from the storage."""
        events = self._events("MandateGranted", None, _word(owner), _word(agent))
        return self.mandates_of([int(event.values["mandate"]) for event in events])

    def mandates_of(self, ids: list[int]) -> dict[int, Mandate]:
        """These mandates and every one they hang on."""
        found: dict[int, Mandate] = {}
        wanted = sorted(set(ids))
        for _ in range(_MAX_CHAIN):
            for mandate in self._read(wanted):
                found[mandate.id] = mandate
            wanted = sorted({m.terms.parent for m in found.values() if m.terms.parent} - set(found))
            if not wanted:
                break
        return found

    def mandate_given_by(self, transaction: str) -> int:
        """The id of the mandate that a transaction (mined in this block) gave."""
        logs = self._logs(self.block, "MandateGranted")
        for event in self.reader.events_of(logs):
            if event.transaction == transaction:
                return int(event.values["mandate"])
        raise ChainUnavailable(f"the node reports transaction {transaction} as mined and knows no mandate of it")

    def licence(self, licence_id: bytes) -> RecordedLicence | None:
        """A recorded licence by its id, None where nothing is recorded under it."""
        events = self._events("LicenceRecorded", "0x" + licence_id.hex())
        return self._recorded(events)[0] if events else None

    def licences(self, work_id: int | None = None) -> list[RecordedLicence]:
        """Every recorded licence, or those of one work, in the order of the chain."""
        work = None if work_id is None else f"0x{work_id:064x}"
        return self._recorded(self._events("LicenceRecorded", None, work))

    def namings(self, licence_id: bytes) -> list[Naming]:
        """Every end user that the licence's holders named, in the order of their seats."""
        found = self._events("EndUserNamed", "0x" + licence_id.hex())
        users = [bytes(event.values["endUser"]) for event in found]
        calls = [self.reader.abi.encode("namedAt", licence_id, user) for user in users]
        answers = self._call_many(calls)
        return [
            Naming(user, int(event.values["seat"]), int(self.reader.abi.decode("namedAt", answer)[0]))
            for user, event, answer in zip(users, found, answers, strict=True)
        ]

    def named(self, end_user: bytes) -> set[bytes]:
        """Ids of the licences of which a holder named this end user (a commitment, 32 bytes)."""
        found = self._events("EndUserNamed", None, "0x" + end_user.hex())
        return {bytes(event.values["licenceId"]) for event in found}

    def _read(self, ids: list[int]) -> list[Mandate]:
        answers = self._call_many([self.reader.abi.encode("mandateOf", one) for one in ids])
        return [self.reader.mandate_from(one, answer) for one, answer in zip(ids, answers, strict=True)]

    def _recorded(self, events: list[Event]) -> list[RecordedLicence]:
        told = [licence_of(event) for event in events]
        abi = self.reader.abi
        calls = [abi.encode("recordOf", licence_id) for licence_id, _, _ in told]
        calls += [abi.encode("holderOf", licence.as_tuple()) for _, _, licence in told]
        answers = self._call_many(calls)
        count, found = len(told), []
        for place, (licence_id, _, licence) in enumerate(told):
            record = record_from(abi.decode("recordOf", answers[place])[0])
            holder = abi.decode("holderOf", answers[count + place])[0]
            if self.id_of(licence) != licence_id or not record.means:
                raise ChainUnavailable(f"the node gave a licence that is not 0x{licence_id.hex()}")
            found.append(
                RecordedLicence(licence_id, licence, record, None if int(holder, 16) == 0 else checksum(holder))
            )
        return found

    def _events(self, name: str, *topics: str | None) -> list[Event]:
        return self.reader.events_of(self._logs(self._first, name, *topics))

    def _logs(self, first: int, name: str, *topics: str | None) -> list[dict[str, Any]]:
        wanted: list[Any] = ["0x" + self.reader.abi.topic(name).hex(), *topics]
        while wanted[-1] is None:
            wanted.pop()
        found = self.reader.connection.logs(self.reader.address, wanted, first, self.block)
        for log in found:
            given = log.get("topics")
            shown = [] if not isinstance(given, list) else ["0x" + hex_bytes(t, "a topic", 32).hex() for t in given]
            if any(topic is not None and [topic] != shown[i : i + 1] for i, topic in enumerate(wanted)):
                raise ChainUnavailable("the node gave logs that were not asked for")
        return found

    def _call_many(self, calls: list[bytes]) -> list[bytes]:
        return self.reader.connection.call_many(self.reader.address, calls, self.block) if calls else []


def _word(address: str | None) -> str | None:
    return None if address is None else "0x" + "00" * 12 + address[2:].lower()

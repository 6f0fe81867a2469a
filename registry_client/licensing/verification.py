"""Whether a licence that somebody shows is one, and whether it covers a use. The chain decides; nothing shown is
trusted. Specification, Licence files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

from registry_client.errors import ChainMismatch, ContractError, ScopeInvalid
from registry_client.licensing.licence_file import Evidence, LicenceFile
from registry_client.licensing.refusals import words_of
from registry_client.models import OPEN_SALT, Licence, LicenceRecord, Means, Outside, Use

_NOT_NAMED = "LicenceEndUserMismatch"


class Reading(Protocol):
    """Everything that one question needs, read at one block. ``by_record`` and ``by_evidence`` are what the contract
    says of the use by the record and by the evidence shown; a refusal stands in their place."""

    @property
    def chain_id(self) -> int: ...
    @property
    def block(self) -> int: ...
    @property
    def time(self) -> int: ...
    @property
    def record(self) -> LicenceRecord: ...
    @property
    def by_record(self) -> Outside | ContractError: ...
    @property
    def by_evidence(self) -> Outside | ContractError: ...


class Reads(Protocol):
    def reading(self, licence: Licence, licence_id: bytes, use: Use, evidence: Evidence) -> Reading:
        """One round trip. Raises ChainUnavailable."""


@dataclass(frozen=True)
class Asked:
    """The use in question. Bits 0: not stated, so not judged. ``time`` None: the newest block's."""

    media: int = 0
    territories: int = 0
    time: int | None = None


@dataclass(frozen=True)
class Verification:
    """``refusal`` is the contract's, None where the licence is valid. ``use`` is what was judged, None where nothing
    was asked beside the licence itself; ``outside`` in what the use lies outside. ``shows_end_user`` False: the file
    opens no end user, so it says nothing about anybody's use."""

    file: LicenceFile
    refusal: ContractError | None
    reason: str | None
    use: Use | None
    outside: Outside
    shows_end_user: bool
    record: LicenceRecord
    block: int
    time: int

    @property
    def is_valid(self) -> bool:
        return self.refusal is None

    @property
    def ended_at(self) -> int | None:
        """When it was revoked or ended, whichever came first; None while it goes on."""
        ends = [self.file.licence.scope.until, self.record.revoked_at]
        return min((end for end in ends if end is not None and end <= self.time), default=None)

    @property
    def holds(self) -> bool:
        """Valid, and covering the use if one was asked about, else neither revoked nor ended."""
        if self.use is None:
            return self.is_valid and self.ended_at is None
        return self.is_valid and self.shows_end_user and self.outside is Outside.NONE


def verify(file: LicenceFile, reader: Reads, asked: Asked | None = None) -> Verification:
    """What the chain says of a shown licence, at one block and in one round trip.

    A licence that is on chain by now is judged by its record, whatever the file's evidence was. Raises ScopeInvalid,
    ChainMismatch, ChainUnavailable (could not ask; that says nothing about the licence).
    """
    licence, licence_id = file.licence, file.licence_id
    name, salt = ("", OPEN_SALT) if file.opening is None else (file.opening.name, file.opening.salt)
    asked_time = asked.time if asked is not None else None
    # Without a time of use, ask for the licence's own date, which the chain knows, and judge the time here.
    question = Use(
        name=name,
        salt=salt,
        time=licence.issued_at if asked_time is None else asked_time,
        media=asked.media if asked else 0,
        territories=asked.territories if asked else 0,
    )
    found = reader.reading(licence, licence_id, question, file.evidence)
    if found.chain_id != file.chain_id:
        raise ChainMismatch(f"the node is on chain {found.chain_id}, not {file.chain_id}")
    answer = found.by_evidence if found.record.means is Means.NONE else found.by_record
    shows = file.opening is not None
    outside, refusal = Outside.NONE, None
    if isinstance(answer, ContractError):
        if answer.name == "LicenceTimeInFuture":
            raise ScopeInvalid(f"{words_of(answer)}: a use can be judged when it has happened")
        if shows or answer.name != _NOT_NAMED:  # the contract looks for the end user when all else is in order
            refusal = answer
    else:
        outside = answer
    use = None
    if asked is not None:
        use = question if asked_time is not None else replace(question, time=found.time)
        if asked_time is None:
            outside = outside & (Outside.MEDIA | Outside.TERRITORIES) | _time_outside(licence, found)
    elif refusal is None:
        outside = Outside.NONE
    reason = None if refusal is None else words_of(refusal) or str(refusal)
    return Verification(file, refusal, reason, use, outside, shows, found.record, found.block, found.time)


def _time_outside(licence: Licence, found: Reading) -> Outside:
    outside = Outside.NONE
    if not licence.scope.start <= found.time < licence.scope.until:
        outside |= Outside.TIME
    if found.record.revoked_at is not None and found.record.revoked_at <= found.time:
        outside |= Outside.REVOKED
    return outside


def as_json(found: Verification) -> dict[str, Any]:
    """The answer as one JSON object; times Unix seconds."""
    use = None
    if found.use is not None:
        use = {
            "media": hex(found.use.media),
            "territories": hex(found.use.territories),
            "time": found.use.time,
        }
    return {
        "valid": found.is_valid,
        "holds": found.holds,
        "licence_id": "0x" + found.file.licence_id.hex(),
        "error": found.refusal.name if found.refusal else None,
        "reason": found.reason,
        "end_user": found.file.opening.name if found.file.opening and found.is_valid else None,
        "use": use,
        "outside": [flag.name.lower() for flag in Outside if flag.name and flag in found.outside and flag],
        "means": found.record.means.name.lower(),
        "recorded_at": found.record.recorded_at or None,
        "revoked_at": found.record.revoked_at,
        "ended_at": found.ended_at,
        "block": found.block,
        "time": found.time,
    }

"""What a use check answers, with everything that the answer rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from registry_client.models import Licence, Mandate, Outside, ReportRow
from registry_client.registration.ownership import Candidate


class VerdictKind(Enum):
    """The six answers. Specification, Use checks."""

    LICENSED = "LICENSED"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    PENDING = "PENDING"
    NOT_LICENSED = "NOT_LICENSED"
    AMBIGUOUS = "AMBIGUOUS"
    UNREGISTERED = "UNREGISTERED"


class AskerKind(Enum):
    """Who asks: what they can open follows from it."""

    STRANGER = "stranger"
    AGENCY = "agency"
    OWNER = "owner"


class BreachKind(Enum):
    """What reports and vouchers, signed off chain, can smuggle past exclusivity and closed books."""

    SHOWN_AFTER_EXCLUSIVE = "shown after an exclusive licence"
    INSIDE_EXCLUSIVE_MANDATE = "inside an exclusive mandate that the licensor had given"
    MISSING_FROM_BOOKS = "missing from books that the licensor had closed"


@dataclass(frozen=True)
class Asker:
    """Who asks; ``address`` None for a stranger."""

    kind: AskerKind = AskerKind.STRANGER
    address: str | None = None


STRANGER = Asker()


@dataclass(frozen=True)
class Question:
    """The use. ``names``: the end users whose licence covers it, normalised, the nearest first. ``media`` and
    ``territories`` are bits, 0 where not stated; ``time`` Unix seconds."""

    user: str
    names: tuple[str, ...]
    time: int
    media: int
    territories: int
    url: str | None


@dataclass(frozen=True)
class FoundWork:
    """The work in question. ``found_by``: ``id``, ``exact bytes`` or ``fingerprint`` (then ``distance`` in bits of
    256, a candidate and no more). ``low_quality``: the image has too little texture for its fingerprint to say much.
    """

    work_id: int
    found_by: str
    distance: int | None = None
    low_quality: bool = False


@dataclass(frozen=True)
class TitleState:
    """``status``: ``titled``, ``contested``, ``anchored`` (no title yet) or ``unregistered``; times Unix seconds."""

    status: str
    owner: str | None = None
    anchored_at: int | None = None
    registered_at: int | None = None
    contested: bool = False
    superseded: bool = False


@dataclass(frozen=True)
class Recording:
    """How a licence is known. ``means``: ``grant``, ``voucher`` or ``report``. On chain: block, transaction, time
    (Unix seconds). Else what shows it: ``row`` of a report, or the licensor's signature. ``source`` in words."""

    means: str
    on_chain: bool
    shown_at: int
    source: str
    block: int | None = None
    transaction: str | None = None
    row: ReportRow | None = None


@dataclass(frozen=True)
class FieldOutside:
    """A field in which the use lies outside a licence, with both values in words."""

    field: str
    licence: str
    use: str


@dataclass(frozen=True)
class FoundLicence:
    """A valid licence of this end user. ``authority`` are the mandates from the owner's to the licensor's, none for
    an owner's own. ``confirmed``: the contract was asked and says the same."""

    licence_id: bytes
    licence: Licence
    name: str
    sealed: bool
    holder: str
    owner: str
    authority: tuple[Mandate, ...]
    recording: Recording
    outside: Outside
    fields: tuple[FieldOutside, ...]
    confirmed: bool


@dataclass(frozen=True)
class RefusedLicence:
    """Evidence of this end user's that is no valid licence: the contract's error and its arguments."""

    licence_id: bytes
    licensor: str
    mandate: int
    source: str
    error: str
    arguments: tuple[object, ...]


@dataclass(frozen=True)
class OpenBooks:
    """An agency that could have sold a licence and whose books are not closed yet. Times Unix seconds: closed through
    ``complete_through`` (0 for never), needed through ``needed_through``, due by ``deadline``."""

    agent: str
    mandate: int
    complete_through: int
    needed_through: int
    deadline: int
    late: bool


@dataclass(frozen=True)
class Sealed:
    """What the asker cannot open and could cover the use: ``recorded`` licences on chain, ``rows`` in reports (at most
    so many where not ``rows_exact``). ``free_seats``: end users who can still be named, for later uses only."""

    recorded: int = 0
    rows: int = 0
    rows_exact: bool = True
    free_seats: int = 0

    @property
    def total(self) -> int:
        return self.recorded + self.rows


@dataclass(frozen=True)
class Breach:
    """A licence that stays valid for its buyer, and breaks what its licensor had promised. ``against``: the exclusive
    licence's id (0x-hex), the exclusive mandate's id, or the report's index. Times Unix seconds."""

    kind: BreachKind
    work_id: int
    licence_id: bytes
    licensor: str
    mandate: int
    against: str
    issued_at: int
    shown_at: int


@dataclass(frozen=True)
class KnowledgeUsed:
    """What the answer was drawn from: events of this work and its owners' mandates, vouchers held, rows opened."""

    asker: Asker
    events: int
    vouchers: int
    rows: int
    openings: int


@dataclass(frozen=True)
class Verdict:
    """The answer, read at ``block``. ``time`` is the block's, Unix seconds. ``reason`` says in one sentence why it is
    this one."""

    kind: VerdictKind
    reason: str
    question: Question
    work: FoundWork
    title: TitleState
    block: int
    time: int
    knowledge: KnowledgeUsed
    licences: tuple[FoundLicence, ...] = ()
    refused: tuple[RefusedLicence, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    pending: tuple[OpenBooks, ...] = ()
    sealed: Sealed = Sealed()
    breaches: tuple[Breach, ...] = ()

    @property
    def outside(self) -> tuple[FieldOutside, ...]:
        """The fields outside the licence that comes nearest; none unless OUT_OF_SCOPE."""
        return self.licences[0].fields if self.kind is VerdictKind.OUT_OF_SCOPE and self.licences else ()

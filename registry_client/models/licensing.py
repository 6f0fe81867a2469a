"""Mandates, licences, reports and what is asked of them. Sources: ``interfaces/IMandates.sol``, ``ILicences.sol``,
``ISalesReports.sol``; field names are theirs in snake case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, IntFlag

from registry_client.models.scope import Scope

NOBODY = "0x" + "00" * 20
NO_END_USER = bytes(32)
OPEN_SALT = bytes(32)


class Flags(IntFlag):
    """What a licence's terms allow."""

    NONE = 0
    EXCLUSIVE = 1
    TRANSFERABLE = 2
    SUBLICENSABLE = 4
    REVOCABLE = 8


class Outside(IntFlag):
    """In what a use lies outside a licence; NONE: covered."""

    NONE = 0
    MEDIA = 1
    TERRITORIES = 2
    TIME = 4
    BEFORE_NAMING = 8
    REVOKED = 16


class Means(IntEnum):
    """How a licence came on chain; NONE: it did not."""

    NONE = 0
    GRANT = 1
    VOUCHER = 2
    REPORT = 3


@dataclass(frozen=True)
class MandateTerms:
    """What is given. ``parent`` 0 for an owner's, ``work_id`` 0 for every work of the owner, ``start`` 0 for now,
    ``expires_at`` the first second after, ``reporting_period`` seconds, ``commission`` basis points."""

    agent: str
    scope: Scope
    expires_at: int
    reporting_period: int
    parent: int = 0
    work_id: int = 0
    start: int = 0
    commission: int = 0
    depth: int = 0
    exclusive: bool = False

    def as_tuple(self) -> tuple[object, ...]:
        """The fields in the order of the contract's struct."""
        return (
            self.parent,
            self.agent,
            self.work_id,
            self.scope.as_tuple(),
            self.start,
            self.expires_at,
            self.reporting_period,
            self.commission,
            self.depth,
            self.exclusive,
        )


@dataclass(frozen=True)
class Mandate:
    """A mandate on chain; ``revoked_at`` None for one that was not revoked."""

    id: int
    owner: str
    terms: MandateTerms
    revoked_at: int | None = None

    @property
    def ends_at(self) -> int:
        """First second without authority, as far as is known."""
        expires = self.terms.expires_at
        return expires if self.revoked_at is None else min(self.revoked_at, expires)


@dataclass(frozen=True)
class Licence:
    """A permission to use a work. ``mandate`` 0 for the owner; ``licensee`` NOBODY for a buyer without an account;
    ``end_user`` a commitment (32 bytes) or NO_END_USER; ``terms`` SHA-256 (32 bytes) of the legal text;
    ``redeem_until`` 0 for no limit."""

    work_id: int
    licensor: str
    scope: Scope
    terms: bytes
    mandate: int = 0
    licensee: str = NOBODY
    end_user: bytes = NO_END_USER
    flags: Flags = Flags.NONE
    seats: int = 0
    issued_at: int = 0
    redeem_until: int = 0
    nonce: int = 0

    def as_tuple(self) -> tuple[object, ...]:
        """The fields in the order of the contract's struct."""
        return (
            self.work_id,
            self.licensor,
            self.mandate,
            self.licensee,
            self.end_user,
            self.scope.as_tuple(),
            self.terms,
            int(self.flags),
            self.seats,
            self.issued_at,
            self.redeem_until,
            self.nonce,
        )

    def dated(self, issued_at: int) -> Licence:
        """The same licence with another date."""
        return replace(self, issued_at=issued_at)


@dataclass(frozen=True)
class ReportHeader:
    """What a report's commitment holds beside its root; Unix seconds."""

    count: int
    previous_through: int
    complete_through: int
    submitted_at: int

    def as_tuple(self) -> tuple[int, int, int, int]:
        return self.count, self.previous_through, self.complete_through, self.submitted_at


@dataclass(frozen=True)
class Report:
    """A report on chain. ``root`` 32 bytes (zeros for no sale), ``rows_digest`` SHA-256 of the block that leads to the
    sealed rows."""

    agent: str
    index: int
    root: bytes
    header: ReportHeader
    rows_digest: bytes


@dataclass(frozen=True)
class Inclusion:
    """Where a licence stands in its licensor's reports: ``row`` from 0 on, ``proof`` the siblings from the leaf up."""

    index: int
    header: ReportHeader
    row: int
    proof: tuple[bytes, ...]

    def as_tuple(self) -> tuple[object, ...]:
        return self.index, self.header.as_tuple(), self.row, list(self.proof)


@dataclass(frozen=True)
class LicenceRecord:
    """What the chain keeps of a licence; ``revoked_at`` None for one that was not revoked."""

    means: Means
    recorded_at: int
    revoked_at: int | None
    seats_used: int


@dataclass(frozen=True)
class Use:
    """A use to be judged. ``name`` the end user, normalised; ``salt`` opens the commitment (OPEN_SALT for an open one);
    ``media`` or ``territories`` 0: not stated, so not judged; ``time`` Unix seconds."""

    name: str
    time: int
    media: int = 0
    territories: int = 0
    salt: bytes = OPEN_SALT

    def as_tuple(self) -> tuple[object, ...]:
        return self.name, self.salt, self.media, self.territories, self.time

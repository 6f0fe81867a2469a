"""What the chain says about one work, and its mandates and licences, at one block."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from registry_client.models import Licence, Mandate, Means, Report, Scope


@dataclass(frozen=True)
class RecordedLicence:
    """A licence on chain: how it came there, when (Unix seconds) and where."""

    licence_id: bytes
    licence: Licence
    means: Means
    recorded_at: int
    block: int
    transaction: str


@dataclass(frozen=True)
class Exclusive:
    """An entry of the contract's list of a work's exclusive licences: those whose exclusivity began when they were
    recorded. ``revoked_at`` None for one that stands."""

    licence_id: bytes
    recorded_at: int
    revoked_at: int | None
    scope: Scope


@dataclass(frozen=True)
class TitleEvents:
    """What the events say of a title: ``anchored_at`` and ``registered_at`` Unix seconds."""

    anchored_at: int
    registered_at: int
    contested: bool
    superseded: bool


def _never(licensor: str, licence_id: bytes, signature: bytes) -> bool:
    return False


@dataclass(frozen=True)
class World:
    """Everything that a use check of ``work_id`` rests on. Times Unix seconds.

    ``ownership``: (since, owner), ascending. ``named``: of a licence, end users and since when. ``revoked``: of a
    licence, recorded or not. ``cancelled``: licensor and voucher nonce. ``is_signed``: see ports.History.
    """

    work_id: int
    ownership: tuple[tuple[int, str], ...] = ()
    title: TitleEvents | None = None
    mandates: Mapping[int, Mandate] = field(default_factory=dict)
    licences: Mapping[bytes, RecordedLicence] = field(default_factory=dict)
    revoked: Mapping[bytes, int] = field(default_factory=dict)
    named: Mapping[bytes, Mapping[bytes, int]] = field(default_factory=dict)
    holders: Mapping[bytes, str] = field(default_factory=dict)
    exclusives: tuple[Exclusive, ...] = ()
    cancelled: frozenset[tuple[str, int]] = frozenset()
    reports: Mapping[str, tuple[Report, ...]] = field(default_factory=dict)
    is_signed: Callable[[str, bytes, bytes], bool] = _never
    events: int = 0

    def owner_at(self, time: int) -> str | None:
        """Who owned the title, None before its first second."""
        place = bisect_right(self.ownership, time, key=lambda period: period[0])
        return self.ownership[place - 1][1] if place else None

    @property
    def owners(self) -> tuple[str, ...]:
        """Every owner there was, the first one first."""
        return tuple(dict.fromkeys(owner for _, owner in self.ownership))

    def periods_of(self, owner: str) -> Iterator[tuple[int, int | None]]:
        """When this account owned the title: first second, and first second after (None: it owns it)."""
        for place, (since, holder) in enumerate(self.ownership):
            if holder == owner:
                following = self.ownership[place + 1 :]
                if not following or following[0][0] != since:
                    yield since, following[0][0] if following else None

    def chain_of(self, mandate: int) -> tuple[Mandate, ...]:
        """The mandate and those above it, itself first."""
        found = []
        while mandate:
            link = self.mandates[mandate]
            found.append(link)
            mandate = link.terms.parent
        return tuple(found)

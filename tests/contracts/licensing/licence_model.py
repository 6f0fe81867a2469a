"""The rules of mandates, licences and reports as the specification states them, in plain Python over sets and lists.

It foretells the error of each call, or None for success. It knows only what was sent and when; nothing is read back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.contracts.licensing.world import EXCLUSIVE, REVOCABLE, TRANSFERABLE, Licence, Scope, Terms
from tests.contracts.support import OPPOSITION

NEVER = 2**64


def bits(number: int) -> set[int]:
    return {bit for bit in range(number.bit_length()) if number >> bit & 1}


def within(inner: Scope, outer: Scope) -> bool:
    sets = bits(inner.media) <= bits(outer.media) and bits(inner.territories) <= bits(outer.territories)
    return sets and outer.start <= inner.start and inner.until <= outer.until


def overlap(a: Scope, b: Scope) -> bool:
    sets = bits(a.media) & bits(b.media) and bits(a.territories) & bits(b.territories)
    return bool(sets) and max(a.start, b.start) < min(a.until, b.until)


@dataclass
class Link:
    """A mandate that was given; ``start`` is the second it really began."""

    owner: str
    terms: Terms
    start: int
    revoked: int = NEVER

    @property
    def end(self) -> int:
        return min(self.revoked, self.terms.expires_at)


@dataclass
class Recorded:
    licence: Licence
    means: str
    time: int
    order: int
    holder: str
    named: dict[bytes, int] = field(default_factory=dict)


class Model:
    def __init__(self) -> None:
        self.titles: dict[int, list[tuple[int, str]]] = {}
        self.mandates: dict[int, Link] = {}
        self.records: dict[bytes, Recorded] = {}
        self.revoked: dict[bytes, int] = {}
        self.exclusives: list[bytes] = []
        self.cancelled: set[tuple[str, int]] = set()
        self.through: dict[str, int] = {}

    def owner_at(self, work: int, time: int) -> str | None:
        before = [owner for since, owner in self.titles.get(work, []) if since <= time]
        return before[-1] if before else None

    def chain(self, mandate: int) -> list[int]:
        """The mandate and its ancestors."""
        found = []
        while mandate:
            found.append(mandate)
            mandate = self.mandates[mandate].terms.parent
        return found

    def ended(self, mandate: int, now: int) -> bool:
        return any(self.mandates[link].end <= now for link in self.chain(mandate))

    def live(self, mandate: int, time: int) -> bool:
        return all(self.mandates[link].start <= time < self.mandates[link].end for link in self.chain(mandate))

    def authority(self, agent: str, work: int, time: int) -> list[int]:
        owner = self.owner_at(work, time)
        return [
            number
            for number, link in self.mandates.items()
            if (link.owner, link.terms.agent) == (owner, agent)
            and link.terms.work_id in (0, work)
            and self.live(number, time)
        ]

    def given(self, owner: str, parent: int, now: int) -> list[int]:
        """What a grantor gave that has not ended."""
        return [
            number
            for number, link in self.mandates.items()
            if link.terms.parent == parent and link.owner == owner and not self.ended(number, now)
        ]

    def grant_mandate(self, by: str, terms: Terms, now: int) -> str | None:
        start = terms.start or now
        if terms.agent == by:
            return "MandateAgentInvalid"
        if start < now or start >= terms.expires_at:
            return "MandatePeriodInvalid"
        owner = by
        if terms.parent == 0:
            if terms.work_id and self.owner_at(terms.work_id, now) != by:
                return "MandateNotOwner"
        else:
            parent = self.mandates.get(terms.parent)
            if parent is None:
                return "MandateUnknown"
            if parent.terms.agent != by:
                return "MandateNotAgent"
            if self.ended(terms.parent, now):
                return "MandateNotLive"
            if not self.attenuates(terms, start, parent):
                return "MandateExceedsParent"
            owner = parent.owner
        for number in self.given(owner, terms.parent, now):
            other = self.mandates[number]
            same = 0 in (terms.work_id, other.terms.work_id) or terms.work_id == other.terms.work_id
            shares = max(start, other.start) < min(terms.expires_at, other.terms.expires_at)
            exclusive = terms.exclusive or other.terms.exclusive
            if same and shares and exclusive and overlap(terms.scope, other.terms.scope):
                return "MandateExclusiveOverlap"
        return None

    @staticmethod
    def attenuates(terms: Terms, start: int, parent: Link) -> bool:
        above = parent.terms
        return (
            terms.depth < above.depth
            and above.work_id in (0, terms.work_id)
            and within(terms.scope, above.scope)
            and parent.start <= start
            and terms.expires_at <= above.expires_at
            and terms.commission <= above.commission
            and terms.reporting_period <= above.reporting_period
            and (above.exclusive or not terms.exclusive)
        )

    def revoke_mandate(self, by: str, number: int) -> str | None:
        link = self.mandates.get(number)
        if link is None:
            return "MandateUnknown"
        parent = self.mandates.get(link.terms.parent)
        if by not in {link.owner, link.terms.agent, parent.terms.agent if parent else link.owner}:
            return "MandateUnauthorized"
        return "MandateAlreadyRevoked" if link.revoked != NEVER else None

    def licensed(self, licence: Licence, evidence: int) -> str | None:
        """Authority and ownership at the licence's date, and whether the evidence is late."""
        owner, period, time = licence.licensor, 0, licence.issued_at
        if licence.mandate:
            link = self.mandates.get(licence.mandate)
            if link is None:
                return "MandateUnknown"
            if link.terms.agent != licence.licensor:
                return "MandateAgentMismatch"
            if link.terms.work_id not in (0, licence.work_id):
                return "MandateWorkOutside"
            if not within(licence.scope, link.terms.scope):
                return "MandateScopeExceeded"
            owner, period = link.owner, link.terms.reporting_period
            for number in self.chain(licence.mandate):
                above = self.mandates[number]
                if not above.start <= time < above.end:
                    return "MandateNotLive"
                if evidence > above.end + period:
                    return "MandateEvidenceLate"
            if licence.flags & EXCLUSIVE and not link.terms.exclusive:
                return "LicenceExclusiveUnauthorized"
        times = [time, evidence - period] if evidence > time + period else [time]
        if any(self.owner_at(licence.work_id, at) != owner for at in times):
            return "LicenceNotOwner"
        return None

    def excluded(self, licence: Licence, time: int) -> bool:
        """Whether a recorded exclusive licence stands against one dated ``time``."""
        return any(
            one.licence.work_id == licence.work_id
            and one.licence != licence
            and one.time <= time < self.revoked.get(number, NEVER)
            and overlap(one.licence.scope, licence.scope)
            for number, one in ((number, self.records[number]) for number in self.exclusives)
        )

    def meets(self, number: int, licence: Licence) -> bool:
        terms = self.mandates[number].terms
        return terms.work_id in (0, licence.work_id) and overlap(terms.scope, licence.scope)

    def top(self, licence: Licence) -> str:
        return self.mandates[licence.mandate].owner if licence.mandate else licence.licensor

    def exclusivity(self, licence: Licence, number: bytes, means: str, now: int) -> tuple[str | None, bool]:
        """What refuses a grant that cannot exclude others, and whether exclusivity begins."""
        if not licence.flags & EXCLUSIVE or number in self.revoked:
            return None, False
        given = self.given(self.top(licence), licence.mandate, now)
        settled = now > self.titles[licence.work_id][0][0] + OPPOSITION
        may = self.owner_at(licence.work_id, now) == self.top(licence) and self.live(licence.mandate, now)
        kept_out = any(self.mandates[one].terms.exclusive and self.meets(one, licence) for one in given)
        reasons = {
            "LicenceTitleUnsettled": not settled,
            "not now": not may or kept_out or self.excluded(licence, now),
            "LicenceMandateOverlap": any(self.meets(one, licence) for one in given),
        }
        error = next((reason for reason, holds in reasons.items() if holds), None)
        return (error if means == "grant" else None), error is None

    def record(self, licence: Licence, number: bytes, means: str, now: int) -> str | None:
        """What every means of recording asks for last."""
        if number in self.records:
            return "LicenceAlreadyRecorded"
        return self.exclusivity(licence, number, means, now)[0]

    def grant(self, by: str, licence: Licence, number: bytes, now: int) -> str | None:
        if by != licence.licensor:
            return "LicenceLicensorMismatch"
        if error := self.licensed(licence, now):
            return error
        below = self.given(self.top(licence), licence.mandate, now)
        if any(self.mandates[one].terms.exclusive and self.meets(one, licence) for one in below):
            return "LicenceMandateOverlap"
        if self.excluded(licence, now):
            return "LicenceExclusiveOverlap"
        return self.record(licence, number, "grant", now)

    def voucher(self, licence: Licence, signer: str, now: int) -> str | None:
        if licence.issued_at > now:
            return "LicenceInFuture"
        if licence.redeem_until and now > licence.redeem_until:
            return "LicenceVoucherExpired"
        if (licence.licensor, licence.nonce) in self.cancelled:
            return "LicenceVoucherCancelled"
        if signer != licence.licensor:
            return "LicenceSignatureInvalid"
        excluded = "LicenceExclusiveOverlap" if self.excluded(licence, licence.issued_at) else None
        return self.licensed(licence, now) or excluded

    def reported(self, licence: Licence, agent: str, header: Any) -> str | None:
        if agent != licence.licensor:
            return "a report of another"
        if not header.previous_through < licence.issued_at <= header.complete_through:
            return "LicenceOutsideReport"
        excluded = "LicenceExclusiveOverlap" if self.excluded(licence, licence.issued_at) else None
        return self.licensed(licence, header.submitted_at - 1) or excluded

    def submit(self, by: str, through: int, now: int) -> str | None:
        if through <= self.through.get(by, 0):
            return "ReportNotForward"
        return "ReportInFuture" if through >= now else None

    def revoke(self, by: str, licence: Licence, number: bytes, now: int) -> str | None:
        if not licence.flags & REVOCABLE:
            return "LicenceNotRevocable"
        if self.owner_at(licence.work_id, now) != by:
            if licence.licensor != by or not licence.mandate:
                return "LicenceRevokeUnauthorized"
            now_dated = licence._replace(issued_at=now, flags=0)
            if error := self.licensed(now_dated, now):
                return error
        return "LicenceAlreadyRevoked" if number in self.revoked else None

    def held(self, by: str, number: bytes) -> str | None:
        one = self.records.get(number)
        if one is None:
            return "LicenceUnknown"
        return None if one.holder == by else "LicenceNotHolder"

    def transfer(self, by: str, to: str, licence: Licence, number: bytes) -> str | None:
        if number in self.records and not licence.flags & TRANSFERABLE:
            return "LicenceNotTransferable"
        if error := self.held(by, number):
            return error
        if to == by:
            return "LicenceHolderInvalid"
        return "LicenceAlreadyRevoked" if number in self.revoked else None

    def name(self, by: str, user: bytes, licence: Licence, number: bytes) -> str | None:
        if error := self.held(by, number):
            return error
        named = self.records[number].named
        if user == licence.end_user:
            return "LicenceEndUserInvalid"
        if user in named:
            return "LicenceEndUserAlreadyNamed"
        if len(named) >= licence.seats:
            return "LicenceSeatsTaken"
        return "LicenceAlreadyRevoked" if number in self.revoked else None

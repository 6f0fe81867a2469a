"""From what happened on chain to rows of the index, and back to models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from registry_client.models import Flags, Licence, Mandate, MandateTerms, Means, Report, ReportHeader, Scope
from registry_client.models.history import Happening

Row = tuple[str, tuple[object, ...]]
MANDATE_COLUMNS = (
    "id, owner, agent, parent, work_id, media, territories, scope_start, scope_until, start,"
    " expires_at, reporting_period, commission, depth, exclusive"
)
LICENCE_COLUMNS = (
    "work_id, licensor, mandate, licensee, end_user, media, territories, scope_start, scope_until, terms, flags,"
    " seats, issued_at, redeem_until, nonce"
)
REPORT_COLUMNS = "agent, number, root, count, previous_through, complete_through, submitted_at, rows_digest"
_KINDS = {"WorkRegistered": "registered", "TitleSuperseded": "superseded", "PriorityImproved": "improved"}


def word(number: int) -> bytes:
    """32 bytes, big-endian."""
    return number.to_bytes(32, "big")


def rows_of(event: Happening) -> Iterator[Row]:
    """The rows that an event adds: table and values. Events that answer nothing here add none."""
    values, at = event.values, (event.block, event.index)
    name = event.name
    if name == "MandateGranted":
        yield "mandates", (values["mandate"].id, event.block, *_mandate_values(values["mandate"]))
    elif name == "MandateRevoked":
        yield "mandate_ends", (values["mandate"], event.block)
    elif name == "LicenceRecorded":
        yield (
            "licences",
            (
                values["licence_id"],
                *at,
                event.transaction,
                int(values["means"]),
                *licence_values(values["licence"]),
            ),
        )
    elif name == "ExclusivityBegan":
        yield "exclusives", (values["licenceId"], *at, word(values["workId"]))
    elif name == "LicenceRevoked":
        yield "licence_ends", (values["licenceId"], *at, word(values["workId"]))
    elif name == "LicenceTransferred":
        yield "holders", (values["licenceId"], *at, values["to"])
    elif name == "EndUserNamed":
        yield "end_users", (values["licenceId"], values["endUser"], event.block)
    elif name == "VoucherCancelled":
        yield "cancellations", (values["licensor"], _eight(values["nonce"]), event.block)
    elif name == "ReportSubmitted":
        report: Report = values["report"]
        yield (
            "reports",
            (
                report.agent,
                report.index,
                event.block,
                report.root,
                *report.header.as_tuple(),
                report.rows_digest,
            ),
        )
    elif name == "SealingKeyPublished":
        yield "sealing_keys", (values["account"], *at, values["key"])
    elif name == "Transfer":
        yield "transfers", (word(values["tokenId"]), *at, values["to"])
    elif name == "TitleContested":
        yield "title_events", (word(values["workId"]), *at, "contested", values["anchoredAt"], None)
    elif name in _KINDS:
        anchored = values["anchoredAt"] if name == "WorkRegistered" else values["newAnchoredAt"]
        row = (word(values["workId"]), *at, _KINDS[name], anchored, values.get("fingerprint"))
        yield "title_events", row


def time_told(event: Happening) -> int | None:
    """The time of the event's block where the event itself tells it (Unix seconds)."""
    if event.name == "LicenceRecorded" and event.values["means"] is Means.GRANT:
        return int(event.values["licence"].issued_at)
    if event.name == "ReportSubmitted":
        return int(event.values["report"].header.submitted_at)
    return None


def mandate_from(row: Sequence[Any], revoked_at: int | None) -> Mandate:
    """From MANDATE_COLUMNS."""
    ident, owner, agent, parent, work_id, media, territories, start, until, *rest = row
    begins, expires_at, period, commission, depth, exclusive = rest
    terms = MandateTerms(
        agent=agent,
        scope=_scope(media, territories, start, until),
        expires_at=expires_at,
        reporting_period=period,
        parent=parent,
        work_id=int.from_bytes(work_id, "big"),
        start=begins,
        commission=commission,
        depth=depth,
        exclusive=bool(exclusive),
    )
    return Mandate(ident, owner, terms, revoked_at)


def licence_values(licence: Licence) -> tuple[object, ...]:
    """In the order of LICENCE_COLUMNS."""
    scope = licence.scope
    return (
        word(licence.work_id),
        licence.licensor,
        _eight(licence.mandate),
        licence.licensee,
        licence.end_user,
        _eight(scope.media),
        word(scope.territories),
        scope.start,
        scope.until,
        licence.terms,
        int(licence.flags),
        licence.seats,
        licence.issued_at,
        licence.redeem_until,
        _eight(licence.nonce),
    )


def licence_from(row: Sequence[Any]) -> Licence:
    """From LICENCE_COLUMNS."""
    work_id, licensor, mandate, licensee, end_user, media, territories, start, until, *rest = row
    terms, flags, seats, issued_at, redeem_until, nonce = rest
    return Licence(
        work_id=int.from_bytes(work_id, "big"),
        licensor=licensor,
        scope=_scope(media, territories, start, until),
        terms=terms,
        mandate=int.from_bytes(mandate, "big"),
        licensee=licensee,
        end_user=end_user,
        flags=Flags(flags),
        seats=seats,
        issued_at=issued_at,
        redeem_until=redeem_until,
        nonce=int.from_bytes(nonce, "big"),
    )


def report_from(row: Sequence[Any]) -> Report:
    """From REPORT_COLUMNS."""
    agent, number, root, count, previous, complete, submitted, digest = row
    return Report(agent, number, root, ReportHeader(count, previous, complete, submitted), digest)


def _mandate_values(mandate: Mandate) -> tuple[object, ...]:
    terms = mandate.terms
    return (
        mandate.owner,
        terms.agent,
        terms.parent,
        word(terms.work_id),
        _eight(terms.scope.media),
        word(terms.scope.territories),
        terms.scope.start,
        terms.scope.until,
        terms.start,
        terms.expires_at,
        terms.reporting_period,
        terms.commission,
        terms.depth,
        int(terms.exclusive),
    )


def _scope(media: bytes, territories: bytes, start: int, until: int) -> Scope:
    return Scope(int.from_bytes(media, "big"), int.from_bytes(territories, "big"), start, until)


def _eight(number: int) -> bytes:
    return number.to_bytes(8, "big")

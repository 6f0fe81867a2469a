"""A verdict in plain sentences, for a photographer."""

from __future__ import annotations

from collections.abc import Iterator

from registry_client.checks.verdict import (
    AskerKind,
    Breach,
    BreachKind,
    FoundLicence,
    OpenBooks,
    Verdict,
    VerdictKind,
)
from registry_client.models import FOREVER, Scope
from registry_client.rights.instant import format_instant
from registry_client.rights.vocabulary import describe_media, describe_territories

_HEADLINES = {
    VerdictKind.LICENSED: "LICENSED: this use is licensed.",
    VerdictKind.OUT_OF_SCOPE: "OUT OF SCOPE: there is a licence, but not for this use.",
    VerdictKind.PENDING: "PENDING: it is too early to say.",
    VerdictKind.NOT_LICENSED: "NOT LICENSED: nobody sold a licence for this use.",
    VerdictKind.AMBIGUOUS: "AMBIGUOUS: it is not clear which work or whose work this is.",
    VerdictKind.UNREGISTERED: "UNREGISTERED: this work is not in the registry.",
}
_MEANS = {
    "grant": "granted on chain",
    "voucher": "given by a signed voucher",
    "report": "sold and reported",
}
_SHOWN_LICENCES = 3


def sentences(verdict: Verdict) -> list[str]:
    """What the answer is, why, and what to do next."""
    return [
        _HEADLINES[verdict.kind],
        verdict.reason,
        _question(verdict),
        *_work(verdict),
        *(line for found in verdict.licences[:_SHOWN_LICENCES] for line in _licence(found, verdict.question.time)),
        *_refused(verdict),
        *_pending(verdict),
        *_sealed(verdict),
        *map(_breach, verdict.breaches),
        *_caveats(verdict),
        f"Read at block {verdict.block} ({format_instant(verdict.time)}), from {_knowledge(verdict)}.",
    ]


def _question(verdict: Verdict) -> str:
    asked = verdict.question
    media = f" as {describe_media(asked.media)}" if asked.media else ""
    where = f" in {describe_territories(asked.territories)}" if asked.territories else ""
    url = f" at {asked.url}" if asked.url else ""
    return f"The question: {asked.user}{url}, on {format_instant(asked.time)}{media}{where}."


def _work(verdict: Verdict) -> Iterator[str]:
    work, title = verdict.work, verdict.title
    if work.low_quality:
        yield "The image has too little texture to be told from others by its looks."
    for near in verdict.candidates if len(verdict.candidates) > 1 else ():
        yield f"It may be work {_short_id(near.work_id)} of {near.owner}: {near.distance} of 256 bits differ."
    if verdict.kind is VerdictKind.UNREGISTERED or len(verdict.candidates) > 1:
        return
    if work.found_by == "fingerprint":
        yield (
            f"The file itself is not registered; it looks like work {_short_id(work.work_id)} "
            f"({work.distance} of 256 bits differ). Compare the two with your own eyes."
        )
    how = {"titled": "belongs to", "contested": "is contested; its title is held by", "anchored": "is claimed by"}
    since = "" if title.anchored_at is None else f", claimed on {format_instant(title.anchored_at)}"
    yield f"Work {_short_id(work.work_id)} {how[title.status]} {title.owner}{since}."
    if title.anchored_at is not None and verdict.question.time < title.anchored_at:
        yield "The time in question lies before this work was anchored, when the registry knew nothing of it."
    if title.superseded:
        yield "An earlier claim moved this title from its first holder."


def _licence(found: FoundLicence, used_at: int) -> Iterator[str]:
    licence, recording = found.licence, found.recording
    where = f"in block {recording.block}" if recording.on_chain else f"known from: {recording.source}"
    yield (
        f"Licence {_short(found.licence_id)} for {found.name}, dated {format_instant(licence.issued_at)}, "
        f"{_MEANS[recording.means]} ({where}): {describe_media(licence.scope.media)}; "
        f"{describe_territories(licence.scope.territories)}; {_period(licence.scope)}."
    )
    if licence.issued_at > used_at:
        yield "It was given after the use, and says from when on it holds."
    if found.authority:
        steps = " to ".join([found.owner, *(f"{m.terms.agent} (mandate {m.id})" for m in found.authority)])
        yield f"The right to license it went from the owner {steps}."
    else:
        yield f"The owner {found.owner} gave it."
    for field in found.fields:
        yield f"Outside it: {field.field}. The licence says {field.licence}; the use is {field.use}."


def _refused(verdict: Verdict) -> Iterator[str]:
    for one in verdict.refused[:_SHOWN_LICENCES]:
        yield f"What was shown as licence {_short(one.licence_id)} ({one.source}) is not valid: {one.error}."


def _pending(verdict: Verdict) -> Iterator[str]:
    if verdict.kind is VerdictKind.OUT_OF_SCOPE and verdict.pending:
        yield "Another licence may still turn up:"
    if verdict.kind in (VerdictKind.PENDING, VerdictKind.OUT_OF_SCOPE):
        yield from map(_books, verdict.pending)


def _books(books: OpenBooks) -> str:
    closed = f"closed up to {format_instant(books.complete_through)}" if books.complete_through else "not closed at all"
    due = format_instant(books.deadline)
    then = f"was due by {due}: it is late" if books.late else f"is due by {due}; ask again then"
    return f"Agency {books.agent} (mandate {books.mandate}): its books are {closed}. Its report {then}."


def _sealed(verdict: Verdict) -> Iterator[str]:
    sealed = verdict.sealed
    if verdict.kind is not VerdictKind.PENDING or not sealed.total:
        return
    parts = []
    if sealed.recorded:
        parts.append(f"{_counted(sealed.recorded, 'licence')} on chain")
    if sealed.rows:
        most = "" if sealed.rows_exact else "at most "
        parts.append(f"{most}{_counted(sealed.rows, 'sale')} in agencies' reports")
    yield f"Sealed, so that only those concerned can tell for whom: {' and '.join(parts)}."
    yield "Ask whoever uses the image for its licence file, made by `registry licence prove LICENCE --to FILE`."


def _breach(breach: Breach) -> str:
    told = {
        BreachKind.SHOWN_AFTER_EXCLUSIVE: f"predates exclusive licence {breach.against[:12]}… and was shown after it",
        BreachKind.INSIDE_EXCLUSIVE_MANDATE: f"lies inside exclusive mandate {breach.against}, which its licensor gave",
        BreachKind.MISSING_FROM_BOOKS: f"is not in its licensor's report {breach.against}, which closed that time",
    }
    under = f" (mandate {breach.mandate})" if breach.mandate else ""
    return (
        f"Licence {_short(breach.licence_id)} {told[breach.kind]}: its buyer is covered, "
        f"but {breach.licensor}{under} broke a promise."
    )


def _caveats(verdict: Verdict) -> Iterator[str]:
    if verdict.kind is VerdictKind.NOT_LICENSED and verdict.title.status == "titled":
        yield "An owner keeps no books: a licence that the owner signed off chain is in its buyer's hands. Ask both."
    if verdict.kind is not VerdictKind.UNREGISTERED:
        yield "A registration is a claim of ownership made at a time; it does not prove authorship."


def _knowledge(verdict: Verdict) -> str:
    used = verdict.knowledge
    who = {AskerKind.STRANGER: "a stranger", AskerKind.AGENCY: "an agency", AskerKind.OWNER: "an owner"}
    return (
        f"{_counted(used.events, 'event')} on chain, {_counted(used.vouchers, 'voucher')} held and "
        f"{_counted(used.rows, 'opened row')} of reports, as {who[used.asker.kind]} sees it"
    )


def _period(scope: Scope) -> str:
    begins = f"from {format_instant(scope.start)}" if scope.start else ""
    ends = f"until {format_instant(scope.until)}" if scope.until != FOREVER else ""
    return " ".join(filter(None, (begins, ends))) or "at any time"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")


def _short(value: bytes) -> str:
    return f"0x{value.hex()[:10]}…"


def _short_id(work_id: int) -> str:
    return f"0x{work_id:064x}"[:12] + "…"

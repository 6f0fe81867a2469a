"""Which agencies could have sold a licence, whether their books are closed, and what stays sealed to the asker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from registry_client.checks.ports import Knowledge, SealedRows
from registry_client.checks.verdict import OpenBooks, Question, Sealed
from registry_client.checks.world import World
from registry_client.errors import ContentError, StoreError
from registry_client.models import NO_END_USER, Mandate, Report, Scope

Span = tuple[int, int]


def authority_spans(world: World, mandate: Mandate) -> list[Span]:
    """When its agent could license the work: first second, first second after; none for another work's mandate."""
    if mandate.terms.work_id not in (0, world.work_id):
        return []
    chain = world.chain_of(mandate.id)
    start, end = max(link.terms.start for link in chain), min(link.ends_at for link in chain)
    periods = world.periods_of(mandate.owner)
    spans = [(max(start, since), end if until is None else min(end, until)) for since, until in periods]
    return [(first, after) for first, after in spans if first < after]


def open_books(world: World, question: Question, now: int) -> tuple[OpenBooks, ...]:
    """Agencies that had authority over such a use up to its time, and have not closed their books through it.

    One whose authority ended must have closed them through its last second; when no evidence of its sales is accepted
    any more they are closed. Of an agency with several mandates, the one that keeps its books open longest counts.
    """
    found: dict[str, OpenBooks] = {}
    for mandate in world.mandates.values():
        spans = [span for span in authority_spans(world, mandate) if span[0] <= question.time]
        if not spans or not meets(mandate.terms.scope, question) or now > accepted_until(world, mandate):
            continue
        agent, period = mandate.terms.agent, mandate.terms.reporting_period
        needed = min(question.time, max(after for _, after in spans) - 1)
        complete = complete_through(world, agent)
        if complete >= needed:
            continue
        row = OpenBooks(agent, mandate.id, complete, needed, needed + period, now > needed + period)
        if agent not in found or found[agent].deadline < row.deadline:
            found[agent] = row
    return tuple(sorted(found.values(), key=lambda row: (row.deadline, row.agent)))


def accepted_until(world: World, mandate: Mandate) -> int:
    """The last second at which evidence of a sale under this mandate may come, Unix seconds."""
    period = mandate.terms.reporting_period
    ends = [link.ends_at for link in world.chain_of(mandate.id)]
    owned = list(world.periods_of(mandate.owner))
    if owned and owned[-1][1] is not None:
        ends.append(owned[-1][1] - 1)
    return min(ends) + period


def complete_through(world: World, agent: str) -> int:
    """Up to when the agent's books are closed, 0 for never."""
    reports = world.reports.get(agent, ())
    return reports[-1].header.complete_through if reports else 0


def meets(scope: Scope, question: Question) -> bool:
    """Whether something of the use lies in the scope: what is not stated lies in any."""
    return (
        (question.media == 0 or question.media & scope.media != 0)
        and (question.territories == 0 or question.territories & scope.territories != 0)
        and scope.start <= question.time < scope.until
    )


def covers_fields(scope: Scope, question: Question) -> bool:
    """Whether the whole use lies in the scope."""
    within = not question.media & ~scope.media and not question.territories & ~scope.territories
    return within and scope.start <= question.time < scope.until


def sealed_from(
    world: World,
    question: Question,
    opened: Mapping[bytes, frozenset[bytes]],
    knowledge: Knowledge,
    sealed_rows: SealedRows | None,
    is_read: Callable[[Report], bool],
) -> Sealed:
    """What the asker cannot open and could cover the use. ``opened``: of a licence, the end users it can open;
    ``is_read``: whether the rows of a report that anybody can read have been read."""
    recorded = seats = 0
    for licence_id, found in world.licences.items():
        revoked = world.revoked.get(licence_id)
        if not covers_fields(found.licence.scope, question) or (revoked is not None and revoked <= question.time):
            continue
        named = world.named.get(licence_id, {})
        users = {user for user, since in named.items() if since <= question.time}
        users |= {found.licence.end_user} - {NO_END_USER}
        recorded += bool(users - opened.get(licence_id, frozenset()))
        if revoked is None:
            seats += max(0, found.licence.seats - len(named))
    rows, exact = 0, True
    for report, owner in unopened_reports(world, question, knowledge):
        count, known = _rows_of(report, owner, sealed_rows, is_read(report))
        rows, exact = rows + count, exact and known
    return Sealed(recorded, rows, exact, seats)


def unopened_reports(world: World, question: Question, knowledge: Knowledge) -> Iterator[tuple[Report, str]]:
    """Reports with sales that may be the work's, each with the owner whose rows they would be, not opened yet."""
    spans: dict[tuple[str, str], list[Span]] = {}
    for mandate in world.mandates.values():
        if meets(mandate.terms.scope, question):
            key = mandate.terms.agent, mandate.owner
            spans.setdefault(key, []).extend(authority_spans(world, mandate))
    for owner in world.owners:
        periods = world.periods_of(owner)
        spans.setdefault((owner, owner), []).extend((since, until or 1 << 40) for since, until in periods)
    for (agent, owner), times in spans.items():
        for report in world.reports.get(agent, ()):
            first, last = report.header.previous_through + 1, report.header.complete_through
            if not report.header.count or knowledge.is_opened(report, owner):
                continue
            if any(first < after and since <= last for since, after in times):
                yield report, owner


def _rows_of(report: Report, owner: str, sealed_rows: SealedRows | None, is_read: bool) -> tuple[int, bool]:
    """How many rows are the owner's and sealed, and whether that is known; else every row may be. Rows that anybody
    could read and nobody has read count as well."""
    try:
        counts = None if sealed_rows is None else sealed_rows(report)
    except (StoreError, ContentError):
        counts = None
    if counts is None:
        return report.header.count, False
    unread = 0 if is_read else report.header.count - sum(counts.values())
    return counts.get(owner, 0) + max(0, unread), unread <= 0

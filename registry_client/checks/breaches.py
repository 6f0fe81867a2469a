"""What reports and vouchers smuggle past exclusivity and closed books: found, and laid to who licensed.

The licence stays valid: its buyer could not know. The licensor broke what it had promised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from registry_client.checks.agencies import authority_spans
from registry_client.checks.evidence import of_this_network, that_hold
from registry_client.checks.index import LicenceIndex
from registry_client.checks.ports import History, Knowledge, NoKnowledge
from registry_client.checks.verdict import Breach, BreachKind
from registry_client.checks.world import World
from registry_client.models import KnownLicence, Licence, Means, ReportRow
from registry_client.rights.licence import LicenceIds


def breaches_of(
    index: LicenceIndex, chain: History, work_ids: Iterable[int] | None = None, knowledge: Knowledge | None = None
) -> list[Breach]:
    """Every breach in the index, and in what the asker knows, of these works (without: of all that have a licence).

    As of the index's newest block; nothing is asked of the chain.
    """
    head = index.head()
    if head is None:
        return []
    book = knowledge or NoKnowledge()
    ids = LicenceIds(chain.chain_id, chain.licences)
    found = []
    for work_id in dict.fromkeys([*index.works_with_licences(), *book.works()] if work_ids is None else work_ids):
        known = of_this_network(book.licences_of(work_id), ids)
        mandates = {one.licence.mandate for one in known}
        vouchers = {(one.licence.licensor, one.licence.nonce) for one in known}
        world = index.world(work_id, mandates, vouchers, chain.is_signed)
        found += breaches_in(world, that_hold(world, known, book, head.time), book, head.time)
    return found


def breaches_in(world: World, known: Iterable[KnownLicence], knowledge: Knowledge, now: int) -> list[Breach]:
    """The breaches of one work, in the order of the licences' dates. ``known``: licences beyond the chain's
    that hold (``evidence.that_hold``)."""
    found = []
    for licence_id, (licence, shown_at, by_voucher) in _shown(world, known, now).items():
        pairs = [*_past_exclusive(world, licence_id, licence, shown_at), *_inside_mandates(world, licence)]
        if by_voucher:
            pairs += _off_books(world, licence, shown_at, knowledge)
        found += [
            Breach(
                kind,
                licence.work_id,
                licence_id,
                licence.licensor,
                licence.mandate,
                against,
                licence.issued_at,
                shown_at,
            )
            for kind, against in pairs
        ]
    return sorted(found, key=lambda breach: (breach.issued_at, breach.licence_id, breach.against))


def _shown(world: World, known: Iterable[KnownLicence], now: int) -> dict[bytes, tuple[Licence, int, bool]]:
    """Each licence, when it was first shown, and whether by a voucher alone."""
    found: dict[bytes, tuple[Licence, int, bool]] = {}
    for licence_id, recorded in world.licences.items():
        shown_at = recorded.recorded_at
        if recorded.means is Means.REPORT:
            shown_at = min([shown_at, *_submitted(world, recorded.licence)])
        found[licence_id] = recorded.licence, shown_at, recorded.means is Means.VOUCHER
    for one in known:
        if one.licence.work_id != world.work_id:
            continue
        at = now
        if isinstance(one.evidence, ReportRow):
            reports = world.reports.get(one.evidence.agent, ())
            if one.evidence.index >= len(reports):
                continue
            at = reports[one.evidence.index].header.submitted_at
        elif one.evidence is None:
            continue
        before = found.get(one.licence_id)
        by_voucher = isinstance(one.evidence, bytes) and (before is None or before[2])
        found[one.licence_id] = one.licence, at if before is None else min(at, before[1]), by_voucher
    return found


def _submitted(world: World, licence: Licence) -> Iterator[int]:
    """When the one report was submitted in whose period the licence's date lies."""
    for report in world.reports.get(licence.licensor, ()):
        if report.header.previous_through < licence.issued_at <= report.header.complete_through:
            yield report.header.submitted_at


def _past_exclusive(
    world: World, licence_id: bytes, licence: Licence, shown_at: int
) -> Iterator[tuple[BreachKind, str]]:
    """Exclusive licences that it overlaps, that were on chain before it was shown, and that it is dated before."""
    for exclusive in world.exclusives:
        if exclusive.licence_id == licence_id or not licence.scope.overlaps(exclusive.scope):
            continue
        if licence.issued_at < exclusive.recorded_at < shown_at:
            yield BreachKind.SHOWN_AFTER_EXCLUSIVE, "0x" + exclusive.licence_id.hex()


def _inside_mandates(world: World, licence: Licence) -> Iterator[tuple[BreachKind, str]]:
    """Exclusive mandates that the licensor had given, live at the licence's date, that the licence lies inside."""
    for mandate in world.mandates.values():
        terms = mandate.terms
        given_by = mandate.owner if terms.parent == 0 else world.mandates[terms.parent].terms.agent
        if not terms.exclusive or terms.parent != licence.mandate or given_by != licence.licensor:
            continue
        spans = authority_spans(world, mandate)
        if licence.scope.overlaps(terms.scope) and any(a <= licence.issued_at < b for a, b in spans):
            yield BreachKind.INSIDE_EXCLUSIVE_MANDATE, str(mandate.id)


def _off_books(world: World, licence: Licence, shown_at: int, knowledge: Knowledge) -> Iterator[tuple[BreachKind, str]]:
    """The report that closed the licence's date, was submitted before the voucher was shown, has its rows open to the
    asker, and lacks it."""
    found = world.mandates.get(licence.mandate)
    for report in world.reports.get(licence.licensor, ()) if found is not None else ():
        header = report.header
        in_period = header.previous_through < licence.issued_at <= header.complete_through
        if found is None or not in_period or header.submitted_at >= shown_at:
            continue
        if not header.count or knowledge.is_opened(report, found.owner):
            yield BreachKind.MISSING_FROM_BOOKS, str(report.index)

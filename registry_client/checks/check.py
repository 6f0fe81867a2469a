"""The use check: was this use of this work by this end user at this time licensed?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from registry_client.checks.agencies import complete_through, meets, open_books, sealed_from, unopened_reports
from registry_client.checks.breaches import breaches_in
from registry_client.checks.evidence import Evidence, Try, confirmed, gather, of_this_network, that_hold
from registry_client.checks.findings import found_licence, refused_licence
from registry_client.checks.index import LicenceIndex
from registry_client.checks.ports import History, Knowledge, NoKnowledge, OpenRows, Proofs, SealedRows
from registry_client.checks.reasons import reason_of
from registry_client.checks.sync import Questions, read_on
from registry_client.checks.target import Catalogue, Found, Target, find_untitled
from registry_client.checks.verdict import (
    STRANGER,
    Asker,
    FoundLicence,
    KnowledgeUsed,
    Question,
    Sealed,
    TitleState,
    Verdict,
    VerdictKind,
)
from registry_client.checks.world import World
from registry_client.errors import ChainUnavailable, ContentError, EndUserInvalid, ScopeInvalid, StoreError
from registry_client.models import Fingerprint, KnownLicence, Outside, Report, ReportRow, Title
from registry_client.models.history import Answers, BlockMark, Refusal
from registry_client.rights.end_user import candidates_of, domain_of_url
from registry_client.rights.instant import format_instant
from registry_client.rights.licence import LicenceIds

# A round trip carries a hundred requests: these, and a few blocks' times.
_MOST_AGENTS = 25
_MOST_QUESTIONS = 50


def check_use(
    target: int | Path | Fingerprint,
    user: str | None,
    *,
    index: LicenceIndex,
    chain: History,
    catalogue: Catalogue,
    time: int | None = None,
    media: int = 0,
    territories: int = 0,
    url: str | None = None,
    knowledge: Knowledge | None = None,
    asker: Asker = STRANGER,
    proofs: Proofs | None = None,
    sealed_rows: SealedRows | None = None,
    open_rows: OpenRows | None = None,
) -> Verdict:
    """The verdict over a use, as of the newest block.

    ``target``: a work id, an image file, or a file's fingerprint. ``user``: a domain, a web address or a party; None
    for the host of ``url``. ``time``: Unix seconds, None for the newest block's. ``media`` and ``territories``: bits, 0
    where not stated, so not judged. ``proofs`` gives proofs of rows that were not opened, or lets the contract confirm
    those that were. ``sealed_rows`` counts a report's rows by owner.

    Two round trips when the index is at hand and the work has a title; a work without one is looked for in the
    manifests. Raises ScopeInvalid for a time in the future, EndUserInvalid, ImageUnreadable and the like for bad input;
    ChainError or StoreError where the question could not be asked, which says nothing about the use.
    """
    names = names_of(user, url)
    asked = Question(user or names[0], names, 0 if time is None else time, media, territories, url)
    subject = Target.of(target)
    ports = knowledge or NoKnowledge(), proofs, sealed_rows, open_rows
    run = _Run(index, chain, catalogue, subject, asked, time, asker, *ports)
    return read_on(index, chain, run.select, run.conclude)


def names_of(user: str | None, url: str | None) -> tuple[str, ...]:
    """The end users whose licence covers a use by ``user`` at ``url``, the nearest first. Raises EndUserInvalid."""
    if user is None and url is None:
        raise EndUserInvalid("a use is somebody's: name the end user, or give the address of the page")
    names = () if user is None else candidates_of(user)
    hosts = () if url is None else candidates_of(domain_of_url(url))
    return tuple(dict.fromkeys((*names, *hosts)))


@dataclass
class _Run:
    """One check, between its two round trips."""

    index: LicenceIndex
    chain: History
    catalogue: Catalogue
    target: Target
    question: Question
    time: int | None
    asker: Asker
    knowledge: Knowledge
    proofs: Proofs | None
    sealed_rows: SealedRows | None
    open_rows: OpenRows | None
    read: dict[Report, list[KnownLicence] | None] = field(default_factory=dict)
    found: Found | None = None
    asked: list[Try] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    proven: set[tuple[bytes, ReportRow]] = field(default_factory=set)

    def select(self, head: BlockMark) -> Questions:
        time = head.time if self.time is None else self.time
        if not 0 <= time <= head.time:
            raise ScopeInvalid(
                f"{format_instant(time)} is after the chain's newest block ({format_instant(head.time)}): "
                "nobody can tell yet"
            )
        self.question = replace(self.question, time=time)
        self.found = found = self._find(head)
        if not self.index.is_titled(found.work.work_id):
            return Questions()
        world, evidence, _ = self._gather()
        usable = [one for one in evidence.tries if one.question is not None]
        self.asked = sorted(usable, key=lambda one: _rank(one.judged(world, head.time)))[:_MOST_QUESTIONS]
        agents = {m.terms.agent: None for m in world.mandates.values() if meets(m.terms.scope, self.question)}
        unclosed = [books.agent for books in open_books(world, self.question, head.time)]
        self.agents = list(dict.fromkeys([*unclosed, *agents]))[:_MOST_AGENTS]
        covers = [one.question for one in self.asked if one.question is not None]
        return Questions(found.work.work_id, self.agents, covers)

    def conclude(self, head: BlockMark, answers: Answers) -> Verdict:
        assert self.found is not None
        world, evidence, known = self._gather()
        if not world.ownership:
            return self._verdict(head, world, known, self.found.state)
        state = _checked_title(world, answers.title)
        for agent in self.agents:
            if answers.books[agent] != complete_through(world, agent):
                raise ChainUnavailable(f"the node contradicts itself about the books of {agent}")
        outcomes: dict[tuple[object, ...], Outside | Refusal] = {}
        for one, said in zip(self.asked, answers.outcomes, strict=True):
            outcomes[_key(one)] = confirmed(world, one, said, head.time)
        return self._verdict(head, world, known, state, evidence, outcomes)

    def _find(self, head: BlockMark) -> Found:
        if self.index.is_titled(self.target.work_id):
            return Found(self.target.as_found(), TitleState("titled"))
        return find_untitled(self.target, self.catalogue, head.number)

    def _gather(self) -> tuple[World, Evidence, list[KnownLicence]]:
        assert self.found is not None
        work_id = self.found.work.work_id
        ids = LicenceIds(self.chain.chain_id, self.chain.licences)
        known = of_this_network(self.knowledge.licences_of(work_id), ids)
        world = self._world(work_id, known)
        public = of_this_network(self._public(world), ids)
        if public:
            known += public
            world = self._world(work_id, known)
        self.proven = {(one.licence_id, one.evidence) for one in public if isinstance(one.evidence, ReportRow)}
        return world, gather(world, self.question, known, self.knowledge, self.proofs, self.proven), known

    def _world(self, work_id: int, known: list[KnownLicence]) -> World:
        mandates = {one.licence.mandate for one in known}
        vouchers = {(one.licence.licensor, one.licence.nonce) for one in known}
        return self.index.world(work_id, mandates, vouchers, self.chain.is_signed)

    def _public(self, world: World) -> list[KnownLicence]:
        """The work's licences among the rows that anybody can read of reports that the asker has not opened."""
        found: list[KnownLicence] = []
        for report, _ in unopened_reports(world, self.question, self.knowledge):
            if report not in self.read and self.open_rows is not None:
                try:
                    rows = [one for one in self.open_rows(report) if one.licence.work_id == world.work_id]
                    self.read[report] = rows
                except (StoreError, ContentError):
                    self.read[report] = None
            found += self.read.get(report) or []
        return found

    def _is_read(self, report: Report) -> bool:
        return self.read.get(report) is not None

    def _verdict(
        self,
        head: BlockMark,
        world: World,
        known: list[KnownLicence],
        state: TitleState,
        evidence: Evidence | None = None,
        outcomes: dict[tuple[object, ...], Outside | Refusal] | None = None,
    ) -> Verdict:
        assert self.found is not None
        licences, refused, outcomes = [], [], outcomes or {}
        for one in evidence.tries if evidence is not None else ():
            said = outcomes.get(_key(one))
            judged = one.judged(world, head.time) if said is None else said
            if isinstance(judged, Refusal):
                refused.append(refused_licence(one, judged))
            else:
                licences.append(found_licence(world, one, judged, head.time, said is not None))
        licences.sort(key=lambda licence: (_rank(licence.outside), licence.licence.issued_at, licence.licence_id))
        pending = open_books(world, self.question, head.time)
        opened = {} if evidence is None else evidence.opened
        sealed = sealed_from(world, self.question, opened, self.knowledge, self.sealed_rows, self._is_read)
        kind = _kind(self.found, state, licences, bool(pending), sealed)
        valid = that_hold(world, known, self.knowledge, head.time, self.proven)
        verdict = Verdict(
            kind=kind,
            reason="",
            question=self.question,
            work=self.found.work,
            title=state,
            block=head.number,
            time=head.time,
            knowledge=KnowledgeUsed(
                self.asker,
                world.events,
                sum(isinstance(one.evidence, bytes) for one in known),
                sum(isinstance(one.evidence, ReportRow) for one in known),
                sum(one.name is not None for one in known),
            ),
            licences=tuple(licences),
            refused=tuple(refused),
            candidates=self.found.candidates,
            pending=pending,
            sealed=sealed,
            breaches=tuple(breaches_in(world, valid, self.knowledge, head.time)),
        )
        return replace(verdict, reason=reason_of(verdict))


def _kind(
    found: Found, state: TitleState, licences: list[FoundLicence], is_pending: bool, sealed: Sealed
) -> VerdictKind:
    if len(found.candidates) > 1 or state.status == "contested":
        return VerdictKind.AMBIGUOUS
    if state.status == "unregistered":
        return VerdictKind.UNREGISTERED
    if any(licence.outside == Outside.NONE for licence in licences):
        return VerdictKind.LICENSED
    if licences:
        return VerdictKind.OUT_OF_SCOPE
    return VerdictKind.PENDING if is_pending or sealed.total else VerdictKind.NOT_LICENSED


def _checked_title(world: World, title: Title | None) -> TitleState:
    """The title as the contract tells it. Raises ChainUnavailable where the events tell another."""
    told = world.title
    if title is None or told is None or world.ownership[-1][1] != title.owner:
        raise ChainUnavailable("the node contradicts itself about the title's owner")
    said = title.anchored_at, title.registered_at, title.contested, title.superseded
    if said != (told.anchored_at, told.registered_at, told.contested, told.superseded):
        raise ChainUnavailable("the node contradicts itself about the title")
    status = "contested" if title.contested else "titled"
    return TitleState(status, title.owner, title.anchored_at, title.registered_at, title.contested, title.superseded)


def _key(one: Try) -> tuple[object, ...]:
    return (one.known.licence_id, one.known.evidence, one.use.name, one.use.salt)


def _rank(outcome: Outside | Refusal) -> int:
    """Covered first, then what lies nearest, refused last."""
    return 99 if isinstance(outcome, Refusal) else int(outcome).bit_count()

"""Random histories on a real chain: whatever may happen to two works, valid or refused, and questions about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from registry_client.checks.knowledge import KnowledgeBook
from registry_client.content.merkle import MerkleTree
from registry_client.models import (
    FOREVER,
    NOBODY,
    OPEN_SALT,
    Flags,
    Inclusion,
    KnownLicence,
    Licence,
    MandateTerms,
    Report,
    ReportRow,
    Scope,
    Use,
    Work,
)
from registry_client.models.history import CoverQuestion
from tests.client.checks.story import EVERYWHERE, Story, user

HOUR = 3_600
NAMES = (("shop.example", OPEN_SALT), ("blog.example", OPEN_SALT), ("shop.example", b"\x07" * 32))


@dataclass
class Given:
    """A mandate that was given: its id, who may license under it, and in which bounds."""

    id: int
    agent: str
    scope: Scope
    expires_at: int
    is_exclusive: bool
    work_id: int


@dataclass
class Parties:
    owners: list[str]
    agents: list[str]


@dataclass
class History:
    """Tells itself step by step; steps that the contract refuses change nothing."""

    story: Story
    random: Random
    parties: Parties
    works: list[int] = field(default_factory=list)
    earlier: dict[int, tuple[Work, MerkleTree]] = field(default_factory=dict)
    mandates: list[Given] = field(default_factory=list)
    licences: list[Licence] = field(default_factory=list)
    vouchers: list[tuple[Licence, bytes]] = field(default_factory=list)
    reported: list[tuple[Report, int, Licence]] = field(default_factory=list)
    began: int = 0

    def tell(self, steps: int) -> None:
        first, second = self.parties.owners
        opponent = self.story.work(second)
        self.earlier[opponent.work_id] = opponent, self.story.anchor(opponent)
        same = self.story.work(first, content_hash=opponent.content_hash)
        self.works = [self.story.title(first, same), self.story.title(first)]
        is_settled = self.random.random() < 0.45  # before it, no title bears exclusivity
        if is_settled:
            self.story.pass_until(self.story.now + 31 * 24 * HOUR)
        self.began = self.story.now
        if is_settled:
            self._exclusive()
        for _ in range(4):
            self._mandate()
        acts = [self._mandate] * 4 + [self._grant] * 6 + [self._voucher] * 6 + [self._report] * 4 + [self._redeem] * 2
        acts += [self._record] * 2 + [self._name] * 6 + [self._revoke_licence] * 2 + [self._revoke_mandate] * 2
        acts += [self._transfer, self._oppose, self._cancel, self._wait, self._wait]
        for _ in range(steps):
            self.random.choice(acts)()

    def questions(self, each: int) -> list[tuple[KnownLicence, Use, Inclusion | None, CoverQuestion]]:
        """Every licence there is, in every way it can be shown, with ``each`` uses."""
        found = []
        for licence in [*self.licences, *(licence for licence, _ in self.vouchers[:1])]:
            found += [self._asked(licence, None, None) for _ in range(each)]
        for licence, signature in self.vouchers:
            for _ in range(each):
                kept = signature if self.random.random() < 0.9 else signature[:-2] + b"\x00" + signature[-1:]
                found.append(self._asked(licence, kept, None))
        for report, row, licence in self.reported:
            for _ in range(each):
                found.append(self._asked(licence, ReportRow(report.agent, report.index, row), self._proof(report, row)))
        return found

    def every_licence(self, work_id: int) -> list[KnownLicence]:
        """Whatever could be shown of a work, with what shows it."""
        recorded = [(licence, None) for licence in self.licences]
        rows = [(licence, ReportRow(r.agent, r.index, row)) for r, row, licence in self.reported]
        return [
            KnownLicence(licence, self.story.ids.id_of(licence), evidence, *self._opening(licence), "a test")
            for licence, evidence in [*recorded, *self.vouchers, *rows]
            if licence.work_id == work_id
        ]

    def everything_known(self) -> KnowledgeBook:
        """The book of one who knows it all, and the names behind every end user."""
        book = KnowledgeBook(":memory:")
        for work_id in self.works:
            known = self.every_licence(work_id)
            book.add_many(known)
            book.add_many(replace(one, evidence=None, name=n, salt=s) for one in known for n, s in NAMES)
        for report, _, _ in self.reported:
            book.remember_opened(report, None)
        return book

    def _opening(self, licence: Licence) -> tuple[str | None, bytes | None]:
        return next(((name, salt) for name, salt in NAMES if user(name, salt) == licence.end_user), (None, None))

    def use(self, work_times: tuple[int, int] | None = None) -> Use:
        now = self.story.now
        first, last = work_times or (self.began - 10, now)
        name, salt = self.random.choice(NAMES)
        time = self.random.choice([self.random.randint(first, last), now, now])
        if work_times is None and self.random.random() < 0.03:
            time = now + 1
        return Use(name, time, self._some(3), self._some(3) << 10, salt)

    def _asked(
        self, licence: Licence, evidence: bytes | ReportRow | None, inclusion: Inclusion | None
    ) -> tuple[KnownLicence, Use, Inclusion | None, CoverQuestion]:
        row = evidence
        if isinstance(evidence, ReportRow) and inclusion is not None:
            row = ReportRow(evidence.agent, inclusion.index, inclusion.row)
        known = KnownLicence(licence, self.story.ids.id_of(licence), row, None, None, "a test")
        shown = inclusion if isinstance(evidence, ReportRow) else evidence
        use = self.use()
        if self.random.random() < 0.6:
            mine = [pair for pair in NAMES if user(*pair) == licence.end_user]
            use = replace(use, name=mine[0][0], salt=mine[0][1]) if mine else use
        return known, use, inclusion, CoverQuestion(licence, use, shown)

    def _proof(self, report: Report, row: int) -> Inclusion:
        proof = self.story.inclusion_of(report.agent, report.index, row)
        lie = self.random.random()
        if lie < 0.04:
            return replace(proof, index=report.index + 50)
        if lie < 0.08:
            return replace(proof, row=report.header.count)
        if lie < 0.11:
            return replace(proof, proof=(*proof.proof, bytes(32)))
        if lie < 0.14:
            return replace(proof, header=replace(proof.header, count=proof.header.count + 1))
        return proof

    # What may happen

    def _some(self, bits: int) -> int:
        return self.random.choice([0, self.random.randrange(1 << bits), (1 << bits) - 1])

    def _seconds(self) -> int:
        return self.random.choice([1, 1, 30, HOUR, 2 * HOUR])

    def _send(self, sender: str, data: bytes) -> bool:
        return self.story.send(sender, self.story.reader.address, data, self._seconds()) is not None

    def _scope(self, outer: Scope = EVERYWHERE) -> Scope:
        if self.random.random() < 0.3:
            return outer
        now = self.story.now
        start = max(outer.start, self.random.choice([0, 0, now - 2 * HOUR, now, now + HOUR]))
        until = min(outer.until, self.random.choice([FOREVER, FOREVER, FOREVER, now + 6 * HOUR]))
        media, territories = self._some(3) or 1, (self._some(3) or 1) << 10
        if self.random.random() < 0.95:
            media, territories = (
                media & outer.media or outer.media,
                territories & outer.territories or outer.territories,
            )
        return Scope(media, territories, start, until)

    def _mandate(self) -> None:
        parent = self.random.choice(self.mandates) if self.mandates and self.random.random() < 0.4 else None
        grantor = self.random.choice(self.parties.owners[:1] * 3 + self.parties.owners)
        agent = self.random.choice(self.parties.agents)
        outer, latest, work_id = EVERYWHERE, self.story.far, self.random.choice([0, *self.works])
        is_exclusive = self.random.random() < 0.35
        if parent is not None:
            grantor, outer, latest = parent.agent, parent.scope, parent.expires_at
            work_id, is_exclusive = parent.work_id, is_exclusive and parent.is_exclusive
        if agent == grantor:
            return
        scope = self._scope(outer)
        expires = min(latest, self.story.now + self.random.choice([2, 6, 100, 100]) * HOUR)
        terms = MandateTerms(
            agent,
            scope,
            expires,
            HOUR,
            parent=0 if parent is None else parent.id,
            work_id=work_id,
            depth=0 if parent is not None else 3,
            exclusive=is_exclusive,
        )
        data = self.story.calls.grant_mandate(terms)
        events = self.story.send(grantor, self.story.reader.address, data, self._seconds())
        if events:
            given = int(events[0].values["mandate"])
            self.mandates.append(Given(given, agent, scope, expires, is_exclusive, work_id))

    def _draft(self, licensor: str | None = None) -> Licence:
        """A licence that may be valid; by an agent's mandate, or an owner's own."""
        work_id = self.random.choice(self.works)
        mine = [given for given in self.mandates if licensor in (None, given.agent)]
        scope, mandate = self._scope(), 0
        if mine and (licensor is not None or self.random.random() < 0.75):
            given = self.random.choice(mine)
            mandate, licensor, scope = given.id, given.agent, self._scope(given.scope)
            work_id = given.work_id or work_id
        who = licensor or self.random.choice(self.parties.owners[:1] * 3 + self.parties.owners)
        end_user, seats = user(*self.random.choice(NAMES)), self.random.choice([0, 1, 2])
        if self.random.random() < 0.2:
            end_user, seats = bytes(32), max(seats, 1)
        flags = Flags.REVOCABLE | (Flags.EXCLUSIVE if self.random.random() < 0.3 else Flags.NONE)
        return self.story.licence(
            work_id, who, mandate=mandate, scope=scope, end_user=end_user, seats=seats, flags=flags, licensee=who
        )

    def _grant(self) -> None:
        draft = self._draft()
        if self._send(draft.licensor, self.story.calls.grant_licence(draft)):
            self.licences.append(draft.dated(self.story.now))

    def _exclusive(self) -> None:
        owner, work_id = self.parties.owners[0], self.random.choice(self.works)
        flags = Flags.REVOCABLE | Flags.EXCLUSIVE
        draft = self.story.licence(work_id, owner, scope=self._scope(), flags=flags, licensee=owner, seats=1)
        if self._send(owner, self.story.calls.grant_licence(draft)):
            self.licences.append(draft.dated(self.story.now))

    def _odd(self, licence: Licence) -> Licence:
        """Now and then something that no licence may have, or another's."""
        lie = self.random.random()
        if lie < 0.02:
            return replace(licence, flags=Flags(16))
        if lie < 0.035:
            return replace(licence, scope=replace(licence.scope, media=0))
        if lie < 0.05:
            return replace(licence, end_user=bytes(32), **self.random.choice([{"seats": 0}, {"licensee": NOBODY}]))
        if lie < 0.08:
            return replace(licence, mandate=10**9)
        if lie < 0.1 and self.mandates:
            return replace(licence, mandate=self.random.choice(self.mandates).id)
        if lie < 0.14:
            return replace(licence, work_id=self.works[0] + self.works[1] - licence.work_id)
        return licence

    def _voucher(self) -> None:
        now = self.story.now
        issued = self.random.choice([now, now, self.random.randint(self.began, now), now + 100 * HOUR, self.began - 5])
        until = self.random.choice([0, 0, 0, now + HOUR])
        licence = self._odd(replace(self._draft(), issued_at=issued, redeem_until=until))
        self.vouchers.append((licence, self.story.sign(licence)))

    def _redeem(self) -> None:
        if self.vouchers:
            licence, signature = self.random.choice(self.vouchers)
            if self._send(self.parties.owners[1], self.story.calls.redeem_voucher(licence, signature)):
                self.licences.append(licence)

    def _report(self) -> None:
        agent = self.random.choice([*self.parties.agents, self.parties.owners[0]])
        now = self.story.now
        through = self.random.choice([now, now, now - HOUR])
        licences = []
        for _ in range(self.random.randrange(4)):
            issued = self.random.choice([through, self.random.randint(self.began, now), now + HOUR])
            draft = self._draft(agent if agent in self.parties.agents else None)
            licences.append(self._odd(replace(draft, licensor=agent, issued_at=issued)))
        index = self.story.reader.books(agent).reports
        try:
            report = self.story.report(agent, licences, through)
        except AssertionError:
            assert self.story.reader.books(agent).reports == index
            return
        self.reported += [(report, row, licence) for row, licence in enumerate(licences)]

    def _record(self) -> None:
        if self.reported:
            report, row, licence = self.random.choice(self.reported)
            inclusion = self.story.inclusion_of(report.agent, report.index, row)
            if self._send(self.parties.owners[1], self.story.calls.record_reported(licence, inclusion)):
                self.licences.append(licence)

    def _name(self) -> None:
        open_ones = [one for one in self.licences if one.seats]
        if open_ones:
            licence = self.random.choice(open_ones)
            holder = self.story.reader.holder(licence) or licence.licensee
            self._send(holder, self.story.calls.name_end_user(licence, user(*self.random.choice(NAMES))))

    def _revoke_licence(self) -> None:
        every = self.licences + [one for one, _ in self.vouchers[:2]]
        if every:
            licence = self.random.choice(every)
            by = self.random.choice([licence.licensor, *self.parties.owners])
            self._send(by, self.story.calls.revoke_licence(licence))

    def _revoke_mandate(self) -> None:
        if self.mandates:
            given = self.random.choice(self.mandates)
            self._send(given.agent, self.story.calls.revoke_mandate(given.id))

    def _transfer(self) -> None:
        work_id = self.random.choice(self.works)
        owner = self.story.registry.title(work_id).owner  # type: ignore[union-attr]
        to = self.random.choice(self.parties.owners)
        data = self.story.registry.transfer_data(owner, to, work_id)
        self.story.send(owner, self.story.registry.address, data, self._seconds())

    def _oppose(self) -> None:
        work, tree = self.earlier[self.works[0]]
        if self.random.random() < 0.4:
            data = self.story.registry.oppose_data(work, tree.root, tree.proof(work))
            self.story.send(work.owner, self.story.registry.address, data, self._seconds())

    def _cancel(self) -> None:
        if self.vouchers:
            licence, _ = self.random.choice(self.vouchers)
            self._send(licence.licensor, self.story.calls.cancel_voucher(licence.nonce))

    def _wait(self) -> None:
        self.story.pass_until(self.story.now + self.random.choice([HOUR, 3 * HOUR]))

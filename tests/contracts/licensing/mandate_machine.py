"""Random owners, agencies, sub-agents and thieves with their mandates and titles, beside the model."""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from registry_client.content.merkle import MerkleTree
from tests.contracts.licensing.licence_model import NEVER, Link, Model, within
from tests.contracts.licensing.world import (
    DAY,
    EXCLUSIVE,
    REVOCABLE,
    TRANSFERABLE,
    Inclusion,
    Licence,
    Scope,
    Terms,
    licence_id,
)
from tests.contracts.support import MANIFEST, OPPOSITION, Chain, Reverted, rpc, work

OWNERS, AGENTS = ("owner", "rival"), ("agency", "sub", "third")
somebody = st.sampled_from([*[None] * 15, *OWNERS, *AGENTS])
actor = st.sampled_from((*OWNERS, *AGENTS))
agent = st.sampled_from(AGENTS)
number = st.integers(0, 1)
pick = st.integers(0, 50)
media = st.sampled_from([1, 2, 3, 4, 4, 7])
flags = st.sampled_from(
    [0, REVOCABLE, EXCLUSIVE | REVOCABLE, EXCLUSIVE | REVOCABLE, EXCLUSIVE, TRANSFERABLE, TRANSFERABLE]
)
spans = st.sampled_from([(0, NEVER), (0, NEVER), (0, 10 * DAY), (5 * DAY, 20 * DAY)])
backs = st.sampled_from([0, 0, 12, DAY, 9 * DAY, -60])
wait = st.sampled_from([1, 12, 12, 600, DAY])
counts: Counter[str] = Counter()
FIELDS = ("depth", "work_id", "scope", "expires_at", "commission", "reporting_period", "exclusive", "start")
OWN, NAMED = "example.com", "client.org"


class MandateMachine(RuleBasedStateMachine):
    def __init__(self, registry, licences, signers):
        super().__init__()
        self.registry, self.licences, self.signers = registry, licences, signers
        self.names = {signer.address: name for name, signer in signers.items()}
        self.clock, self.model = Chain(), Model()
        self.snapshot = rpc("evm_snapshot")
        self.now = self.clock.time
        self.first = self.now
        self.vouchers: list[tuple[Licence, str, bytes]] = []
        self.pending: dict[str, list[Licence]] = {name: [] for name in (*OWNERS, *AGENTS)}
        self.reports: list[tuple[Licence, str, Inclusion]] = []
        self.answers: dict[tuple[str, int, int], list[int]] = {}
        self.nonce = self.order = 0

    def teardown(self):
        assert rpc("evm_revert", self.snapshot)

    def address(self, name):
        return self.signers[name].address

    def identify(self, licence):
        return licence_id(licence, self.licences.address)

    def attempt(self, handler, expected, name, *values, sender, contract=None):
        """Send in the second ``now``; whether it was done. Success and error must be the foretold ones."""
        counts[f"{handler}: {expected or 'done'}"] += 1
        self.clock.next_at(self.now)
        try:
            done, found = (contract or self.licences).send(name, *values, sender=self.address(sender)), None
        except Reverted as error:
            done, found = None, error.args[0]
        assert found == expected, f"{name}: {found or 'success'} instead of {expected or 'success'}"
        assert done is None or done.time == self.now
        return done

    def answer(self, handler, expected, name, *values):
        """Ask in the last block's second."""
        counts[f"{handler}: {expected}"] += 1
        try:
            found = self.licences.ask(name, *values)
        except Reverted as error:
            found = error.args[0]
        assert found == expected, f"{name}: {found} instead of {expected}"

    def pass_time(self, seconds=12):
        self.now += seconds

    def time_of(self, span):
        """A span of a licence's scope, relative to the start of the run."""
        return tuple(2**40 - 1 if one == NEVER else (self.first + one if one else 0) for one in span)

    @initialize(settled=st.sampled_from([True, True, False]))
    def register_works_and_give_first_mandates(self, settled):
        """The rival anchored work 0 first, the owner registered it: its title can still be superseded."""
        leaves = [
            work(self.address("rival"), 0, "early"),
            work(self.address("owner"), 0),
            work(self.address("owner"), 1),
        ]
        self.ids = [leaves[0].work_id, leaves[2].work_id]
        self.early = leaves[0]
        for leaf in leaves:
            self.pass_time()
            tree = MerkleTree([leaf])
            self.attempt("anchor", None, "anchor", tree.root, MANIFEST, sender="rival", contract=self.registry)
        for leaf in leaves[1:]:
            self.pass_time()
            values = (leaf, MerkleTree([leaf]).root, [])
            self.attempt("register", None, "register", *values, sender="rival", contract=self.registry)
            self.model.titles[leaf.work_id] = [(self.now, leaf.owner)]
        self.settled_at = self.now + OPPOSITION
        self.pass_time(OPPOSITION + 1 if settled else 12)
        counts["titles settled" if settled else "titles open"] += 1
        self.first = self.now
        wide = Scope(7, 0, 2**40 - 1, 1)
        plain = Terms(0, self.address("agency"), 0, wide, 0, self.now + 300 * DAY, 5 * DAY, 3000, 3, True)
        self.give("owner", plain._replace(scope=wide._replace(media=3)))
        self.give("owner", plain._replace(agent=self.address("sub"), scope=wide._replace(media=4), exclusive=False))
        self.give("rival", plain._replace(agent=self.address("third")))

    # Mandates

    def give(self, by, terms, handler="mandate"):
        self.pass_time()
        expected = self.model.grant_mandate(self.address(by), terms, self.now)
        done = self.attempt(handler, expected, "grantMandate", terms, sender=by)
        if done:
            new = len(self.model.mandates) + 1
            assert done.returned == new
            owner = self.model.mandates[terms.parent].owner if terms.parent else self.address(by)
            self.model.mandates[new] = Link(owner, terms, terms.start or self.now)
            self.judge_mandate(new)
        return expected

    def judge_mandate(self, new):
        """L1: each link lies within every ancestor, which is older."""
        link = self.model.mandates[new]
        inner, above = link.terms, link.terms.parent
        while above:
            assert above < new
            outer = self.model.mandates[above]
            assert outer.owner == link.owner
            assert within(inner.scope, outer.terms.scope)
            assert outer.start <= link.start
            assert inner.expires_at <= outer.terms.expires_at
            assert self.now < outer.revoked
            assert outer.terms.work_id in (0, inner.work_id)
            assert inner.depth < outer.terms.depth
            assert inner.commission <= outer.terms.commission
            assert inner.reporting_period <= outer.terms.reporting_period
            assert outer.terms.exclusive or not inner.exclusive
            above = outer.terms.parent

    @rule(by=actor, to=agent, n=st.integers(0, 2), m=media, exclusive=st.booleans(), days=st.sampled_from([2, 30, 300]),
          later=st.sampled_from([0, 0, 0, 3 * DAY, -1]), period=st.sampled_from([3600, DAY, 5 * DAY]))  # fmt: skip
    def mandate(self, by, to, n, m, exclusive, days, later, period):
        start = self.now + 12 + later if later else 0
        scope, works = Scope(m, 0, 2**40 - 1, 1), [0, *self.ids]
        end = self.now + 12 + max(later, 0) + days * DAY
        self.give(by, Terms(0, self.address(to), works[n], scope, start, end, period, 2000, 2, exclusive))

    def part_of(self, n, to):
        """As much as the agent of mandate ``n`` may give."""
        above = self.model.mandates[n]
        start = above.start if above.start > self.now + 12 else 0
        fields = {"parent": n, "agent": self.address(to), "start": start, "depth": max(above.terms.depth - 1, 0)}
        return self.names[above.terms.agent], above.terms._replace(**fields)

    def chosen(self, p):
        return 1 + p % len(self.model.mandates)

    @rule(p=pick, to=agent, m=media, exclusive=st.booleans(), n=st.integers(0, 2), shorter=st.booleans())
    def sub_mandate(self, p, to, m, exclusive, n, shorter):
        by, terms = self.part_of(self.chosen(p), to)
        scope = terms.scope._replace(media=terms.scope.media & m or terms.scope.media)
        terms = terms._replace(scope=scope, exclusive=exclusive and terms.exclusive)
        if shorter:
            terms = terms._replace(expires_at=terms.expires_at - DAY, reporting_period=3600)
        self.give(by, terms._replace(work_id=terms.work_id or [0, *self.ids][n]), "sub-mandate")

    @rule(p=pick, to=agent, field=st.sampled_from(FIELDS), by_another=st.booleans(), thief=actor)
    def attack_by_more_than_the_parent(self, p, to, field, by_another, thief):
        """Each field a little beyond, or by who is not the agent: never accepted."""
        by, terms = self.part_of(self.chosen(p), to)
        above = self.model.mandates[terms.parent]
        beyond = {
            "depth": above.terms.depth,
            "work_id": above.terms.work_id and above.terms.work_id ^ 1,
            "scope": terms.scope._replace(media=terms.scope.media | 8),
            "expires_at": terms.expires_at + 1,
            "commission": terms.commission + 1,
            "reporting_period": terms.reporting_period + 1,
            "exclusive": True,
            "start": max(above.start, self.now + 12) - 1,
        }
        if by_another:
            by = thief if self.address(thief) != above.terms.agent else "owner"  # no agent in this game
        else:
            terms = terms._replace(**{field: beyond[field]})
        free = {"work_id": not above.terms.work_id, "exclusive": above.terms.exclusive}.get(field, False)
        if by_another or not free:
            assert self.give(by, terms, "attack parent") is not None

    @rule(p=pick, by=actor, entitled=st.booleans())
    @precondition(lambda self: len(self.model.mandates) > 3)
    def revoke_mandate(self, p, by, entitled):
        number = self.chosen(p)
        link = self.model.mandates[number]
        self._revoke_mandate(number, self.names[link.owner if by in OWNERS else link.terms.agent] if entitled else by)

    def _revoke_mandate(self, number, by):
        self.pass_time()
        expected = self.model.revoke_mandate(self.address(by), number)
        if self.attempt("revoke mandate", expected, "revokeMandate", number, sender=by):
            self.model.mandates[number].revoked = self.now

    # Titles and time

    def owner_of(self, n):
        return self.model.titles[self.ids[n]][-1][1]

    @rule(n=number, to=st.sampled_from(OWNERS))
    def sell_the_title(self, n, to):
        holder = self.owner_of(n)
        if self.address(to) != holder:
            self.pass_time()
            values = (holder, self.address(to), self.ids[n])
            by = self.names[holder]
            self.attempt("transfer title", None, "transferFrom", *values, sender=by, contract=self.registry)
            self.model.titles[self.ids[n]].append((self.now, self.address(to)))

    @rule()
    @precondition(lambda self: self.early is not None and self.now < self.settled_at - DAY)
    def supersede_the_title(self):
        if self.owner_of(0) == self.early.owner:
            return
        self.pass_time()
        values = (self.early, MerkleTree([self.early]).root, [])
        self.attempt("supersede title", None, "oppose", *values, sender="rival", contract=self.registry)
        self.model.titles[self.ids[0]].append((self.now, self.early.owner))
        self.early = None

    @rule(seconds=st.sampled_from([1, 3600, DAY, 6 * DAY, 40 * DAY]))
    def sleep(self, seconds):
        counts["sleep: done"] += 1
        self.pass_time(seconds)
        self.clock.mine_at(self.now)

    @rule(name=agent, n=number, back=st.sampled_from([1, 13, 3600, DAY]))
    def remember_an_authority(self, name, n, back):
        """L2: the past's answer is asked again for ever."""
        time = self.now - back
        found = self.model.authority(self.address(name), self.ids[n], time)
        self.answers[self.address(name), self.ids[n], time] = found
        counts[f"authority at: {'some' if found else 'none'}"] += 1

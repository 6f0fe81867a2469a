"""A model of the registry in Python, and random callers (thieves among them) that run it beside the real one.

The model never reads from the chain what it is compared with: of a mined transaction it takes the time and the block.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from registry_client.content.merkle import MerkleTree
from registry_client.models import Work
from tests.contracts.support import MANIFEST, NO_TITLE, OPPOSITION, ZERO, ZERO32, Chain, Reverted, rpc, title, work

ACTORS = ("alice", "bob", "carol", "thief")
actor = st.sampled_from(ACTORS)
number = st.integers(0, 2)
several = st.lists(st.tuples(actor, number, st.sampled_from("ab")), min_size=1, max_size=3)
counts: Counter[str] = Counter()


class RegistryMachine(RuleBasedStateMachine):
    """Each rule foretells its outcome: success with its whole effect, or the error's name. Wrong: the test fails."""

    leaves = Bundle("leaves")

    def __init__(self, registry, manager, parties):
        super().__init__()
        self.registry, self.manager = registry, manager
        self.parties = {name: account.address for name, account in parties.items()}
        self.clock = Chain()
        self.snapshot = rpc("evm_snapshot")
        self.anchors: dict[bytes, dict[str, object]] = {}
        self.trees: dict[bytes, MerkleTree] = {}
        self.titles: dict[int, dict[str, object]] = {}
        self.periods: dict[int, list[tuple[int, str]]] = {}
        self.approved: dict[int, str] = {}
        self.operators: set[tuple[str, str]] = set()
        self.known: list[tuple[bytes, Work]] = []
        self.paused = False
        self.answers: dict[tuple[int, int], str] = {}
        self.least: dict[int, int] = {}
        self.ids = [work(self.parties["alice"], n).work_id for n in range(3)]

    def teardown(self):
        assert rpc("evm_revert", self.snapshot)

    def attempt(self, handler, expected, name, *values, sender, contract=None):
        """Send; the receipt if success was foretold, None if the foretold error came."""
        counts[f"{handler}: {expected or 'done'}"] += 1
        try:
            done = (contract or self.registry).send(name, *values, sender=self.parties.get(sender, sender))
            found = None
        except Reverted as error:
            done, found = None, error.args[0]
        assert found == expected, f"{name}: {found or 'success'} instead of {expected or 'success'}"
        return done

    @initialize(target=leaves, owners=st.lists(actor, min_size=2, max_size=3), n=number)
    def register_the_last_of_several_anchors(self, owners, n):
        for index, owner in enumerate(owners):
            last = self._anchor([self._leaf(owner, n, str(index))], owner)
        self.register(last, owners[0])
        return last

    @rule(
        target=leaves, made=st.lists(st.tuples(actor, number, st.sampled_from("ab")), min_size=1, max_size=3), by=actor
    )
    def anchor(self, made, by):
        return self._anchor([self._leaf(*one) for one in dict.fromkeys(made)], by)

    def _leaf(self, owner, n, variant):
        return work(self.parties[owner], n, variant)

    def _anchor(self, works, by):
        tree = MerkleTree(works)
        known = "RegistryRootAlreadyAnchored" if tree.root in self.anchors else None
        done = self.attempt(
            "anchor", "EnforcedPause" if self.paused else known, "anchor", tree.root, MANIFEST, sender=by
        )
        if done:
            found = {"registrant": self.parties[by], "time": done.time, "blockNumber": done.block}
            self.anchors[tree.root], self.trees[tree.root] = found, tree
            self.known += [(tree.root, one) for one in works]
        self.trees.setdefault(tree.root, tree)
        return tree.root, works

    @rule(leaf=leaves, by=actor, manifest=st.binary(min_size=32, max_size=32))
    def anchor_again_with_another_manifest(self, leaf, by, manifest):
        if leaf[0] in self.anchors:
            expected = "EnforcedPause" if self.paused else "RegistryRootAlreadyAnchored"
            self.attempt("anchor again", expected, "anchor", leaf[0], manifest, sender=by)

    @rule(by=actor)
    def anchor_zero(self, by):
        expected = "EnforcedPause" if self.paused else "RegistryRootZero"
        self.attempt("anchor zero", expected, "anchor", ZERO32, MANIFEST, sender=by)

    @rule(leaf=leaves, by=actor)
    def publish_manifest(self, leaf, by):
        expected = None if leaf[0] in self.anchors else "RegistryRootUnknown"
        self.attempt("publish", expected, "publishManifest", leaf[0], MANIFEST, sender=by)

    def _registers(self, root):
        """What stops any registration from this root."""
        if self.paused:
            return "EnforcedPause"
        return None if root in self.anchors else "RegistryRootUnknown"

    def _minted(self, one, root, time):
        since = self.anchors[root]["time"]
        self.titles[one.work_id] = title(one.owner, since, time, one.metadata)
        self.periods[one.work_id] = [(time, one.owner)]

    @rule(leaf=leaves, by=actor)
    def register(self, leaf, by):
        root, works = leaf
        one = works[0]
        taken = "RegistryWorkAlreadyRegistered" if one.work_id in self.titles else None
        proof = self.trees[root].proof(one)
        done = self.attempt("register", self._registers(root) or taken, "register", one, root, proof, sender=by)
        if done:
            self._minted(one, root, done.time)

    @rule(leaf=leaves, by=actor)
    def register_many(self, leaf, by):
        root, works = leaf
        proofs = [self.trees[root].proof(one) for one in works]
        done = self.attempt("register many", self._registers(root), "registerMany", works, root, proofs, sender=by)
        if done:
            fresh = {one.work_id: one for one in reversed(works) if one.work_id not in self.titles}
            for one in fresh.values():
                self._minted(one, root, done.time)
            assert done.returned == len(fresh)

    @rule(leaf=leaves, field=st.sampled_from(["owner", "metadata", "fingerprint", "content_hash"]))
    def register_forged(self, leaf, field):
        root, works = leaf
        fields = {**vars(works[0]), field: self.parties["stranger"] if field == "owner" else b"\x99" * 32}
        forged = Work(**fields)
        taken = "RegistryWorkAlreadyRegistered" if forged.work_id in self.titles else "RegistryProofInvalid"
        proof = self.trees[root].proof(works[0])
        expected = self._registers(root) or taken
        self.attempt("register forged", expected, "register", forged, root, proof, sender="thief")

    @rule(leaf=leaves, field=st.sampled_from(["owner", "metadata", "fingerprint"]))
    def oppose_forged(self, leaf, field):
        root, works = leaf
        fields = {**vars(works[0]), field: self.parties["stranger"] if field == "owner" else b"\x99" * 32}
        forged, proof = Work(**fields), self.trees[root].proof(works[0])
        expected = "RegistryProofInvalid" if root in self.anchors else "RegistryRootUnknown"
        if forged.work_id not in self.titles:
            expected = "RegistryWorkUnknown"
        self.attempt("oppose forged", expected, "oppose", forged, root, proof, sender="thief")

    @rule(leaf=leaves, by=actor)
    def oppose(self, leaf, by):
        self._oppose(leaf[0], leaf[1][-1], by)

    @rule(n=number, pick=st.integers(0, 9), by=actor)
    def oppose_by_an_earlier_anchor(self, n, pick, by):
        held = self.titles.get(self.ids[n])
        earlier = [
            (root, one)
            for root, one in self.known
            if held and one.work_id == self.ids[n] and self.anchors[root]["time"] < held["anchoredAt"]
        ]
        if earlier:
            self._oppose(*earlier[pick % len(earlier)], by)

    def _oppose(self, root, one, by):
        held, found = self.titles.get(one.work_id), self.anchors.get(root)
        expected = None
        if held is None:
            expected = "RegistryWorkUnknown"
        elif found is None:
            expected = "RegistryRootUnknown"
        elif found["time"] >= held["anchoredAt"]:
            expected = "RegistryAnchorNotEarlier"
        proof = self.trees[root].proof(one)
        done = self.attempt("oppose", expected, "oppose", one, root, proof, sender=by)
        if done is None:
            return
        if one.owner == held["owner"]:
            held.update(anchoredAt=found["time"], metadata=one.metadata)
            counts["oppose: improved"] += 1
        elif done.time <= held["registeredAt"] + OPPOSITION:
            held.update(owner=one.owner, anchoredAt=found["time"], metadata=one.metadata, superseded=True)
            self._moved(one.work_id, done.time)
            counts["oppose: superseded"] += 1
        else:
            held["contested"] = True
            counts["oppose: contested"] += 1

    def _moved(self, work_id, time):
        self.periods[work_id].append((time, self.titles[work_id]["owner"]))
        self.approved.pop(work_id, None)

    @rule(n=number, by=actor, to=actor)
    def transfer(self, n, by, to):
        """By the owner or the approved; everybody else must fail."""
        work_id, sender = self.ids[n], self.parties[by]
        held = self.titles.get(work_id)
        owner = held["owner"] if held else self.parties["alice"]
        may = sender in (owner, self.approved.get(work_id)) or (owner, sender) in self.operators
        expected = None if may else "ERC721InsufficientApproval"
        if held is None:
            expected = "ERC721NonexistentToken"
        handler = "transfer" if sender == owner else "transfer by another"
        done = self.attempt(handler, expected, "transferFrom", owner, self.parties[to], work_id, sender=by)
        if done:
            held["owner"] = self.parties[to]
            self._moved(work_id, done.time)

    @rule(n=number, to=actor, one_title=st.booleans())
    def transfer_what_was_approved(self, n, to, one_title):
        held = self.titles.get(self.ids[n])
        if held:
            operators = {operator for owner, operator in self.operators if owner == held["owner"]}
            may = {self.approved.get(self.ids[n])} if one_title else operators
            for name in [name for name in ACTORS if self.parties[name] in may - {held["owner"]}][:1]:
                self.transfer(n, name, to)

    @rule(n=number, by=actor, to=actor)
    def approve(self, n, by, to):
        held = self.titles.get(self.ids[n])
        expected = "ERC721NonexistentToken"
        if held:
            may = held["owner"] == self.parties[by] or (held["owner"], self.parties[by]) in self.operators
            expected = None if may else "ERC721InvalidApprover"
        if self.attempt("approve", expected, "approve", self.parties[to], self.ids[n], sender=by):
            self.approved[self.ids[n]] = self.parties[to]

    @rule(by=actor, to=actor, on=st.booleans())
    def approve_for_all(self, by, to, on):
        self.attempt("operator", None, "setApprovalForAll", self.parties[to], on, sender=by)
        (self.operators.add if on else self.operators.discard)((self.parties[by], self.parties[to]))

    @rule(by=st.sampled_from(["pauser", "pauser", "thief", "deployer"]))
    @precondition(lambda self: not self.paused and len(self.titles) > 1)
    def pause(self, by):
        expected = None if by == "pauser" else "AccessManagedUnauthorized"
        self.paused = bool(self.attempt("pause", expected, "pause", sender=by)) or self.paused

    @rule(by=st.sampled_from(["pauser", "pauser", "pauser", "thief"]))
    @precondition(lambda self: self.paused)
    def unpause(self, by):
        expected = None if by == "pauser" else "AccessManagedUnauthorized"
        self.paused = not self.attempt("unpause", expected, "unpause", sender=by) and self.paused

    @rule(role=st.integers(0, 2), by=st.sampled_from(["deployer", "thief", "verifier", "pauser"]))
    def take_a_role(self, role, by):
        expected, to = "AccessManagerUnauthorizedAccount", self.parties[by]
        self.attempt("take a role", expected, "grantRole", role, to, 0, sender=by, contract=self.manager)

    @rule(seconds=st.sampled_from([1, 60, 86_400, OPPOSITION // 2, OPPOSITION]))
    def sleep(self, seconds):
        counts["sleep: done"] += 1
        self.clock.sleep(seconds)

    @rule(n=number, back=st.integers(1, OPPOSITION))
    @precondition(lambda self: self.titles)
    def ask_owner_at(self, n, back):
        """Answers for the past are remembered and asked again for ever."""
        time = self.clock.time - back
        counts["owner at: done"] += 1
        before = [owner for since, owner in self.periods.get(self.ids[n], []) if since <= time]
        self.answers[self.ids[n], time] = before[-1] if before else ZERO

    @invariant()
    def titles_anchors_and_balances_are_the_models(self):
        ask = self.registry.ask
        found = ask("titlesOf", self.ids)
        assert found == [self.titles.get(work_id, NO_TITLE) for work_id in self.ids]  # invariants 1 and 6
        for root, expected in self.anchors.items():  # invariant 2
            assert ask("anchorOf", root) == expected
        for work_id, one in zip(self.ids, found, strict=True):  # invariant 3
            if one["owner"] != ZERO:
                assert one["anchoredAt"] <= self.least.get(work_id, one["anchoredAt"])
                self.least[work_id] = one["anchoredAt"]
                assert ask("getApproved", work_id) == self.approved.get(work_id, ZERO)
        for (work_id, time), expected in self.answers.items():  # invariant 4
            assert ask("ownerAt", work_id, time) == expected
        balances = [ask("balanceOf", self.parties[name]) for name in ACTORS]  # invariant 5
        owners = Counter(one["owner"] for one in self.titles.values())
        assert balances == [owners[self.parties[name]] for name in ACTORS]
        assert sum(balances) == len(self.titles)
        assert ask("paused") is self.paused

    @invariant()
    def the_deployer_holds_no_role(self):
        for role in (0, 1, 2):  # invariant 7
            assert self.manager.ask("hasRole", role, self.parties["deployer"]) == (False, 0)

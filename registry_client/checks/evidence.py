"""What may be a licence of this end user: everything on chain and everything known that the names open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace

from registry_client.checks.coverage import evaluate, reported_refused, voucher_refused
from registry_client.checks.ports import Knowledge, Proofs
from registry_client.checks.verdict import Question
from registry_client.checks.world import World
from registry_client.errors import ChainUnavailable, ContentError, EndUserInvalid, LicenceInvalid, StoreError
from registry_client.models import OPEN_SALT, Inclusion, KnownLicence, Outside, ReportRow, Use
from registry_client.models.history import CoverQuestion, Refusal
from registry_client.rights.end_user import commit, normalise_name
from registry_client.rights.licence import LicenceIds

PROOF_MISSING = "ReportProofMissing"
_SIGNATURE = "LicenceSignatureInvalid"
Proven = Set[tuple[bytes, ReportRow]]


@dataclass(frozen=True)
class Try:
    """A licence that may be this end user's, as it is asked for. ``is_proven`` False: a row that nothing leads to the
    report's root."""

    known: KnownLicence
    use: Use
    inclusion: Inclusion | None
    is_proven: bool = True

    @property
    def question(self) -> CoverQuestion | None:
        """What the contract is asked; None where it could not be shown."""
        evidence = self.known.evidence
        if isinstance(evidence, ReportRow):
            evidence = self.inclusion  # type: ignore[assignment]
            if evidence is None:
                return None
        return CoverQuestion(self.known.licence, self.use, evidence)  # type: ignore[arg-type]

    def judged(self, world: World, now: int) -> Outside | Refusal:
        """What the client's own model says."""
        if not self.is_proven:
            return Refusal(PROOF_MISSING, (self.known.licence.licensor.lower(), _row(self.known).index))
        return evaluate(world, self.known, self.use, now, self.inclusion)


@dataclass(frozen=True)
class Evidence:
    """``tries``; ``opened``: of a licence, the end users (commitments) that the asker can open."""

    tries: tuple[Try, ...]
    opened: dict[bytes, frozenset[bytes]]


def of_this_network(known: Iterable[KnownLicence], ids: LicenceIds) -> list[KnownLicence]:
    """Those whose fields hash to their id here."""
    found = []
    for one in known:
        try:
            if ids.id_of(one.licence) == one.licence_id:
                found.append(one)
        except LicenceInvalid:
            continue
    return found


def that_hold(
    world: World, known: Iterable[KnownLicence], knowledge: Knowledge, now: int, proven: Proven = frozenset()
) -> list[KnownLicence]:
    """Those that the contract takes for licences, whoever's they are; vouchers of contracts' wallets are left out: of
    them only the chain can say."""
    found = []
    for one in known:
        if isinstance(one.evidence, bytes):
            holds = voucher_refused(world, one.licence, one.licence_id, one.evidence, now) is None
        elif one.evidence is not None:
            opened = _is_opened(world, one, one.evidence, knowledge, proven)
            holds = opened and reported_refused(world, one.licence, one.licence_id, one.evidence) is None
        else:
            holds = False
        if holds or one.licence_id in world.licences:
            found.append(one)
    return found


def gather(
    world: World,
    question: Question,
    known: Sequence[KnownLicence],
    knowledge: Knowledge,
    proofs: Proofs | None,
    proven: Proven = frozenset(),
) -> Evidence:
    """Every licence that one of the question's names opens, recorded ones first. ``proven``: rows that were compared
    with their report's root just now."""
    by_commitment = {commit(name, OPEN_SALT): name for name in question.names}
    opened: dict[bytes, set[bytes]] = {}
    tries: dict[tuple[bytes, object, bytes], Try] = {}

    def attempt(one: KnownLicence, name: str, salt: bytes, user: bytes) -> None:
        opened.setdefault(one.licence_id, set()).add(user)
        use = Use(name, question.time, question.media, question.territories, salt)
        tries.setdefault((one.licence_id, one.evidence, user), _try(world, one, use, knowledge, proofs, proven))

    for licence_id, found in world.licences.items():
        for user in {found.licence.end_user, *world.named.get(licence_id, {})} & by_commitment.keys():
            recorded = KnownLicence(found.licence, licence_id, None, None, None, "recorded on chain")
            attempt(recorded, by_commitment[user], OPEN_SALT, user)
    for one in known:
        users = {one.licence.end_user, *world.named.get(one.licence_id, {})}
        if one.licence_id in world.licences:
            one = replace(one, evidence=None)
        elif one.evidence is None:
            continue  # the chain does not know it, so nothing shows it
        for user in users & by_commitment.keys():
            attempt(one, by_commitment[user], OPEN_SALT, user)
        if one.name is None or one.salt is None or len(one.salt) != 32:
            continue
        try:
            user = commit(one.name, one.salt)
        except EndUserInvalid:
            continue
        if user in users:
            opened.setdefault(one.licence_id, set()).add(user)
            if _plain(one.name) in question.names:
                attempt(one, one.name, one.salt, user)
    return Evidence(tuple(tries.values()), {key: frozenset(users) for key, users in opened.items()})


def confirmed(world: World, one: Try, said: Outside | Refusal, now: int) -> Outside | Refusal:
    """What the contract said, if it is what it must have said.

    Only whether a contract's wallet stands by a signature (ERC-1271) is the contract's word alone. Raises
    ChainUnavailable where it says something else: the node gave other events than its state rests on.
    """
    expected = one.judged(world, now)
    if said == expected:
        return said
    if isinstance(one.known.evidence, bytes):
        signed = one.judged(replace(world, is_signed=lambda *_: True), now)
        unsigned = one.judged(replace(world, is_signed=lambda *_: False), now)
        if said == signed or (said == unsigned and isinstance(said, Refusal) and said.name == _SIGNATURE):
            return said
    raise ChainUnavailable(
        f"the node contradicts itself about licence 0x{one.known.licence_id.hex()}: the contract answers {said}, "
        f"its events mean {expected}"
    )


def _try(world: World, one: KnownLicence, use: Use, knowledge: Knowledge, proofs: Proofs | None, proven: Proven) -> Try:
    if not isinstance(one.evidence, ReportRow):
        return Try(one, use, None)
    row = one.evidence
    if row.index >= len(world.reports.get(row.agent, ())):
        return Try(one, use, None)  # the model says that there is no such report
    if proofs is not None:
        try:
            return Try(one, use, proofs.inclusion_of(row.agent, row.index, row.row))
        except (StoreError, ContentError):
            pass  # the proof cannot be had; the row may have been compared when it was opened
    return Try(one, use, None, _is_opened(world, one, row, knowledge, proven))


def _is_opened(world: World, one: KnownLicence, row: ReportRow, knowledge: Knowledge, proven: Proven) -> bool:
    """Whether the report that stands on chain now is the one whose rows were opened."""
    if (one.licence_id, row) in proven:
        return True
    reports = world.reports.get(row.agent, ())
    mandate = world.mandates.get(one.licence.mandate)
    owner = one.licence.licensor if mandate is None else mandate.owner
    return row.index < len(reports) and knowledge.is_opened(reports[row.index], owner)


def _row(known: KnownLicence) -> ReportRow:
    assert isinstance(known.evidence, ReportRow)
    return known.evidence


def _plain(name: str) -> str:
    try:
        return normalise_name(name)
    except EndUserInvalid:
        return ""

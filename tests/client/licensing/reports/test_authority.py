"""What the client tells before the chain is asked: mandates in chains, their ends, titles that changed hands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from nacl.public import PrivateKey

from registry_client.errors import ContractError
from registry_client.licensing.reports.authority import Authority
from registry_client.licensing.reports.protocols import Books
from registry_client.licensing.reports.sealing import public_key
from registry_client.models import Flags, Licence, Mandate, MandateTerms, Report, Scope, Title

OWNER, AGENCY, SUB, OTHER = ("0x" + digit * 40 for digit in "1234")
WIDE, WORK, PERIOD = Scope(0xFF, 0xFF, 0, 10_000_000), 9, 1_000
KEY = public_key(bytes(PrivateKey.generate()))


@dataclass
class Chain:
    """The contracts' state, in memory: mandates by id, owners of the one work from an instant on."""

    mandates: dict[int, Mandate]
    owners: list[tuple[int, str]] = field(default_factory=lambda: [(50, OWNER)])
    keys: dict[str, bytes] = field(default_factory=lambda: {OWNER: KEY, SUB: KEY})
    asked: Counter[str] = field(default_factory=Counter)

    def mandate(self, mandate: int) -> Mandate:
        self.asked[f"mandate {mandate}"] += 1
        if mandate not in self.mandates:
            raise ContractError("MandateUnknown", (mandate,))
        return self.mandates[mandate]

    def mandate_count(self) -> int:
        return max(self.mandates)

    def sealing_key(self, account: str) -> bytes | None:
        self.asked[f"key {account}"] += 1
        return self.keys.get(account)

    def books(self, agent: str) -> Books:
        raise NotImplementedError

    def reports(self, agent: str, first: int, last: int) -> list[Report]:
        raise NotImplementedError

    def titles(self, work_ids: list[int]) -> list[Title | None]:
        owner = self.owners[-1][1]
        return [Title(owner, 10, 50, bytes(32), False, False) if work == WORK else None for work in work_ids]

    def owner_at(self, work_id: int, time: int) -> str | None:
        self.asked["owner"] += 1
        return next((owner for since, owner in reversed(self.owners) if work_id == WORK and since <= time), None)


def mandate(number: int, agent: str, parent: int = 0, revoked_at: int | None = None, **changes: int) -> Mandate:
    terms = MandateTerms(agent, WIDE, 5_000, PERIOD, parent=parent, start=100)
    return Mandate(number, OWNER, replace(terms, **changes), revoked_at)  # type: ignore[arg-type]


def licence(sold_at: int = 1_000, number: int = 2, **changes: object) -> Licence:
    found = Licence(WORK, SUB, Scope(1, 1, 0, 9_000), b"t" * 32, mandate=number, issued_at=sold_at)
    return replace(found, **changes)  # type: ignore[arg-type]


def faults(chain: Chain, sold: Licence, now: int) -> list[tuple[str, str]]:
    authority = Authority(chain, chain, SUB, now)
    authority.expect([sold.work_id])
    return list(authority.faults(sold))


@pytest.fixture
def chain() -> Chain:
    """Mandate 1 of the owner to the agency, 2 of the agency to the sub-agent, who reports."""
    return Chain({1: mandate(1, AGENCY), 2: mandate(2, SUB, parent=1)})


@pytest.mark.parametrize("sold_at", [100, 1_000, 4_999])
def test_faults_of_a_sale_within_the_mandates(sold_at: int, chain: Chain) -> None:
    assert faults(chain, licence(sold_at), 5_000) == []


@pytest.mark.parametrize(
    ("link", "changes", "sold_at", "now", "message"),
    [
        (2, {"start": 200}, 199, 1_000, "mandate 2 was not live then"),
        (1, {"start": 200}, 199, 1_000, "mandate 1 was not live then"),
        (2, {}, 5_000, 5_100, "mandate 2 was not live then"),
        (1, {"expires_at": 4_000}, 4_000, 4_100, "mandate 1 was not live then"),
        (2, {"revoked_at": 900}, 900, 1_000, "mandate 2 was not live then"),
        (1, {"revoked_at": 900}, 900, 1_000, "mandate 1 was not live then"),
        (2, {"revoked_at": 900}, 899, 1_901, "mandate 2 ended; its sales could be reported until"),
        (1, {"revoked_at": 900}, 899, 1_901, "mandate 1 ended; its sales could be reported until"),
        (2, {"revoked_at": 900}, 899, 1_900, None),
        (1, {"revoked_at": 900}, 899, 1_900, None),
    ],
)
def test_faults_at_the_ends_of_each_link(
    link: int, changes: dict[str, int], sold_at: int, now: int, message: str | None, chain: Chain
) -> None:
    parent, agent = (0, AGENCY) if link == 1 else (1, SUB)
    chain.mandates[link] = mandate(link, agent, parent, **changes)
    found = faults(chain, licence(sold_at), now)
    assert [(column, text[: len(message or "")]) for column, text in found] == (
        [("sold_at", message)] if message else []
    )


@pytest.mark.parametrize(
    ("changes", "columns"),
    [
        ({"mandate": 1}, ["mandate"]),
        ({"mandate": 3}, ["mandate"]),
        ({"scope": Scope(0x100, 0x100, 0, 10_000_001)}, ["media", "territories", "until"]),
        ({"flags": Flags.EXCLUSIVE}, ["flags"]),
        ({"work_id": 8}, ["work"]),
    ],
)
def test_faults_of_a_sale_beyond_its_mandate(changes: dict[str, object], columns: list[str], chain: Chain) -> None:
    assert [column for column, _ in faults(chain, licence(**changes), 2_000)] == columns


@pytest.mark.parametrize(
    ("owners", "sold_at", "now", "is_good"),
    [
        ([(50, OWNER)], 1_000, 4_000, True),
        ([(1_001, OWNER)], 1_000, 4_000, False),
        ([(50, OTHER)], 1_000, 4_000, False),
        ([(50, OTHER), (2_000, OWNER)], 1_999, 4_000, True),  # taken by the rule of the present owner
        ([(50, OWNER), (2_000, OTHER)], 1_999, 2_999, True),
        ([(50, OWNER), (2_000, OTHER)], 1_999, 3_000, False),
        ([(50, OWNER), (2_000, OTHER)], 2_000, 2_001, False),
        ([(50, OWNER), (2_000, OTHER)], 2_500, 2_400, False),
    ],
)
def test_faults_when_the_title_changes_hands(
    owners: list[tuple[int, str]], sold_at: int, now: int, is_good: bool, chain: Chain
) -> None:
    chain.owners = owners
    if owners == [(1_001, OWNER)]:
        chain.titles = lambda works: [None for _ in works]  # type: ignore[method-assign]
    assert [column for column, _ in faults(chain, licence(sold_at), now)] == ([] if is_good else ["work"])


@pytest.mark.parametrize("key", [None, bytes(32), b"\1" + bytes(31)])
def test_faults_of_an_owner_without_a_usable_key(key: bytes | None, chain: Chain) -> None:
    chain.keys = {} if key is None else {OWNER: key}
    found = faults(chain, licence(), 2_000)
    assert [column for column, _ in found] == ["mandate"]
    assert OWNER in found[0][1]


def test_faults_of_own_works_need_no_mandate(chain: Chain) -> None:
    chain.owners = [(50, SUB)]
    assert faults(chain, licence(number=0), 2_000) == []


def test_faults_of_many_sales_ask_the_chain_once(chain: Chain) -> None:
    authority = Authority(chain, chain, SUB, 2_000)
    authority.expect([WORK])
    for sold_at in range(200, 400):
        assert list(authority.faults(licence(sold_at))) == []
    assert chain.asked == {"mandate 1": 1, "mandate 2": 1, f"key {OWNER}": 1}

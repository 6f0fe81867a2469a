"""Intents: one request, one transaction, whatever is killed; then the same request is a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry_client.chain.journal import Journal
from registry_client.errors import (
    ChainUnavailable,
    ContractError,
    FeeTooHigh,
    FundsInsufficient,
    RegistryError,
    TransactionFailed,
)
from registry_client.licensing.intents import Intents

REQUEST = {"work": "0x01", "end_user": ["example.com", True]}


@dataclass(frozen=True)
class Receipt:
    hash: str = "0x" + "11" * 32
    block: int = 7
    gas_used: int = 50_000


class Port:
    """A sender that says what it is told to, and remembers the keys."""

    address = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"

    def __init__(self, *outcomes: RegistryError | None) -> None:
        self.outcomes, self.keys = list(outcomes), []

    def send(self, key: str, to: str, data: bytes) -> Receipt:
        self.keys.append(key)
        outcome = self.outcomes.pop(0)
        if outcome is not None:
            raise outcome
        return Receipt()


@pytest.fixture
def intents(journal: Journal) -> Intents:
    return Intents(journal, "31337:0xC", Port.address)


def counting() -> Callable[[], dict[str, int]]:
    """Each choice differs from the last."""
    calls: list[int] = []

    def choose() -> dict[str, int]:
        calls.append(0)
        return {"nonce": len(calls)}

    return choose


def test_begin_takes_up_what_is_unfinished_and_begins_anew_after(intents: Intents) -> None:
    choose = counting()
    first = intents.begin("grant", REQUEST, choose)
    again = intents.begin("grant", dict(reversed(REQUEST.items())), choose)
    assert (first.is_resumed, again.is_resumed) == (False, True)
    assert (again.token, again.values) == (first.token, {"nonce": 1})
    intents.finish(first)
    fresh = intents.begin("grant", REQUEST, choose)
    assert (fresh.is_resumed, fresh.values) == (False, {"nonce": 2})
    assert fresh.token != first.token


def test_begin_keeps_requests_networks_and_accounts_apart(journal: Journal, intents: Intents) -> None:
    choose = counting()
    intents.begin("grant", REQUEST, choose)
    others = [
        intents.begin("revoke", REQUEST, choose),
        intents.begin("grant", REQUEST | {"work": "0x02"}, choose),
        Intents(journal, "1:0xC", Port.address).begin("grant", REQUEST, choose),
        Intents(journal, "31337:0xC", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8").begin("grant", REQUEST, choose),
    ]
    assert [one.values for one in others] == [{"nonce": nonce} for nonce in (2, 3, 4, 5)]


def test_begin_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    choose = counting()
    for resumed in (False, True):
        journal = Journal(tmp_path / "again.sqlite")
        found = Intents(journal, "31337:0xC", Port.address).begin("grant", REQUEST, choose)
        assert (found.is_resumed, found.values) == (resumed, {"nonce": 1})
        journal.close()


@pytest.mark.parametrize("error", [ChainUnavailable("lost"), TransactionFailed("reverted")])
def test_send_keeps_an_intent_that_may_have_been_sent(intents: Intents, error: RegistryError) -> None:
    port, choose = Port(error, None), counting()
    intent = intents.begin("grant", REQUEST, choose)
    with pytest.raises(type(error)):
        intents.send(intent, port, "0x", b"")
    again = intents.begin("grant", REQUEST, choose)
    assert (again.is_resumed, again.values) == (True, {"nonce": 1})
    intents.send(again, port, "0x", b"")
    assert port.keys[0] == port.keys[1]


@pytest.mark.parametrize("error", [ContractError("LicenceUnknown"), FundsInsufficient("poor"), FeeTooHigh("dear")])
def test_send_forgets_an_intent_that_was_never_sent(intents: Intents, error: RegistryError) -> None:
    port, choose = Port(error), counting()
    intent = intents.begin("grant", REQUEST, choose)
    with pytest.raises(type(error)):
        intents.send(intent, port, "0x", b"")
    assert intents.begin("grant", REQUEST, choose).is_resumed is False


def test_finish_leaves_no_secret_in_the_journal(journal: Journal, intents: Intents) -> None:
    intent = intents.begin("grant", REQUEST, lambda: {"salt": "0x5eC2e7"})
    assert any("0x5eC2e7" in str(value) for _, value in journal.facts("intent"))
    intents.finish(intent)
    assert all("0x5eC2e7" not in str(value) for _, value in journal.facts("intent"))

"""What a check costs: HTTP round trips, and bytes."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import Any

import pytest

from registry_client.chain.connection import Connection
from registry_client.chain.history import HistoryReader
from registry_client.chain.registry import RegistryReader
from registry_client.checks.sync import sync
from registry_client.checks.target import Catalogue
from registry_client.checks.verdict import Asker, AskerKind, VerdictKind
from registry_client.models import Flags, KnownLicence, Network
from tests.client.chain.lying_node import LyingNode
from tests.client.checks.story import Story, user


class Counted:
    """The same story, through a node that counts."""

    def __init__(self, story: Story, network: Network) -> None:
        self.node = LyingNode(network.rpc_url, lambda _, answer: answer)
        connection = Connection(replace(network, rpc_url=self.node.url))
        story.chain = HistoryReader(connection)
        story.catalogue = Catalogue(RegistryReader(connection), story.store)

    @property
    def trips(self) -> int:
        return len(self.node.requests)

    @property
    def sent(self) -> int:
        return len(json.dumps(self.node.requests))


def test_check_use_by_an_agency_or_owner_costs_two_round_trips(story: Story, network: Network) -> None:
    """Invariant V7."""
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    salt = secrets.token_bytes(32)
    sold = story.licence(work, agency, mandate=mandate, end_user=user("shop.example", salt), issued_at=story.now)
    report = story.report(agency, [sold])
    story.open_report(report, [story.row(report, 0, sold, "shop.example", salt)])
    sync(story.index, story.chain)

    for asker in (Asker(AskerKind.AGENCY, agency), Asker(AskerKind.OWNER, anna)):
        counted = Counted(story, network)
        with counted.node:
            found = story.check(work, asker=asker, proofs=story)
        assert found.kind is VerdictKind.LICENSED
        assert found.licences[0].confirmed
        assert counted.trips == 2
        assert counted.sent < 8_000


def test_check_use_after_new_events_of_every_kind_still_costs_two_round_trips(story: Story, network: Network) -> None:
    anna, ben, agency = (story.account() for _ in range(3))
    work = story.title(anna)
    mandate = story.mandate(anna, agency)
    sync(story.index, story.chain)
    licence = story.grant(story.licence(work, agency, mandate=mandate, seats=1, licensee=ben, flags=Flags.REVOCABLE))
    story.must(ben, story.calls.name_end_user(licence, user("client.example")))
    story.must(agency, story.calls.revoke_licence(licence))
    story.report(agency, [])
    story.revoke_mandate(anna, mandate)
    story.sell(anna, ben, work)

    counted = Counted(story, network)
    with counted.node:
        found = story.check(work)

    assert found.kind is VerdictKind.OUT_OF_SCOPE
    assert found.licences[0].confirmed
    assert counted.trips == 2


@pytest.mark.parametrize("kind", [VerdictKind.PENDING, VerdictKind.NOT_LICENSED])
def test_check_use_without_a_licence_costs_two_round_trips(story: Story, network: Network, kind: VerdictKind) -> None:
    anna = story.account()
    work = story.title(anna)
    if kind is VerdictKind.PENDING:
        for _ in range(30):
            story.mandate(anna, story.account())
    sync(story.index, story.chain)

    counted = Counted(story, network)
    with counted.node:
        found = story.check(work)

    assert (found.kind, counted.trips) == (kind, 2)


def test_check_use_with_more_licences_than_a_round_trip_asks_for_costs_two(story: Story, network: Network) -> None:
    anna = story.account()
    work = story.title(anna)
    now = story.now
    known: list[KnownLicence] = [story.voucher(story.licence(work, anna, issued_at=now)) for _ in range(130)]
    story.book.add_many(known)
    sync(story.index, story.chain)

    counted = Counted(story, network)
    with counted.node:
        found = story.check(work)

    assert found.kind is VerdictKind.LICENSED
    assert len(found.licences) == 130
    assert sum(one.confirmed for one in found.licences) == 50
    assert found.licences[0].confirmed
    assert counted.trips == 2


def test_batches_are_counted_as_one_round_trip(network: Network) -> None:
    """The counter itself: a plain request and a batch are one each."""
    node = LyingNode(network.rpc_url, lambda _, answer: answer)
    with node:
        connection = Connection(replace(network, rpc_url=node.url))
        connection.request("eth_chainId", [])
        many: list[tuple[str, list[Any]]] = [("eth_chainId", [])] * 100
        connection.request_many(many)
        assert len(node.requests) == 2
        connection.request_many([*many, many[0]])
        assert len(node.requests) == 4

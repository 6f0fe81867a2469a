"""The world of the tests of reports: an agency with mandates of two owners, which licenses its own works too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry_client.models import Network
from registry_client.store.kubo import KuboStore
from tests.client.licensing.reports.world import DAY, Party, World


@dataclass
class Scene:
    """Sales can be dated ``sold_at`` and reported ``through``: mandate 1 is anna's, 2 ben's, 0 the agency's own."""

    world: World
    agency: Party
    anna: Party
    ben: Party
    stranger: Party
    mandates: dict[str, int]
    sold_at: int
    through: int


def new_scene(world: World) -> Scene:
    agency, anna, ben, stranger = (world.party() for _ in range(4))
    world.title(agency, [anna.address, ben.address, agency.address])
    first = world.reader.mandate_count() + 1
    until = world.now + 400 * DAY
    for party in (anna, ben):
        party.publish_key()
        party.give_mandate(agency.address, until)
    agency.publish_key()
    mandates = {anna.address: first, ben.address: first + 1, agency.address: 0}
    sold_at = world.now + 600
    world.pass_time(3_600)
    return Scene(world, agency, anna, ben, stranger, mandates, sold_at, sold_at + 2_000)


@pytest.fixture
def scene(network: Network, tmp_path: Path) -> Iterator[Scene]:
    world = World(network, tmp_path)
    yield new_scene(world)
    world.journal.close()


@pytest.fixture
def scene_with_kubo(network: Network, tmp_path: Path, kubo: KuboStore) -> Iterator[Scene]:
    world = World(network, tmp_path, kubo)
    yield new_scene(world)
    world.journal.close()

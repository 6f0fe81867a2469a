"""A chain that mines each transaction at once, and a story told on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry_client.chain.network import load_network
from registry_client.models import Network
from scripts.devnet import Devnet
from tests.client.checks.story import Story


@pytest.fixture(scope="session")
def quick_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("quick-home")
    (home / "networks").mkdir()
    devnet = Devnet(tmp_path_factory.mktemp("quick-devnet"), home / "networks" / "local.json", block_seconds=0)
    devnet.start()
    yield home
    devnet.stop()


@pytest.fixture(scope="session")
def network(quick_home: Path) -> Network:
    return load_network("local", quick_home)


@pytest.fixture
def story(network: Network, tmp_path: Path) -> Iterator[Story]:
    found = Story(network, tmp_path)
    yield found
    found.close()

"""A real chain with the registry deployed, funded accounts, and the pieces of the chain layer over them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from registry_client.chain.connection import Connection
from registry_client.chain.journal import Journal
from registry_client.chain.network import load_network
from registry_client.chain.registry import RegistryReader
from registry_client.chain.sender import Sender
from registry_client.models import Network, Work
from scripts.devnet import Devnet


@pytest.fixture(scope="session")
def devnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devnet]:
    """A chain of this test run's own, one block a second."""
    home = tmp_path_factory.mktemp("devnet-home")
    (home / "networks").mkdir()
    found = Devnet(tmp_path_factory.mktemp("devnet"), home / "networks" / "local.json")
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def devnet_home(devnet: Devnet) -> Path:
    """A REGISTRY_HOME whose network ``local`` is that chain."""
    return devnet.deployment.parent.parent


@pytest.fixture(scope="session")
def network(devnet_home: Path) -> Network:
    return load_network("local", devnet_home)


@pytest.fixture(autouse=True)
def clean_chain(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test that touches the chain finds it as it was after deployment."""
    if "network" not in request.fixturenames:
        yield
        return
    connection = Connection(request.getfixturevalue("network"))
    snapshot = connection.request("evm_snapshot", [])
    yield
    connection.request("evm_revert", [snapshot])


@pytest.fixture
def connection(network: Network) -> Connection:
    return Connection(network)


@pytest.fixture
def reader(connection: Connection) -> RegistryReader:
    return RegistryReader(connection)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = Journal(tmp_path / "journal.sqlite")
    yield found
    found.close()


@pytest.fixture
def new_account(connection: Connection) -> Callable[[], LocalAccount]:
    """Makes accounts with ten ether each."""

    def make() -> LocalAccount:
        account: LocalAccount = Account.create()
        connection.request("anvil_setBalance", [account.address, hex(10 * 10**18)])
        return account

    return make


@pytest.fixture
def account(new_account: Callable[[], LocalAccount]) -> LocalAccount:
    return new_account()


@pytest.fixture
def sender(connection: Connection, journal: Journal, account: LocalAccount) -> Sender:
    return Sender(connection, journal, account, wait_seconds=20)


def random_work(owner: str) -> Work:
    return Work(secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(32), owner)

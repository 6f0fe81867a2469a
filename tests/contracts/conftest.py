"""Fixtures by role. Each test starts from a fresh deployment by scripts/deploy.py, on a chain of its own."""

from __future__ import annotations

import itertools
import socket

import brownie
import pytest
from brownie._config import CONFIG

from scripts import deploy as deployment
from tests.contracts.support import OPPOSITION, Chain, Registry, rpc


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Brownie takes a chain that runs on its port for its own, and rolls it back: never meet one that somebody works with.
CONFIG.networks["development"]["cmd_settings"].update(port=_free_port(), gas_limit=60_000_000)


@pytest.fixture(scope="session")
def parties():
    """Accounts by role: who may do what is set by ``deployed``."""
    names = ["deployer", "admin", "verifier", "second_verifier", "pauser", "alice", "bob", "carol", "thief", "stranger"]
    return dict(zip(names, brownie.accounts, strict=False))


@pytest.fixture(scope="session")
def deployed(parties):
    return deployment.deploy(
        parties["deployer"],
        {
            "opposition_seconds": OPPOSITION,
            "admin": parties["admin"].address,
            "verifiers": [parties["verifier"].address, parties["second_verifier"].address],
            "pausers": [parties["pauser"].address],
        },
    )


_FIRST_NONCES = itertools.count(1000, 1000)


@pytest.fixture(autouse=True)
def isolation(deployed, parties):
    """Every test starts from the same state, and deploys to addresses of its own: Brownie's records are not rolled back
    with the chain, and it refuses an address that it knows."""
    snapshot = rpc("evm_snapshot")
    nonce = hex(next(_FIRST_NONCES))
    for party in parties.values():
        rpc("anvil_setNonce", party.address, nonce)
    rpc("anvil_setBlockTimestampInterval", 12)
    yield
    rpc("evm_setAutomine", True)
    assert rpc("evm_revert", snapshot)


@pytest.fixture
def registry(deployed):
    return Registry(deployed[0], [*deployed[0].abi, *deployed[1].abi])


@pytest.fixture
def manager(deployed):
    return Registry(deployed[1], [*deployed[0].abi, *deployed[1].abi])


@pytest.fixture
def licences(deployed):
    return Registry(deployed.licences, [*deployed.licences.abi, *deployed.registry.abi])


@pytest.fixture
def clock():
    return Chain()


def _party(name):
    @pytest.fixture(name=name)
    def account(parties):
        return parties[name].address

    return account


deployer, admin, verifier, second_verifier = map(_party, ("deployer", "admin", "verifier", "second_verifier"))
pauser, alice, bob, carol = map(_party, ("pauser", "alice", "bob", "carol"))
thief, stranger = map(_party, ("thief", "stranger"))

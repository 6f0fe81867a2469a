"""A real Kubo daemon for tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from registry_client.store.kubo import KuboStore
from scripts.ipfs_daemon import IpfsDaemon, find_binary


@pytest.fixture(scope="session")
def ipfs_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IpfsDaemon]:
    binary = find_binary()
    if binary is None:
        if os.environ.get("REGISTRY_REQUIRE_KUBO") == "1":
            pytest.fail("REGISTRY_REQUIRE_KUBO=1, but there is no Kubo: scripts/kubo/install.sh builds it")
        pytest.skip("no Kubo daemon: scripts/kubo/install.sh builds one where Go is installed")
    daemon = IpfsDaemon(binary, tmp_path_factory.mktemp("ipfs"))
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture
def kubo(ipfs_daemon: IpfsDaemon) -> KuboStore:
    return KuboStore(ipfs_daemon.url)

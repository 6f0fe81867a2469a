"""Killed at a random moment, or left by Kubo: given again, the command finishes and repeats nothing. Invariant 9."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from registry_client.chain.connection import Connection
from registry_client.chain.keystore import Keystore
from registry_client.chain.registry import RegistryReader
from registry_client.content import manifest as manifests
from registry_client.content.cid import cid_of_digest
from registry_client.models import Network
from registry_client.store.folder import FolderStore
from registry_client.store.kubo import KuboStore
from registry_client.store.outbox import Outbox
from scripts.ipfs_daemon import IpfsDaemon
from tests.client.photos import write_jpegs

FILES = 500
TRIALS = 20


@pytest.fixture
def new_home(devnet_home: Path, network: Network, tmp_path: Path) -> Callable[[str], tuple[Path, str]]:
    """Makes a REGISTRY_HOME with a funded key ``anna``; the folder and the address."""

    def make(name: str) -> tuple[Path, str]:
        home = tmp_path / name
        shutil.copytree(devnet_home / "networks", home / "networks")
        (home / "passphrase").write_text("secret\n")
        address = Keystore(home / "keys", 1 << 10).new("anna", "secret")
        Connection(network).request("anvil_setBalance", [address, hex(10**19)])
        return home, address

    return make


def command(home: Path, *arguments: str, **environment: str) -> tuple[list[str], dict[str, str]]:
    full = [sys.executable, "-m", "registry_client.cli.main", *arguments]
    return full, {**os.environ, "REGISTRY_HOME": str(home), **environment}


def register(home: Path, folder: Path) -> tuple[str, ...]:
    return ("register", str(folder), "--account", "anna", "--passphrase-file", str(home / "passphrase"), "--json")


def processes_of_session(session: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found


@pytest.mark.parametrize("trial", range(TRIALS))
def test_register_killed_at_a_random_moment_anchors_every_work_once(
    trial: int, new_home: Callable[[str], tuple[Path, str]], network: Network, tmp_path: Path, ipfs_daemon: IpfsDaemon
) -> None:
    home, address = new_home("home")
    files = write_jpegs(tmp_path / "photos", FILES, first_seed=10_000_000 + trial * FILES)
    moment = random.uniform(0.3, 6.0)  # any moment of the run is a test; the next line tells which
    print(f"killed after {moment:.3f} s")  # noqa: T201
    full, environment = command(home, *register(home, tmp_path / "photos"), REGISTRY_IPFS_URL=ipfs_daemon.url)
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(full, env=environment, stdout=out, stderr=out, start_new_session=True)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
    end = time.monotonic() + 15
    while processes_of_session(process.pid) and time.monotonic() < end:
        time.sleep(0.1)
    assert processes_of_session(process.pid) == []

    done = subprocess.run(full, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert {work["status"] for work in answer["works"]} == {"anchored"}
    assert len(answer["works"]) == len(files)

    connection = Connection(network)
    folder = FolderStore(home / "blocks")
    mine = [anchor for anchor in RegistryReader(connection).anchors_of() if anchor.registrant == address]
    anchored = Counter(
        work.work_id for anchor in mine for work in manifests.decode(folder.get(cid_of_digest(anchor.manifests[0])))
    )
    assert anchored == Counter(int(work["work_id"], 16) for work in answer["works"])
    assert set(anchored.values()) == {1}
    nonce = int(connection.request("eth_getTransactionCount", [address, "latest"]), 16)
    assert nonce == len(mine)
    assert Outbox(home / "outbox.sqlite").pending() == []


def test_register_succeeds_when_kubo_stops_in_the_middle_and_push_delivers_later(
    new_home: Callable[[str], tuple[Path, str]], tmp_path: Path, ipfs_daemon: IpfsDaemon
) -> None:
    daemon = IpfsDaemon(ipfs_daemon.binary, tmp_path / "ipfs")
    daemon.start()
    home, _ = new_home("home")
    write_jpegs(tmp_path / "photos", 300, first_seed=20_000_000)
    full, environment = command(home, *register(home, tmp_path / "photos"), REGISTRY_IPFS_URL=daemon.url)
    process = subprocess.Popen(full, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if (home / "outbox.sqlite").exists() and len(Outbox(home / "outbox.sqlite")) > 50:
            break
        time.sleep(0.02)
    daemon.stop()
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    answer = json.loads(out)
    assert answer["outbox"] > 300
    assert {work["status"] for work in answer["works"]} == {"anchored"}

    push, environment = command(home, "store", "push", "--json", REGISTRY_IPFS_URL=daemon.url)
    refused = subprocess.run(push, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 3
    assert "Kubo cannot be reached" in json.loads(refused.stdout)["error"]
    daemon.start()
    environment["REGISTRY_IPFS_URL"] = daemon.url
    try:
        pushed = subprocess.run(push, env=environment, capture_output=True, text=True, check=True)
        assert json.loads(pushed.stdout) == {"pushed": answer["outbox"]}
        kubo = KuboStore(daemon.url)
        assert all(kubo.is_pinned(work["metadata_cid"]) for work in answer["works"][:20])
        assert Outbox(home / "outbox.sqlite").pending() == []
    finally:
        daemon.stop()

"""One registration of many files, in a process of its own: seconds a phase, gas, peak memory of all its processes.

``python benchmarks/registration.py FOLDER HOME`` prints one JSON object; HOME is a REGISTRY_HOME
with network ``local``.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from eth_account import Account

from registry_client.chain.connection import Connection
from registry_client.chain.journal import Journal
from registry_client.chain.network import load_network
from registry_client.chain.registry import RegistryReader
from registry_client.chain.sender import Sender
from registry_client.registration.files import collect
from registry_client.registration.register import Registrar, gas_of
from registry_client.store.folder import FolderStore
from registry_client.store.kubo import KuboStore
from registry_client.store.local import ContentStore
from registry_client.store.outbox import Outbox


class PeakMemory:
    """The largest sum of resident memory over this session's processes, sampled five times a second."""

    def __init__(self) -> None:
        self.total = self.main = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        session = os.getsid(0)
        while True:
            total = 0
            for entry in Path("/proc").glob("[0-9]*"):
                try:
                    fields = (entry / "stat").read_text().rpartition(")")[2].split()
                    if int(fields[3]) == session:
                        resident = int((entry / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
                        total += resident
                        if int(entry.name) == os.getpid():
                            self.main = max(self.main, resident)
                except (OSError, IndexError):
                    continue
            self.total = max(self.total, total)
            time.sleep(0.2)


def measure(folder: Path, home: Path) -> dict[str, Any]:
    memory = PeakMemory()
    network = load_network("local", home)
    connection = Connection(network)
    account = Account.create()
    connection.request("anvil_setBalance", [account.address, hex(10**20)])
    kubo = KuboStore(network.ipfs_url) if network.ipfs_url else None
    own = home / account.address
    store = ContentStore(FolderStore(own / "blocks"), kubo, Outbox(own / "outbox.sqlite"))
    sender = Sender(connection, Journal(own / "journal.sqlite"), account)
    moments: dict[str, float] = {}

    def progress(phase: str, done: int, total: int) -> None:
        moments.setdefault(f"{phase} begun", time.perf_counter())
        moments[f"{phase} ended"] = time.perf_counter()

    scope = f"{network.chain_id}:{network.registry}"
    reader = RegistryReader(connection)
    registrar = Registrar(reader, sender, sender.journal, store, network.registry, sender.address, scope, progress)
    files = collect([folder])
    start = time.perf_counter()
    result = registrar.register(files, {"creator": "Benchmark"})
    registered = time.perf_counter()
    waiting = store.push_quietly()
    pushed = time.perf_counter()
    return {
        "files": len(files),
        "anchored": sum(work.status == "anchored" for work in result.works),
        "batches": len(result.batches),
        "gas": gas_of(result.batches),
        "seconds": {
            "examine (hash, fingerprint, metadata, preview, store)": round(moments["examine ended"] - start, 2),
            "compare with earlier anchors, tree, manifest": round(
                moments["anchor begun"] - moments["examine ended"], 2
            ),
            "anchor (one block a second)": round(registered - moments["anchor begun"], 2),
            "pin in Kubo": round(pushed - registered, 2) if kubo else None,
            "whole call": round(pushed - start, 2),
        },
        "outbox": waiting,
        "peak_memory_mib": {"main process": memory.main >> 20, "all processes": memory.total >> 20},
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]))))

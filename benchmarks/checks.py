"""Use checks against 200 mandates and 10,000 licences: first sync, checks a second, round trips, bytes sent.

``python benchmarks/checks.py`` prints one JSON object; it starts a chain of its own.
"""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from eth_account import Account

from registry_client.chain.connection import Connection
from registry_client.chain.history import HistoryReader
from registry_client.chain.licences import LicenceCalls, LicenceReader, mandate_of
from registry_client.chain.network import load_network
from registry_client.chain.registry import RegistryReader
from registry_client.chain.transport import Transport
from registry_client.checks.agencies import open_books
from registry_client.checks.check import check_use
from registry_client.checks.coverage import evaluate
from registry_client.checks.index import LicenceIndex
from registry_client.checks.sync import sync
from registry_client.checks.target import Catalogue
from registry_client.checks.verdict import Question, Verdict
from registry_client.content.merkle import MerkleTree
from registry_client.models import FOREVER, OPEN_SALT, KnownLicence, Licence, MandateTerms, Network, Scope, Use, Work
from registry_client.rights.end_user import commit
from scripts.devnet import Devnet

OWNERS, MANDATES, WORKS, LICENCES, CHECKS = 10, 200, 200, 10_000, 300
EVERYWHERE = Scope((1 << 20) - 1, (1 << 249) - 1, 0, FOREVER)
PART = 100


class CountingTransport(Transport):
    """Counts round trips and the bytes sent."""

    trips = sent = 0

    def _post(self, payload: list[dict[str, Any]], batch: bool) -> bytes:
        self.trips += 1
        self.sent += len(json.dumps(payload if batch else payload[0]))
        return super()._post(payload, batch)


class Population:
    """Works, mandates and licences on a chain that mines when told."""

    def __init__(self, network: Network) -> None:
        self.connection = Connection(network)
        self.reader, self.registry = LicenceReader(self.connection), RegistryReader(self.connection)
        self.calls = LicenceCalls()
        self.connection.request("anvil_autoImpersonateAccount", [True])
        self.connection.request("evm_setAutomine", [False])
        self.owners = [self._account() for _ in range(OWNERS)]
        self.agents = [self._account() for _ in range(MANDATES // OWNERS)]

    def build(self) -> list[int]:
        """The ids of the works, each with LICENCES / WORKS licences for sites of its own."""
        works = [
            Work(secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(32), self.owners[i % OWNERS])
            for i in range(WORKS)
        ]
        tree = MerkleTree(works)
        self._send([(self.owners[0], self.registry.address, self.registry.anchor_data(tree.root, bytes(32)))])
        mint = [self.registry.register_data(work, tree.root, tree.proof(work)) for work in works]
        self._send([(self.owners[0], self.registry.address, data) for data in mint])
        expires = self.connection.block()[1] + 10**8
        terms = [
            (owner, MandateTerms(agent, EVERYWHERE, expires, 86_400)) for owner in self.owners for agent in self.agents
        ]
        self._send([(owner, self.reader.address, self.calls.grant_mandate(given)) for owner, given in terms])
        events = self.reader.events(0, self.connection.block()[0])
        mandates = {}
        for event in events:
            if event.name == "MandateGranted":
                mandate = mandate_of(event)
                mandates[mandate.owner, mandate.terms.agent] = mandate.id
        drafts = []
        for number in range(LICENCES):
            work, agent = works[number % WORKS], self.agents[number // WORKS % len(self.agents)]
            user = commit(f"site{number // WORKS}.example", OPEN_SALT)
            mandate_id = mandates[work.owner, agent]
            drafts.append(Licence(work.work_id, agent, EVERYWHERE, bytes(32), mandate_id, end_user=user, nonce=number))
        grants = [(draft.licensor, self.reader.address, self.calls.grant_licence(draft)) for draft in drafts]
        self._send(grants)
        return [work.work_id for work in works]

    def _account(self) -> str:
        address = str(Account.create().address)
        self.connection.request("anvil_setBalance", [address, hex(10**22)])
        return address

    def _send(self, transactions: list[tuple[str, str, bytes]]) -> None:
        for start in range(0, len(transactions), PART):
            part = [
                {"from": sender, "to": to, "data": "0x" + data.hex(), "gas": hex(400_000)}
                for sender, to, data in transactions[start : start + PART]
            ]
            self.connection.request_many([("eth_sendTransaction", [one]) for one in part])
            self.connection.request("evm_mine", [])


def measure(network: Network, home: Path) -> dict[str, Any]:
    begun = time.perf_counter()
    works = Population(network).build()
    built = time.perf_counter() - begun
    transport = CountingTransport(network.rpc_url)
    connection = Connection(network, transport)
    chain = HistoryReader(connection)
    path = home / "index.sqlite"
    index = LicenceIndex(path, chain)
    begun = time.perf_counter()
    head = sync(index, chain)
    synced = time.perf_counter() - begun
    results: dict[str, Any] = {
        "mandates": MANDATES,
        "licences": LICENCES,
        "seconds to make them on chain": round(built, 1),
        "first sync": {
            "seconds": round(synced, 2),
            "round trips": transport.trips,
            "events": index.count(),
            "index bytes": path.stat().st_size,
        },
    }
    catalogue = Catalogue(RegistryReader(connection), _NoStore())

    def check(number: int, user: str) -> Verdict:
        work = works[number % len(works)]
        return check_use(work, user, index=index, chain=chain, catalogue=catalogue, media=1, territories=1)

    for name, site in (("licensed", "site{}.example"), ("not licensed", "nobody{}.example")):
        transport.trips = transport.sent = 0
        kinds: dict[str, int] = {}
        begun = time.perf_counter()
        for number in range(CHECKS):
            kind = check(number, site.format(number % (LICENCES // WORKS))).kind.value
            kinds[kind] = kinds.get(kind, 0) + 1
        seconds = time.perf_counter() - begun
        results[f"checks, {name}"] = {
            "verdicts": kinds,
            "a second": round(CHECKS / seconds, 1),
            "round trips each": transport.trips / CHECKS,
            "bytes sent each": round(transport.sent / CHECKS),
        }
    results["without the network"] = _local(index, chain, works, head.time)
    index.close()
    return results


def _local(index: LicenceIndex, chain: HistoryReader, works: list[int], now: int) -> dict[str, float]:
    """The client's own part: a work's world from the index, and one licence judged against one use."""
    begun = time.perf_counter()
    worlds = [index.world(work, (), (), chain.is_signed) for work in works]
    loading = (time.perf_counter() - begun) / len(works)
    judged, begun = 0, time.perf_counter()
    for world in worlds:
        for licence_id, found in world.licences.items():
            known = KnownLicence(found.licence, licence_id, None, None, None, "")
            evaluate(world, known, Use("site1.example", now, 1, 1), now)
            judged += 1
    judging = (time.perf_counter() - begun) / judged
    question = Question("x.example", ("x.example",), now, 1, 1, None)
    begun = time.perf_counter()
    for world in worlds:
        open_books(world, question, now)
    books = (time.perf_counter() - begun) / len(worlds)
    return {
        "load a work's world, ms": round(1000 * loading, 2),
        "judge a licence, ms": round(1000 * judging, 4),
        "find the open books, ms": round(1000 * books, 3),
    }


class _NoStore:
    def get(self, cid: str) -> bytes:
        raise AssertionError("no block is needed")


def main(folder: Path) -> dict[str, Any]:
    """Measure on a chain of its own, in this folder."""
    (folder / "networks").mkdir()
    devnet = Devnet(folder / "devnet", folder / "networks" / "local.json", block_seconds=0)
    devnet.start()
    try:
        return measure(load_network("local", folder), folder)
    finally:
        devnet.stop()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as name:
        print(json.dumps(main(Path(name)), indent=2))

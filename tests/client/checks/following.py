"""What the tests of the index share: its rows, a node in between, an eventful history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from registry_client.chain.connection import Connection
from registry_client.chain.history import HistoryReader
from registry_client.checks.index import LicenceIndex
from registry_client.checks.sync import sync
from registry_client.models import Flags, Network
from tests.client.chain.lying_node import LyingNode, Twist
from tests.client.checks.story import Story, user

OWNER, AGENT = "0x" + "1" * 40, "0x" + "2" * 40
ROOT = Path(__file__).resolve().parents[3]


def dump(index: LicenceIndex) -> list[Any]:
    """Every row but the heads, which depend on when it was read."""
    tables = [r[0] for r in index._db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    return [
        (table, sorted(map(repr, index._db.execute(f"SELECT * FROM {table}")))) for table in tables if table != "heads"
    ]


def rebuilt(story: Story) -> list[Any]:
    with LicenceIndex(":memory:", story.chain) as fresh:
        sync(fresh, story.chain)
        return dump(fresh)


def through(network: Network, twist: Twist) -> tuple[LyingNode, HistoryReader]:
    node = LyingNode(network.rpc_url, twist)
    return node, HistoryReader(Connection(replace(network, rpc_url=node.url)))


def batched(change: Any) -> Twist:
    """Lie about single answers of a batch: ``change(request, answer)`` alters the answer in place."""

    def twist(request: Any, answer: Any) -> Any:
        if isinstance(request, list):
            by_id = {one["id"]: one for one in answer}
            for asked in request:
                change(asked, by_id[asked["id"]])
        return answer

    return twist


def eventful(story: Story) -> int:
    """A work with something of everything; its id."""
    anna, agency, designer = (story.account() for _ in range(3))
    work = story.title(anna)
    mandate = story.mandate(anna, agency, depth=1)
    other = story.mandate(anna, designer)
    licence = story.grant(story.licence(work, agency, mandate=mandate, licensee=designer, seats=2, flags=Flags(2 | 8)))
    story.must(designer, story.calls.name_end_user(licence, user("client.example")))
    story.must(designer, story.calls.transfer_licence(licence, anna))
    story.must(agency, story.calls.revoke_licence(licence))
    story.must(agency, story.calls.cancel_voucher(7))
    story.must(anna, story.calls.publish_key(b"\x05" * 32))
    story.report(agency, [licence])
    story.revoke_mandate(anna, other)
    story.sell(anna, designer, work)
    return work

"""The index follows the chain: as far as it goes, back when it goes back, whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registry_client.chain.connection import Connection
from registry_client.chain.history import HistoryReader
from registry_client.checks.index import LicenceIndex, index_path
from registry_client.checks.sync import sync
from registry_client.errors import ChainMismatch, ChainUnavailable, ConfigurationError
from registry_client.models import Flags, Mandate, MandateTerms, Means, Network
from registry_client.models.history import Happening
from tests.client.chain.lying_node import LyingNode, Twist
from tests.client.checks.story import EVERYWHERE, Story, user

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


def honest(_: Any, answer: Any) -> Any:
    return answer


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


# Following


def test_sync_step_by_step_gives_what_one_sync_gives(story: Story) -> None:
    """Invariant V5."""
    sync(story.index, story.chain)
    work = eventful(story)
    for _ in range(3):
        sync(story.index, story.chain)
        story.title(story.account())
    head = sync(story.index, story.chain)

    assert (head.number, head.time) == story.connection.block()
    assert dump(story.index) == rebuilt(story)
    world = story.index.world(work)
    ((licence_id, record),) = world.licences.items()
    state = story.reader.record(licence_id)
    title = story.registry.title(work)
    assert title is not None
    assert world.ownership[-1][1] == title.owner
    assert (record.recorded_at, world.revoked[licence_id]) == (state.recorded_at, state.revoked_at)
    assert world.named[licence_id] == {
        user("client.example"): story.reader.named_at(licence_id, user("client.example"))
    }
    assert world.holders[licence_id] == story.reader.holder(record.licence)
    for mandate in world.mandates.values():
        assert mandate == story.reader.mandate(mandate.id)
    assert story.index.sealing_key(world.ownership[0][1]) == b"\x05" * 32


def test_sync_of_blocks_without_times_in_logs_asks_for_them(story: Story, network: Network) -> None:
    def strip(asked: dict[str, Any], answer: dict[str, Any]) -> None:
        if asked["method"] == "eth_getLogs":
            for log in answer["result"]:
                log.pop("blockTimestamp", None)

    eventful(story)
    node, chain = through(network, batched(strip))
    with node, LicenceIndex(":memory:", chain) as index:
        sync(index, chain)
        assert dump(index) == rebuilt(story)


def test_sync_through_a_node_that_refuses_long_ranges_halves_them(story: Story, network: Network) -> None:
    def refuse(request: Any, answer: Any) -> Any:
        for asked in request if isinstance(request, list) else [request]:
            if asked["method"] == "eth_getLogs":
                query = asked["params"][0]
                last = query["toBlock"]
                if last == "latest" or int(last, 16) - int(query["fromBlock"], 16) > 4:
                    error = {"code": -32005, "message": "range too wide"}
                    refusal = {"jsonrpc": "2.0", "id": asked["id"], "error": error}
                    if not isinstance(request, list):
                        return refusal
                    answer = [refusal if one["id"] == asked["id"] else one for one in answer]
        return answer

    eventful(story)
    node, chain = through(network, refuse)
    with node, LicenceIndex(":memory:", chain) as index:
        sync(index, chain)
        assert dump(index) == rebuilt(story)


# Reorganisations


@pytest.mark.parametrize("depth", [1, 5, 14])
def test_sync_after_a_reorganisation_keeps_nothing_of_the_lost_blocks(story: Story, depth: int) -> None:
    """Invariant V5."""
    sync(story.index, story.chain)
    for _ in range(3):
        story.title(story.account())
        sync(story.index, story.chain)
    work = eventful(story)
    sync(story.index, story.chain)
    before = dump(story.index)

    story.connection.request("anvil_reorg", [depth, []])
    sync(story.index, story.chain)

    assert dump(story.index) != before
    assert dump(story.index) == rebuilt(story)
    assert story.index.is_titled(work) == (depth < 14)


def test_sync_on_a_chain_that_got_shorter_goes_back(story: Story) -> None:
    story.title(story.account())
    snapshot = story.connection.request("evm_snapshot", [])
    eventful(story)
    sync(story.index, story.chain)

    story.connection.request("evm_revert", [snapshot])
    head = sync(story.index, story.chain)

    assert head.number == story.connection.block()[0]
    assert dump(story.index) == rebuilt(story)


def test_world_after_another_process_went_back_knows_the_new_mandates(story: Story, tmp_path: Path) -> None:
    anna, agency, other = (story.account() for _ in range(3))
    work = story.title(anna)
    path = tmp_path / "shared.sqlite"
    with LicenceIndex(path, story.chain) as mine, LicenceIndex(path, story.chain) as theirs:
        snapshot = story.connection.request("evm_snapshot", [])
        mandate = story.mandate(anna, agency)
        sync(mine, story.chain)
        assert mine.world(work).mandates[mandate].terms.agent == agency

        story.connection.request("evm_revert", [snapshot])
        assert story.mandate(anna, other) == mandate
        sync(theirs, story.chain)

        assert mine.world(work).mandates[mandate].terms.agent == other


def test_check_use_while_the_chain_is_reorganised_reads_anew(story: Story, network: Network) -> None:
    anna = story.account()
    work = story.title(anna)
    story.grant(story.licence(work, anna))
    asked = []

    def reorganise(request: Any, answer: Any) -> Any:
        asked.append(request)
        if len(asked) == 1:
            story.connection.request("anvil_reorg", [1, []])
        return answer

    node, chain = through(network, reorganise)
    with node, LicenceIndex(":memory:", chain) as index:
        story.chain, story.index = chain, index
        found = story.check(work)

    assert found.licences == ()
    assert found.block == story.connection.block()[0]


# Whole or not at all


def test_sync_that_fails_half_way_keeps_nothing(story: Story, network: Network) -> None:
    sync(story.index, story.chain)
    before, head = dump(story.index), story.index.head()
    eventful(story)
    asked = []

    def fail(request: Any, answer: Any) -> Any:
        asked.append(request)
        return answer if len(asked) == 1 else b"no JSON"

    node, chain = through(network, fail)
    with node, pytest.raises(ChainUnavailable):
        sync(story.index, chain)

    assert (dump(story.index), story.index.head()) == (before, head)
    sync(story.index, story.chain)
    assert dump(story.index) == rebuilt(story)


def test_sync_that_is_killed_keeps_nothing_and_the_next_one_goes_on(
    story: Story, network: Network, tmp_path: Path
) -> None:
    path = index_path(tmp_path, story.chain)
    with LicenceIndex(path, story.chain) as index:
        sync(index, story.chain)
        before = dump(index)
    eventful(story)
    reached = tmp_path / "reached"
    script = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from registry_client.chain.connection import Connection
from registry_client.chain.history import HistoryReader
from registry_client.checks.index import LicenceIndex
from registry_client.checks.sync import Questions, read_on
from registry_client.models import Network
chain = HistoryReader(Connection(Network("local", {network.chain_id}, {network.rpc_url!r}, {network.registry!r},
    {network.from_block}, licences={network.licences!r})))
def stall(head, answers):
    Path({str(reached)!r}).touch()
    time.sleep(60)
read_on(LicenceIndex({str(path)!r}, chain), chain, lambda _: Questions(), stall)
"""
    process = subprocess.Popen([sys.executable, "-c", script])
    end = time.monotonic() + 30
    while not reached.exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    with LicenceIndex(path, story.chain) as index:
        assert dump(index) == before
        sync(index, story.chain)
        assert dump(index) == rebuilt(story)


def test_index_of_another_network_or_no_index_is_refused(story: Story, network: Network, tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    LicenceIndex(path, story.chain).close()
    other = HistoryReader(Connection(replace(network, chain_id=1)))
    with pytest.raises(ConfigurationError, match="another network"):
        LicenceIndex(path, other)
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"no database" * 1000)
    with pytest.raises(ConfigurationError, match="delete the file"):
        LicenceIndex(damaged, story.chain)


# A node that lies


def replaced(method: str, value: Any) -> Any:
    def change(asked: dict[str, Any], answer: dict[str, Any]) -> None:
        if asked["method"] == method:
            answer["result"] = value(answer["result"]) if callable(value) else value

    return change


def no_field(logs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in log.items() if key != "logIndex"} for log in logs]


def other_licence(logs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Another price of trust: one bit of each log's data."""
    return [{**log, "data": log["data"][:-1] + ("1" if log["data"][-1] == "0" else "0")} for log in logs]


def twice(logs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*logs, *logs]


LIES = {
    "another chain": ("eth_chainId", "0x1", ChainMismatch),
    "no block": ("eth_getBlockByNumber", None, ChainUnavailable),
    "a block of no form": ("eth_getBlockByNumber", "0x1", ChainUnavailable),
    "logs of no form": ("eth_getLogs", {"a": 1}, ChainUnavailable),
    "logs without place": ("eth_getLogs", no_field, ChainUnavailable),
    "logs given twice": ("eth_getLogs", twice, ChainUnavailable),
    "logs of other values": ("eth_getLogs", other_licence, ChainUnavailable),
    "answers of no form": ("eth_call", "0x", ChainUnavailable),
    "answers of zeros": ("eth_call", "0x" + "00" * 320, ChainUnavailable),
}


@pytest.mark.parametrize("lie", LIES)
def test_check_use_by_a_lying_node_raises_and_keeps_nothing(story: Story, network: Network, lie: str) -> None:
    """Invariant V6."""
    method, value, error = LIES[lie]
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    sync(story.index, story.chain)
    before = dump(story.index)
    mandate = story.mandate(anna, agency)
    story.grant(story.licence(work, agency, mandate=mandate))
    node, chain = through(network, batched(replaced(method, value)))
    honest_chain, story.chain = story.chain, chain

    with node, pytest.raises(error):
        story.check(work)

    assert dump(story.index) == before
    story.chain = honest_chain
    assert story.check(work).kind.value == "LICENSED"


def test_check_use_by_a_node_that_leaves_out_a_revocation_raises(story: Story, network: Network) -> None:
    anna = story.account()
    work = story.title(anna)
    licence = story.grant(story.licence(work, anna, flags=Flags.REVOCABLE))
    sync(story.index, story.chain)
    story.must(anna, story.calls.revoke_licence(licence))
    node, chain = through(network, lambda request, answer: without_logs(request, answer))
    story.chain = chain

    with node, pytest.raises(ChainUnavailable, match="contradicts itself"):
        story.check(work)


def test_check_use_by_a_node_that_leaves_out_a_report_raises(story: Story, network: Network) -> None:
    anna, agency = story.account(), story.account()
    work = story.title(anna)
    story.mandate(anna, agency)
    sync(story.index, story.chain)
    story.report(agency, [])
    node, chain = through(network, lambda request, answer: without_logs(request, answer))
    story.chain = chain

    with node, pytest.raises(ChainUnavailable, match="contradicts itself about the books"):
        story.check(work, time=story.now - 1)


def test_check_use_by_a_node_that_leaves_out_a_sale_of_the_title_raises(story: Story, network: Network) -> None:
    anna, ben = story.account(), story.account()
    work = story.title(anna)
    sync(story.index, story.chain)
    story.sell(anna, ben, work)
    node, chain = through(network, lambda request, answer: without_logs(request, answer))
    story.chain = chain

    with node, pytest.raises(ChainUnavailable, match="owner"):
        story.check(work)


def told(name: str, block: int, **values: Any) -> Happening:
    return Happening(name, values, block, 0, "0x" + "00" * 32)


def test_add_of_mandates_in_a_circle_or_without_their_parents_raises(story: Story) -> None:
    terms = MandateTerms(AGENT, EVERYWHERE, 10**9, 3_600, parent=5)
    with pytest.raises(ChainUnavailable, match="later one"):
        story.index.add([told("MandateGranted", 1, mandate=Mandate(5, OWNER, terms))])
    story.index.add([told("MandateGranted", 1, mandate=Mandate(6, OWNER, terms))])
    with pytest.raises(ChainUnavailable, match="no mandate 5"):
        story.index.world(1, [6])


def test_add_of_a_licence_that_is_not_its_id_or_under_no_mandate_raises(story: Story) -> None:
    licence = story.licence(1, AGENT, mandate=9)
    wrong = told("LicenceRecorded", 1, licence_id=bytes(32), means=Means.GRANT, licence=licence)
    with pytest.raises(ChainUnavailable, match="hash to its id"):
        story.index.add([wrong])
    values = {"licence_id": story.ids.id_of(licence), "means": Means.GRANT, "licence": licence}
    story.index.add([told("LicenceRecorded", 1, **values)])
    with pytest.raises(ChainUnavailable, match="never told of"):
        story.index.world(1)


def test_add_of_one_thing_twice_or_one_block_at_two_times_raises(story: Story) -> None:
    revoked = told("MandateRevoked", 1, mandate=1)
    with pytest.raises(ChainUnavailable, match="contradict each other"):
        story.index.add([revoked, revoked])
    first = story.licence(1, AGENT, issued_at=5)
    second = story.licence(1, AGENT, issued_at=6)
    for licence in (first, second):
        values = {"licence_id": story.ids.id_of(licence), "means": Means.GRANT, "licence": licence}
        event = told("LicenceRecorded", 7, **values)
        if licence is first:
            story.index.add([event])
        else:
            with pytest.raises(ChainUnavailable, match="time of block 7"):
                story.index.add([event])


def without_logs(request: Any, answer: Any) -> Any:
    for asked in request if isinstance(request, list) else []:
        for one in answer:
            if asked["method"] == "eth_getLogs" and one["id"] == asked["id"]:
                one["result"] = []
    return answer


def test_news_of_a_node_that_is_a_block_behind_with_its_logs_asks_for_them(story: Story, network: Network) -> None:
    """A batch is no snapshot: the logs may be older than the newest block given beside them."""
    anna = story.account()
    work = story.title(anna)
    sync(story.index, story.chain)
    story.grant(story.licence(work, anna))
    asked = []

    def lag(request: Any, answer: Any) -> Any:
        asked.append(request)
        return without_logs(request, answer) if len(asked) == 1 else answer

    node, chain = through(network, lag)
    story.chain = chain
    with node:
        assert story.check(work).kind.value == "LICENSED"


def test_two_syncs_at_once_both_succeed(story: Story, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    eventful(story)
    path = tmp_path / "shared.sqlite"
    LicenceIndex(path, story.chain).close()

    def one(_: int) -> int:
        chain = HistoryReader(Connection(story.network))
        with LicenceIndex(path, chain) as index:
            return sync(index, chain).number

    with ThreadPoolExecutor(4) as pool:
        heads = list(pool.map(one, range(8)))

    assert set(heads) == {story.connection.block()[0]}
    with LicenceIndex(path, story.chain) as index:
        assert dump(index) == rebuilt(story)

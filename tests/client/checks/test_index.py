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
from registry_client.errors import ChainUnavailable, ConfigurationError
from registry_client.models import Network
from tests.client.checks.following import ROOT, batched, dump, eventful, rebuilt, through
from tests.client.checks.story import Story, user

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

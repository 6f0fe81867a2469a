"""Licences and mandates found by events: a node that tells others is not believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from registry_client.chain.connection import Connection
from registry_client.chain.licence_log import LicenceLog
from registry_client.chain.licences import LicenceReader
from registry_client.chain.transport import Transport
from registry_client.errors import ChainUnavailable
from registry_client.rights.licence import LicenceIds
from tests.client.cli.stories import Story

Logs = list[dict[str, Any]]


class Liar(Transport):
    """A node that changes the logs it gives."""

    def __init__(self, url: str, lie: Callable[[Logs], Logs]) -> None:
        super().__init__(url)
        self.lie = lie

    def make_request(self, method: Any, params: Any) -> Any:
        answer = super().make_request(method, params)
        return {**answer, "result": self.lie(answer["result"])} if method == "eth_getLogs" else answer  # type: ignore[typeddict-item]


def flipped(place: int) -> Callable[[Logs], Logs]:
    """One hex digit of the data, counted from its end, is another."""

    def lie(logs: Logs) -> Logs:
        for log in logs:
            data = log["data"]
            digit = "1" if data[-place] != "1" else "2"
            log["data"] = data[: len(data) - place] + digit + data[len(data) - place + 1 :]
        return logs

    return lie


def log_of(story: Story, lie: Callable[[Logs], Logs] = lambda logs: logs) -> LicenceLog:
    network = story.home.network
    connection = Connection(network, Liar(network.rpc_url, lie))
    ids = LicenceIds(network.chain_id, str(network.licences))
    return LicenceLog(LicenceReader(connection), Connection(network).block()[0], ids.id_of)


def test_licence_is_the_one_that_its_id_names(story: Story) -> None:
    given = story.grant("anna", "--end-user", "example.com", "--licensee", "designer")
    wanted = bytes.fromhex(given["licence_id"][2:])
    found = log_of(story).licence(wanted)
    assert found is not None
    assert (found.licence_id, found.holder) == (wanted, story.people["designer"])
    assert log_of(story).licence(bytes(32)) is None
    # Of each word of the event's data: means, then fourteen fields of the licence (the nonce last).
    for word in range(14):
        with pytest.raises(ChainUnavailable):
            log_of(story, flipped(64 * word + 1)).licence(wanted)
    for lie in (
        lambda logs: [{**log, "topics": [log["topics"][0], "0x" + "11" * 32, log["topics"][2]]} for log in logs],
        lambda logs: [{**log, "topics": []} for log in logs],
        lambda logs: [{**log, "address": story.people["anna"]} for log in logs],
        lambda logs: [{**log, "data": "0x"} for log in logs],
        lambda logs: {"logs": logs},
    ):
        with pytest.raises(ChainUnavailable):
            log_of(story, lie).licence(wanted)  # type: ignore[arg-type]


def test_mandates_are_read_from_the_storage(story: Story) -> None:
    given = story.mandate("agency", "anna", "--commission", "10%")
    for lie in (lambda logs: logs, flipped(1), flipped(65)):
        (found,) = log_of(story, lie).mandates(owner=story.people["anna"]).values()
        assert (found.id, found.terms.commission, found.revoked_at) == (given["mandate"], 1_000, None)
    assert log_of(story).mandates(agent=story.people["designer"]) == {}

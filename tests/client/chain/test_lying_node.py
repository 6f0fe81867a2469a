"""A node that lies ends in a clear error or the right result, and nothing is paid twice."""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from hypothesis import given, settings
from hypothesis import strategies as st

from registry_client.chain.connection import Connection
from registry_client.chain.journal import Journal
from registry_client.chain.registry import RegistryReader
from registry_client.chain.sender import MAX_PRIORITY_FEE_WEI, Sender
from registry_client.chain.transport import MAX_ANSWER_BYTES, Transport
from registry_client.errors import (
    ChainMismatch,
    ChainUnavailable,
    ContractError,
    ContractMissing,
    FeeTooHigh,
    FundsInsufficient,
    RegistryError,
    TransactionFailed,
)
from registry_client.models import Network
from tests.client.chain.lying_node import DROP, FLOOD, REDIRECT, STALL, LyingNode, on, result


def through(node: LyingNode, network: Network, deadline: float = 5) -> Connection:
    return Connection(dataclasses.replace(network, rpc_url=node.url), Transport(node.url, deadline))


def honest(request: dict[str, Any], answer: dict[str, Any]) -> Any:
    return answer


def anchor_call(network: Network) -> tuple[bytes, bytes]:
    """A fresh root and the call that anchors it."""
    root = secrets.token_bytes(32)
    return root, RegistryReader(Connection(network)).anchor_data(root, secrets.token_bytes(32))


def nonce_of(network: Network, account: LocalAccount) -> int:
    return int(Connection(network).request("eth_getTransactionCount", [account.address, "latest"]), 16)


def test_check_reports_another_chain(network: Network) -> None:
    with LyingNode(network.rpc_url, on("eth_chainId", result("0x1"))) as node:
        with pytest.raises(ChainMismatch, match="the node is on chain 1, but network local is chain 31337"):
            through(node, network).check()


def test_check_reports_no_code_at_the_address(network: Network) -> None:
    empty = dataclasses.replace(network, registry=Account.create().address)
    with pytest.raises(ContractMissing, match=empty.registry):
        Connection(empty).check()


def test_request_reports_an_unreachable_node(network: Network) -> None:
    nobody = dataclasses.replace(network, rpc_url="http://127.0.0.1:9")
    with pytest.raises(ChainUnavailable, match=r"127\.0\.0\.1:9"):
        Connection(nobody).check()


@pytest.mark.parametrize(
    "answer",
    [
        lambda a: {**a, "id": a["id"] + 1},
        lambda a: {**a, "id": True},
        lambda a: {**a, "id": str(a["id"])},
        lambda a: {"jsonrpc": "2.0", "id": a["id"]},
        lambda a: [a],
        lambda a: None,
        lambda a: b"<html>502</html>",
        lambda a: b"[" * 100_000,
        lambda a: REDIRECT,
        lambda a: DROP,
    ],
    ids=["other-id", "true-id", "text-id", "no-result", "list", "null", "html", "deep", "redirect", "dropped"],
)
def test_request_refuses_what_is_no_answer(network: Network, answer: Callable[[dict[str, Any]], Any]) -> None:
    with LyingNode(network.rpc_url, on("eth_chainId", answer)) as node, pytest.raises(ChainUnavailable):
        through(node, network).check()


def test_request_stops_reading_a_flood(network: Network) -> None:
    with LyingNode(network.rpc_url, on("eth_chainId", lambda _: FLOOD)) as node:
        with pytest.raises(ChainUnavailable, match=f"larger than {MAX_ANSWER_BYTES} bytes"):
            through(node, network).check()
        assert node.sent_bytes < 3 * MAX_ANSWER_BYTES


def test_request_ends_a_stalled_answer_at_its_deadline(network: Network) -> None:
    with LyingNode(network.rpc_url, on("eth_chainId", lambda _: STALL)) as node:
        start = time.monotonic()
        with pytest.raises(ChainUnavailable, match="no whole answer within 1 s"):
            through(node, network, deadline=1).check()
        assert time.monotonic() - start < 10


def test_send_ignores_a_made_up_hash_and_finds_its_own(
    network: Network, journal: Journal, account: LocalAccount
) -> None:
    root, data = anchor_call(network)
    lie = on("eth_sendRawTransaction", result("0x" + "ab" * 32))
    with LyingNode(network.rpc_url, lie) as node:
        receipt = Sender(through(node, network), journal, account, wait_seconds=20).send("k", network.registry, data)
    anchor = RegistryReader(Connection(network)).anchor(root)
    assert anchor is not None
    assert anchor.registrant == account.address
    assert receipt.hash == journal.transactions("k")[0].hash
    assert nonce_of(network, account) == 1


def test_send_never_signs_again_when_the_node_swallowed_the_bytes(
    network: Network, journal: Journal, account: LocalAccount
) -> None:
    root, data = anchor_call(network)

    def swallow(request: dict[str, Any], answer: dict[str, Any]) -> Any:
        return answer

    with LyingNode(network.rpc_url, swallow) as node:
        node.ask = _swallowing(node)  # type: ignore[method-assign]
        with pytest.raises(ChainUnavailable, match="never a second transaction"):
            Sender(through(node, network), journal, account, wait_seconds=2).send("k", network.registry, data)
    (entry,) = journal.transactions("k")
    assert entry.state == "signed"
    receipt = Sender(Connection(network), journal, account, wait_seconds=20).send("k", network.registry, data)
    assert receipt.hash == entry.hash
    assert [e.hash for e in journal.transactions("k")] == [entry.hash]
    assert RegistryReader(Connection(network)).anchor(root) is not None
    assert nonce_of(network, account) == 1


def _swallowing(node: LyingNode) -> Callable[[dict[str, Any]], dict[str, Any]]:
    forward = LyingNode.ask

    def ask(request: dict[str, Any]) -> dict[str, Any]:
        if request["method"] == "eth_sendRawTransaction":
            return {"jsonrpc": "2.0", "id": request["id"], "result": "0x" + "cd" * 32}
        return forward(node, request)

    return ask


def test_send_survives_a_socket_dropped_after_the_transaction_was_taken(
    network: Network, journal: Journal, account: LocalAccount
) -> None:
    root, data = anchor_call(network)
    with LyingNode(network.rpc_url, on("eth_sendRawTransaction", lambda _: DROP)) as node:
        receipt = Sender(through(node, network), journal, account, wait_seconds=20).send("k", network.registry, data)
        raw = {request["params"][0] for request in node.methods("eth_sendRawTransaction")}
    assert raw == {"0x" + journal.transactions("k")[0].raw.hex()}
    assert receipt.status == 1
    assert RegistryReader(Connection(network)).anchor(root) is not None
    assert nonce_of(network, account) == 1


def test_send_refuses_a_base_fee_a_thousand_times_too_high(
    network: Network, journal: Journal, account: LocalAccount
) -> None:
    def raised(answer: dict[str, Any]) -> dict[str, Any]:
        return {**answer, "result": {**answer["result"], "baseFeePerGas": hex(1000 * 10**9)}}

    _, data = anchor_call(network)
    with LyingNode(network.rpc_url, on("eth_getBlockByNumber", raised)) as node:
        with pytest.raises(FeeTooHigh, match=r"200\d gwei a gas unit, above the limit of 500"):
            Sender(through(node, network), journal, account).send("k", network.registry, data)
        assert node.methods("eth_sendRawTransaction") == []
    assert journal.transactions("k") == []


def test_send_pays_no_priority_fee_above_its_limit(network: Network, journal: Journal, account: LocalAccount) -> None:
    _, data = anchor_call(network)
    with LyingNode(network.rpc_url, on("eth_maxPriorityFeePerGas", result(hex(10_000 * 10**9)))) as node:
        receipt = Sender(through(node, network), journal, account, wait_seconds=20).send("k", network.registry, data)
    sent = Connection(network).request("eth_getTransactionByHash", [receipt.hash])
    assert int(sent["maxPriorityFeePerGas"], 16) == MAX_PRIORITY_FEE_WEI


def test_send_refuses_a_gas_estimate_beyond_any_transaction(
    network: Network, journal: Journal, account: LocalAccount
) -> None:
    _, data = anchor_call(network)
    with LyingNode(network.rpc_url, on("eth_estimateGas", result(hex(10**9)))) as node:
        with pytest.raises(FeeTooHigh, match="EIP-7825"):
            Sender(through(node, network), journal, account).send("k", network.registry, data)
    assert journal.transactions("k") == []


def test_send_reports_a_receipt_of_another_transaction(
    network: Network, journal: Journal, account: LocalAccount
) -> None:
    _, data = anchor_call(network)
    lie = on(
        "eth_getTransactionReceipt",
        result({"transactionHash": "0x" + "11" * 32, "blockNumber": "0x1", "gasUsed": "0x1", "status": "0x1"}),
    )
    with LyingNode(network.rpc_url, lie) as node:
        with pytest.raises(ChainUnavailable, match="another transaction's receipt"):
            Sender(through(node, network), journal, account, wait_seconds=2).send("k", network.registry, data)
    assert Sender(Connection(network), journal, account).send("k", network.registry, data).status == 1
    assert nonce_of(network, account) == 1


def test_send_finishes_what_was_signed_before_a_crash(
    network: Network, journal: Journal, account: LocalAccount
) -> None:
    _, data = anchor_call(network)
    killed = Sender(Connection(network), journal, account)
    entry = killed._sign("k", network.registry, data, 0, None)
    journal.add_transaction(entry)
    receipt = Sender(Connection(network), journal, account, wait_seconds=20).send("k", network.registry, data)
    assert receipt.hash == entry.hash
    assert nonce_of(network, account) == 1


def test_send_twice_under_one_key_sends_once(network: Network, sender: Sender, account: LocalAccount) -> None:
    _, data = anchor_call(network)
    assert sender.send("k", network.registry, data) == sender.send("k", network.registry, data)
    assert nonce_of(network, account) == 1


def test_send_reports_a_nonce_taken_by_another_program(
    network: Network, journal: Journal, account: LocalAccount, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _, data = anchor_call(network)
    _, other = anchor_call(network)
    entry = Sender(Connection(network), journal, account)._sign("k", network.registry, data, 0, None)
    journal.add_transaction(entry)
    elsewhere = Journal(tmp_path_factory.mktemp("elsewhere") / "journal.sqlite")
    Sender(Connection(network), elsewhere, account).send("k", network.registry, other)
    with pytest.raises(TransactionFailed, match="nonce 0 was used by another transaction"):
        Sender(Connection(network), journal, account).send("k", network.registry, data)
    assert journal.transactions("k")[0].state == "lost"
    assert Sender(Connection(network), journal, account).send("k", network.registry, data).status == 1


def test_send_reports_a_revert_by_name_and_sends_nothing(network: Network, sender: Sender, journal: Journal) -> None:
    root, data = anchor_call(network)
    sender.send("k", network.registry, data)
    with pytest.raises(ContractError) as caught:
        sender.send("another", network.registry, data)
    assert (caught.value.name, caught.value.arguments) == ("RegistryRootAlreadyAnchored", ("0x" + root.hex(),))
    assert journal.transactions("another") == []


def test_send_reports_an_account_without_funds(network: Network, journal: Journal) -> None:
    poor = Account.create()
    _, data = anchor_call(network)
    with pytest.raises(FundsInsufficient, match=poor.address):
        Sender(Connection(network), journal, poor).send("k", network.registry, data)
    assert journal.transactions("k") == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.binary(max_size=80).map(lambda b: "0x" + b.hex()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


class Says:
    """A transport whose every result is the same value."""

    def __init__(self, value: object) -> None:
        self.value = value

    def make_request(self, method: str, params: object) -> dict[str, object]:
        return {"result": self.value}

    def make_batch(self, calls: list[object]) -> list[dict[str, object]]:
        return [{"result": self.value} for _ in calls]


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_reading_raises_nothing_but_registry_errors_whatever_the_node_says(value: object) -> None:
    network = Network("local", 31337, "http://127.0.0.1:9", "0x" + "11" * 20, 0)
    connection = Connection(network, Says(value))  # type: ignore[arg-type]
    reader = RegistryReader(connection, 5)
    for ask in (
        connection.check,
        connection.block,
        lambda: reader.title(1),
        lambda: reader.anchor(b"\x01" * 32),
        reader.anchors_of,
        lambda: reader.owner_at(1, 1),
    ):
        with contextlib.suppress(RegistryError):
            ask()

"""A network's node: typed answers, each checked for its form before it is used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from registry_client.chain.reverts import contract_error
from registry_client.chain.transport import AnswerTooLarge, Transport
from registry_client.errors import ChainMismatch, ChainUnavailable, ContractError, ContractMissing
from registry_client.models import Network

_HEX = re.compile(r"0x([0-9a-fA-F]{2})*")
_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_TIME_LIMIT = 2**40


class RpcRefused(ChainUnavailable):
    """The node answered with an error; ``message`` is its own."""

    def __init__(self, method: str, message: str) -> None:
        self.message = message
        super().__init__(f"the node refused {method}: {message}")


def quantity(value: Any, what: str) -> int:
    """A JSON-RPC quantity as int. Raises ChainUnavailable when the node gave something else."""
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise ChainUnavailable(f"the node gave no number for {what}")
    return int(value, 16)


def hex_bytes(value: Any, what: str, length: int | None = None) -> bytes:
    """JSON-RPC bytes. Raises ChainUnavailable when the node gave something else, or another length."""
    if not isinstance(value, str) or not _HEX.fullmatch(value) or (length is not None and len(value) != 2 + 2 * length):
        raise ChainUnavailable(f"the node gave no bytes for {what}")
    return bytes.fromhex(value[2:])


class Connection:
    """Speaks to the node of one network. Raises ChainUnavailable for whatever cannot be had or is malformed."""

    def __init__(self, network: Network, transport: Transport | None = None) -> None:
        self.network = network
        self.transport = transport or Transport(network.rpc_url)

    def check(self) -> None:
        """Raises ChainMismatch for another chain, ContractMissing where no registry stands."""
        found = quantity(self.request("eth_chainId", []), "the chain id")
        if found != self.network.chain_id:
            raise ChainMismatch(
                f"{self.network.rpc_url}: the node is on chain {found}, "
                f"but network {self.network.name} is chain {self.network.chain_id}"
            )
        code = hex_bytes(self.request("eth_getCode", [self.network.registry, "latest"]), "the contract's code")
        if not code:
            raise ContractMissing(
                f"no contract at {self.network.registry} on chain {found}: "
                f"the deployment file of network {self.network.name} is not this chain's"
            )

    def request(self, method: str, params: list[Any]) -> Any:
        """The result of one request. Raises ContractError for a revert, RpcRefused for another refusal."""
        return _result(method, dict(self.transport.make_request(method, params)))  # type: ignore[arg-type]

    def request_many(self, calls: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        """Results of many requests, in their order, in few round trips."""
        answers = self.transport.make_batch(calls)
        return [_result(method, answer) for (method, _), answer in zip(calls, answers, strict=True)]

    def outcomes(self, calls: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        """The same, but a request that a contract or the node refuses has its ContractError or RpcRefused as result."""
        answers = self.transport.make_batch(calls)
        found: list[Any] = []
        for (method, _), answer in zip(calls, answers, strict=True):
            try:
                found.append(_result(method, answer))
            except (ContractError, RpcRefused) as error:
                found.append(error)
        return found

    def block(self, tag: str = "latest") -> tuple[int, int]:
        """Number and time of a block."""
        head = self._header(tag)
        time = quantity(head.get("timestamp"), "a block's time")
        if time >= _TIME_LIMIT:
            raise ChainUnavailable("the node gave a block time beyond 40 bits")
        return quantity(head.get("number"), "a block's number"), time

    def base_fee(self) -> int:
        """Base fee of the newest block, wei a gas unit."""
        return quantity(self._header("latest").get("baseFeePerGas", "0x0"), "the base fee")

    def balance(self, address: str) -> int:
        """Wei."""
        return quantity(self.request("eth_getBalance", [address, "latest"]), "a balance")

    def call(self, to: str, data: bytes, block: int | None = None, sender: str | None = None, value: int = 0) -> bytes:
        """Return data of a call at a block (the newest without one)."""
        return hex_bytes(self.request("eth_call", call_params(to, data, block, sender, value)), "a call's answer")

    def call_many(self, to: str, data: Sequence[bytes], block: int | None = None) -> list[bytes]:
        """Return data of many calls to one contract."""
        answers = self.request_many([("eth_call", call_params(to, one, block)) for one in data])
        return [hex_bytes(answer, "a call's answer") for answer in answers]

    def logs(self, address: str, topics: list[Any], first: int, last: int) -> list[dict[str, Any]]:
        """Logs of a contract in blocks first to last, both included; a range the node refuses is halved."""
        if first > last:
            return []
        query = {"address": address, "topics": topics, "fromBlock": hex(first), "toBlock": hex(last)}
        try:
            found = self.request("eth_getLogs", [query])
        except (AnswerTooLarge, RpcRefused):
            if first == last:
                raise
            middle = (first + last) // 2
            return self.logs(address, topics, first, middle) + self.logs(address, topics, middle + 1, last)
        return checked_logs(found, address, first, last)

    def _header(self, tag: str) -> dict[str, Any]:
        found = self.request("eth_getBlockByNumber", [tag, False])
        if not isinstance(found, dict):
            raise ChainUnavailable(f"the node has no block {tag}")
        return found


def checked_logs(found: Any, address: str, first: int, last: int | None) -> list[dict[str, Any]]:
    """A node's answer, if it is a list of the contract's logs in blocks first to last (any later ones for None)."""
    if not isinstance(found, list):
        raise ChainUnavailable("the node gave no list of logs")
    for log in found:
        if not isinstance(log, dict) or str(log.get("address", "")).lower() != address.lower():
            raise ChainUnavailable("the node gave logs of another contract")
        block = quantity(log.get("blockNumber"), "a log's block")
        if block < first or (last is not None and block > last):
            raise ChainUnavailable("the node gave logs of other blocks")
    return found


def call_params(to: str, data: bytes, block: int | None = None, sender: str | None = None, value: int = 0) -> list[Any]:
    """The parameters of eth_call, at a block or at the newest."""
    call = {"to": to, "data": "0x" + data.hex()}
    if sender is not None:
        call["from"] = sender
    if value:
        call["value"] = hex(value)
    return [call, "latest" if block is None else hex(block)]


def _result(method: str, answer: dict[str, Any]) -> Any:
    error = answer.get("error")
    if error is None:
        return answer.get("result")
    if not isinstance(error, dict):
        raise ChainUnavailable(f"the node refused {method} without a reason")
    data, message = error.get("data"), str(error.get("message"))[:300]
    if isinstance(data, str) and _HEX.fullmatch(data) and (len(data) > 2 or "revert" in message):
        raise contract_error(bytes.fromhex(data[2:]))
    raise RpcRefused(method, message)

"""What tests say to the chain and hear from it: raw answers decoded with the contract's own ABI, no caches between."""

from __future__ import annotations

import hashlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brownie
from eth_abi import decode, encode
from eth_utils import keccak, to_checksum_address

from registry_client.content.merkle import MerkleTree
from registry_client.models import Work

ROOT = Path(__file__).resolve().parent.parent.parent
OPPOSITION = 30 * 24 * 3600
ZERO = "0x" + "00" * 20
ZERO32 = bytes(32)
MANIFEST = hashlib.sha256(b"manifest").digest()
GAS = 10_000_000


def rpc(method: str, *params: object) -> Any:
    answer = brownie.web3.provider.make_request(method, list(params))
    if "error" in answer:
        raise RpcError(answer["error"])
    return answer["result"]


def report(line: str) -> None:
    """A measured figure; shown by ``-s``."""
    sys.stdout.write(line + "\n")


class RpcError(Exception):
    """The node refused; ``data`` is what a contract reverted with."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error.get("message"))
        self.data = error.get("data") or "0x"


class Reverted(Exception):
    """A call or a mined transaction reverted; ``args`` are the custom error's name and arguments."""


@dataclass(frozen=True)
class Receipt:
    """A mined transaction: its events whole and in order, as (name, arguments)."""

    events: list[tuple[str, dict[str, Any]]]
    gas: int
    time: int
    block: int
    returned: Any


class Chain:
    """Time and blocks."""

    @property
    def time(self) -> int:
        return int(rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    @property
    def block(self) -> int:
        return int(rpc("eth_blockNumber"), 16)

    def sleep(self, seconds: int) -> None:
        self.mine_at(self.time + seconds)

    def mine_at(self, instant: int) -> None:
        self.next_at(instant)
        rpc("evm_mine")

    def next_at(self, instant: int) -> None:
        """The next block's time."""
        rpc("evm_setNextBlockTimestamp", hex(instant))

    def automine(self, on: bool) -> None:
        rpc("evm_setAutomine", on)


def _mined(transaction: str) -> dict[str, Any]:
    """The receipt; the node mines a moment after it took the transaction."""
    end = time.monotonic() + 10
    while (found := rpc("eth_getTransactionReceipt", transaction)) is None:
        assert time.monotonic() < end, f"{transaction} was not mined"
        time.sleep(0.002)
    return found


def _kind(item: dict[str, Any]) -> str:
    if item["type"].startswith("tuple"):
        return "(" + ",".join(map(_kind, item["components"])) + ")" + item["type"][5:]
    return item["type"]


def _plain(item: dict[str, Any], value: Any) -> Any:
    """Bytes as bytes, addresses checksummed, structs as dicts."""
    kind = item["type"]
    if kind.endswith("[]"):
        inner = {**item, "type": kind[:-2]}
        return [_plain(inner, one) for one in value]
    if kind == "tuple":
        return {part["name"]: _plain(part, one) for part, one in zip(item["components"], value, strict=True)}
    return to_checksum_address(value) if kind == "address" else value


def _decoded(items: list[dict[str, Any]], data: bytes) -> list[Any]:
    values = decode([_kind(item) for item in items], data)
    return [_plain(item, value) for item, value in zip(items, values, strict=True)]


def signature(entry: dict[str, Any]) -> str:
    return f"{entry['name']}({','.join(map(_kind, entry['inputs']))})"


class Registry:
    """A contract: ``ask`` for views, ``send`` for transactions; both raise Reverted with name and arguments."""

    def __init__(self, contract: Any, abi: list[dict[str, Any]]) -> None:
        self.address: str = contract.address
        self.abi = abi
        self.functions: dict[str, dict[str, Any]] = {}
        own = {signature(e) for e in contract.abi if e["type"] == "function"}
        for entry in abi:
            if entry["type"] == "function" and signature(entry) in own:
                self.functions[signature(entry)] = entry
                self.functions.setdefault(entry["name"], entry)
        self.errors = {keccak(text=signature(e))[:4]: e for e in abi if e["type"] == "error"}
        self.topics = {keccak(text=signature(e)): e for e in abi if e["type"] == "event"}

    def data(self, name: str, *values: Any) -> str:
        entry = self.functions[name]
        encoded = encode([_kind(item) for item in entry["inputs"]], [_tuple(value) for value in values])
        return "0x" + (keccak(text=signature(entry))[:4] + encoded).hex()

    def selector(self, name: str) -> bytes:
        return keccak(text=signature(self.functions[name]))[:4]

    def ask(self, name: str, *values: Any, sender: str = ZERO, block: str = "latest") -> Any:
        call = {"from": sender, "to": self.address, "data": self.data(name, *values)}
        try:
            answer = rpc("eth_call", call, block)
        except RpcError as error:
            raise Reverted(*self.error(error.data)) from None
        return self._returned(name, answer)

    def post(self, name: str, *values: Any, sender: str) -> str:
        """Broadcast only; the transaction's hash."""
        return self.post_data(self.data(name, *values), sender)

    def post_data(self, data: str, sender: str) -> str:
        return rpc("eth_sendTransaction", {"from": sender, "to": self.address, "data": data, "gas": hex(GAS)})

    def send(self, name: str, *values: Any, sender: str) -> Receipt:
        return self.result(self.post(name, *values, sender=sender), name)

    def result(self, transaction: str, name: str | None = None) -> Receipt:
        found = _mined(transaction)
        failed = int(found["status"], 16) == 0
        output = "0x"
        if failed or (name and self.functions[name]["outputs"]):
            output = rpc("debug_traceTransaction", transaction, {"tracer": "callTracer"}).get("output", "0x")
        if failed:
            assert found["logs"] == []
            raise Reverted(*self.error(output))
        block = rpc("eth_getBlockByNumber", found["blockNumber"], False)
        return Receipt(
            events=[self._event(log) for log in found["logs"]],
            gas=int(found["gasUsed"], 16),
            time=int(block["timestamp"], 16),
            block=int(found["blockNumber"], 16),
            returned=self._returned(name, output) if name and output != "0x" else None,
        )

    def error(self, data: str) -> tuple[Any, ...]:
        raw = bytes.fromhex(data[2:])
        entry = self.errors.get(raw[:4])
        return (data,) if entry is None else (entry["name"], *_decoded(entry["inputs"], raw[4:]))

    def _returned(self, name: str, answer: str) -> Any:
        values = _decoded(self.functions[name]["outputs"], bytes.fromhex(answer[2:]))
        return values[0] if len(values) == 1 else tuple(values)

    def _event(self, log: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        assert log["address"].lower() == self.address.lower()
        entry = self.topics[bytes.fromhex(log["topics"][0][2:])]
        indexed = [item for item in entry["inputs"] if item["indexed"]]
        rest = [item for item in entry["inputs"] if not item["indexed"]]
        values = {}
        for item, topic in zip(indexed, log["topics"][1:], strict=True):
            values[item["name"]] = _decoded([item], bytes.fromhex(topic[2:]))[0]
        data = _decoded(rest, bytes.fromhex(log["data"][2:]))
        values.update(zip((item["name"] for item in rest), data, strict=True))
        return entry["name"], values


def _tuple(value: Any) -> Any:
    if isinstance(value, Work):
        return value.content_hash, value.fingerprint, value.metadata, value.owner
    return [_tuple(one) for one in value] if isinstance(value, list) else value


def work(owner: str, number: int = 0, metadata: str = "", fingerprint: str = "") -> Work:
    """The work of a number; two of one number are the same file."""
    return Work(
        hashlib.sha256(b"file %d" % number).digest(),
        hashlib.sha256(f"fingerprint {number} {fingerprint}".encode()).digest(),
        hashlib.sha256(f"metadata {number} {metadata} {owner}".encode()).digest(),
        owner,
    )


def works(owner: str, count: int, first: int = 0) -> list[Work]:
    return [work(owner, first + i) for i in range(count)]


def anchored(registry: Registry, leaves: list[Work], sender: str) -> tuple[MerkleTree, Receipt]:
    tree = MerkleTree(leaves)
    return tree, registry.send("anchor", tree.root, MANIFEST, sender=sender)


def titled(registry: Registry, leaf: Work, sender: str) -> tuple[MerkleTree, Receipt, Receipt]:
    """The tree, the anchor and the registration of a work that stands alone in its tree."""
    tree, anchor = anchored(registry, [leaf], sender)
    return tree, anchor, registry.send("register", leaf, tree.root, tree.proof(leaf), sender=sender)


def title(owner: str, anchored_at: int, registered_at: int, metadata: bytes, **flags: bool) -> dict[str, Any]:
    """What titleOf answers."""
    return {
        "owner": owner,
        "anchoredAt": anchored_at,
        "registeredAt": registered_at,
        "metadata": metadata,
        "contested": flags.get("contested", False),
        "superseded": flags.get("superseded", False),
    }


NO_TITLE = title(ZERO, 0, 0, ZERO32)


def transfer(sender: str, to: str, work_id: int) -> tuple[str, dict[str, Any]]:
    """ERC-721's event; its argument names are OpenZeppelin's."""
    return "Transfer", {"from": sender, "to": to, "tokenId": work_id}


def registered(leaf: Work, root: bytes, anchored_at: int) -> list[tuple[str, dict[str, Any]]]:
    """Every event of a registration."""
    told = {"workId": leaf.work_id, "owner": leaf.owner, "root": root, "fingerprint": leaf.fingerprint}
    told |= {"metadata": leaf.metadata, "anchoredAt": anchored_at}
    return [transfer(ZERO, leaf.owner, leaf.work_id), ("WorkRegistered", told)]

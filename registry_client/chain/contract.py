"""A contract by its ABI: calls encoded, answers and logs decoded, each checked for its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import abi_to_signature
from eth_utils.crypto import keccak

from registry_client.chain.abi import canonical_type, load_abi
from registry_client.chain.connection import Connection, hex_bytes, quantity
from registry_client.errors import ChainUnavailable


@dataclass(frozen=True)
class Event:
    """A decoded log: ``values`` by argument name (structs as tuples), where it stands on chain."""

    name: str
    values: dict[str, Any]
    block: int
    index: int
    transaction: str


class ContractAbi:
    """Encodes and decodes for one contract. Raises ChainUnavailable for what does not decode: the node invented it."""

    def __init__(self, name: str) -> None:
        entries = load_abi(name)
        self.name = name
        self._functions = {e["name"]: e for e in entries if e["type"] == "function"}
        self._events = {e["name"]: e for e in entries if e["type"] == "event"}
        self._by_topic = {self.topic(name): entry for name, entry in self._events.items()}

    def topic(self, event: str) -> bytes:
        """The first topic (32 bytes) of an event's logs."""
        return bytes(keccak(text=abi_to_signature(cast(Any, self._events[event]))))

    def encode(self, function: str, *values: object) -> bytes:
        """The call data of a function; structs as tuples, addresses as 0x-hex."""
        entry = self._functions[function]
        selector = keccak(text=abi_to_signature(cast(Any, entry)))[:4]
        return bytes(selector + encode([canonical_type(item) for item in entry["inputs"]], values))

    def decode(self, function: str, data: bytes) -> Sequence[Any]:
        """The return values of a function."""
        try:
            return decode([canonical_type(item) for item in self._functions[function]["outputs"]], data)
        except (DecodingError, OverflowError, ValueError) as error:
            raise ChainUnavailable(
                f"the node's answer to {function} does not decode ({type(error).__name__})"
            ) from None

    def event(self, log: dict[str, Any]) -> Event:
        """A log of this contract, decoded."""
        topics = log.get("topics")
        if not isinstance(topics, list) or not topics:
            raise ChainUnavailable(f"the node gave a log that is not {self.name}'s")
        words = [hex_bytes(topic, "a topic", 32) for topic in topics]
        entry = self._by_topic.get(words[0])
        if entry is None or len(words) != 1 + sum(item["indexed"] for item in entry["inputs"]):
            raise ChainUnavailable(f"the node gave a log that is not {self.name}'s")
        rest = [item for item in entry["inputs"] if not item["indexed"]]
        try:
            plain = iter(decode([canonical_type(item) for item in rest], hex_bytes(log.get("data"), "a log's data")))
            marked = iter(words[1:])
            values = {
                item["name"]: decode([item["type"]], next(marked))[0] if item["indexed"] else next(plain)
                for item in entry["inputs"]
            }
        except (DecodingError, OverflowError, ValueError) as error:
            raise ChainUnavailable(f"the node gave a log that does not decode ({type(error).__name__})") from None
        return Event(
            entry["name"],
            values,
            quantity(log.get("blockNumber"), "a log's block"),
            quantity(log.get("logIndex"), "a log's index"),
            "0x" + hex_bytes(log.get("transactionHash"), "a log's transaction", 32).hex(),
        )

    def call(self, connection: Connection, to: str, block: int | None, function: str, *values: object) -> Sequence[Any]:
        """Return values of a call at a block (the newest without one)."""
        return self.decode(function, connection.call(to, self.encode(function, *values), block))

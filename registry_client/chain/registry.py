"""CopyrightRegistry as the client reads and calls it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry_client.chain.connection import Connection, hex_bytes, quantity
from registry_client.chain.contract import ContractAbi
from registry_client.chain.network import checksum
from registry_client.errors import ChainUnavailable
from registry_client.models import Anchor, Title, Work

__all__ = ["RegistryReader", "checksum"]

TITLES_PER_CALL = 500
_ZERO = "0x" + "00" * 20


class RegistryReader:
    """Reads the registry at one block (the newest at each call without one) and encodes calls to it.

    Raises ChainUnavailable when the node's answer cannot be had or does not decode.
    """

    def __init__(self, connection: Connection, block: int | None = None) -> None:
        self.connection, self.block = connection, block
        self.address = connection.network.registry
        self._abi = ContractAbi("CopyrightRegistry")

    def at(self, block: int) -> RegistryReader:
        """The same registry, read at one block: every answer to one question comes from the same state."""
        return RegistryReader(self.connection, block)

    def title(self, work_id: int) -> Title | None:
        return self.titles([work_id])[0]

    def titles(self, work_ids: list[int]) -> list[Title | None]:
        """Titles of works, None where there is none; one round trip for every 500."""
        found: list[Title | None] = []
        for start in range(0, len(work_ids), TITLES_PER_CALL):
            part = work_ids[start : start + TITLES_PER_CALL]
            rows = self._call("titlesOf", part)[0]
            if len(rows) != len(part):
                raise ChainUnavailable("the node gave another number of titles than was asked for")
            found += [_title(row) for row in rows]
        return found

    def owner_at(self, work_id: int, time: int) -> str | None:
        """The owner at a time (Unix seconds, not in the future), or None before the title."""
        owner = self._call("ownerAt", work_id, time)[0]
        return None if owner == _ZERO else checksum(owner)

    def anchor(self, root: bytes) -> Anchor | None:
        """The anchor of a root with its manifests, or None."""
        found = self._anchors({root: None})
        if not found:
            return None
        manifests = self._manifests("0x" + root.hex())
        return Anchor(root, found[0].registrant, found[0].time, found[0].block, manifests.get(root, ()))

    def anchored(self, roots: list[bytes]) -> set[bytes]:
        """Which of these roots are anchored."""
        return {anchor.root for anchor in self._anchors(dict.fromkeys(roots))}

    def anchors_of(self) -> list[Anchor]:
        """Every anchor, its time and registrant from the contract's storage, its manifests from the events."""
        manifests = self._manifests(None)
        return [
            Anchor(a.root, a.registrant, a.time, a.block, manifests[a.root])
            for a in self._anchors(dict.fromkeys(manifests))
        ]

    def anchor_data(self, root: bytes, manifest: bytes) -> bytes:
        return self._abi.encode("anchor", root, manifest)

    def publish_manifest_data(self, root: bytes, manifest: bytes) -> bytes:
        return self._abi.encode("publishManifest", root, manifest)

    def register_data(self, work: Work, root: bytes, proof: list[bytes]) -> bytes:
        return self._abi.encode("register", _tuple(work), root, proof)

    def register_many_data(self, works: list[Work], root: bytes, proofs: list[list[bytes]]) -> bytes:
        return self._abi.encode("registerMany", [_tuple(work) for work in works], root, proofs)

    def oppose_data(self, work: Work, root: bytes, proof: list[bytes]) -> bytes:
        return self._abi.encode("oppose", _tuple(work), root, proof)

    def transfer_data(self, sender: str, to: str, work_id: int) -> bytes:
        return self._abi.encode("transferFrom", sender, to, work_id)

    def _anchors(self, roots: dict[bytes, None]) -> list[Anchor]:
        calls = [self._abi.encode("anchorOf", root) for root in roots]
        answers = self.connection.call_many(self.address, calls, self.block)
        found = []
        for root, answer in zip(roots, answers, strict=True):
            ((registrant, time, block),) = self._abi.decode("anchorOf", answer)
            if registrant != _ZERO:
                found.append(Anchor(root, checksum(registrant), time, block))
        return found

    def _manifests(self, root: str | None) -> dict[bytes, tuple[bytes, ...]]:
        """Digests by root in the order they were published."""
        head = self.block if self.block is not None else self.connection.block()[0]
        names = ["0x" + self._abi.topic(name).hex() for name in ("Anchored", "ManifestPublished")]
        topics: list[Any] = [names] if root is None else [names, root]
        logs = self.connection.logs(self.address, topics, self.connection.network.from_block, head)
        logs.sort(key=lambda log: (quantity(log["blockNumber"], "a block"), quantity(log.get("logIndex"), "a log")))
        found: dict[bytes, tuple[bytes, ...]] = {}
        for log in logs:
            topics_of = log.get("topics")
            if not isinstance(topics_of, list) or len(topics_of) != 3:
                raise ChainUnavailable("the node gave a log that is not the registry's")
            key = hex_bytes(topics_of[1], "a root", 32)
            digest = hex_bytes(log.get("data"), "a manifest's digest", 32)
            if digest not in found.get(key, ()):
                found[key] = (*found.get(key, ()), digest)
        return found

    def _call(self, name: str, *values: object) -> Sequence[Any]:
        return self._abi.call(self.connection, self.address, self.block, name, *values)


def _tuple(work: Work) -> tuple[bytes, bytes, bytes, str]:
    return work.content_hash, work.fingerprint, work.metadata, work.owner


def _title(row: Sequence[Any]) -> Title | None:
    owner, anchored_at, registered_at, metadata, contested, superseded = row
    if owner == _ZERO:
        return None
    return Title(checksum(owner), anchored_at, registered_at, metadata, contested, superseded)

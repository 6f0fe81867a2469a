"""The values that pass between the layers. Hashes are 32 bytes, addresses checksummed 0x-hex, times Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fingerprint:
    """What an image file is (specification 1.1, 1.2). ``quality`` 0 to 100; below 10 there is too little texture."""

    content_hash: bytes
    fingerprint: bytes
    algorithm: str
    quality: int
    width: int
    height: int
    media_type: str
    size: int


@dataclass(frozen=True, order=True)
class Work:
    """A leaf, specification 1.5."""

    content_hash: bytes
    fingerprint: bytes
    metadata: bytes
    owner: str

    @property
    def work_id(self) -> int:
        return int.from_bytes(self.content_hash, "big")


@dataclass(frozen=True)
class Anchor:
    """A root on chain. ``manifests`` are the digests published for it, the anchor's own first."""

    root: bytes
    registrant: str
    time: int
    block: int
    manifests: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Title:
    """A title on chain; ``None`` stands for "no title"."""

    owner: str
    anchored_at: int
    registered_at: int
    metadata: bytes
    contested: bool
    superseded: bool


@dataclass(frozen=True)
class Network:
    """Where a registry lives: one file in ``registry_client/deployments`` or REGISTRY_HOME/networks."""

    name: str
    chain_id: int
    rpc_url: str
    registry: str
    from_block: int
    ipfs_url: str | None = None
    path: Path | None = None

"""Works, their anchors and their titles."""

from __future__ import annotations

from dataclasses import dataclass


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

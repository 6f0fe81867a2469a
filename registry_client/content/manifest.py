"""The manifest of a batch, specification 1.6: every leaf of a tree in one raw block."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import pairwise

from registry_client.content.merkle import leaf_hash, owner_bytes, owner_text
from registry_client.errors import ManifestInvalid
from registry_client.models import Work

MAX_WORKS = 9_000
VERSION = 1

_HEADER = struct.Struct(">4sII")
_ENTRY = struct.Struct(">32s32s32s20s")
_MAGIC = b"GCRM"


def encode(works: Sequence[Work]) -> bytes:
    """The block of ``works``, at most 1,044,012 bytes.

    Raises ManifestInvalid unless they are 1 to 9,000, well formed, with owners, strictly ascending by content hash.
    """
    _check_count(len(works))
    _check_ascending([work.content_hash for work in works])
    parts = [_HEADER.pack(_MAGIC, VERSION, len(works))]
    for work in works:
        leaf_hash(work)  # refuses fields of a wrong length
        parts.append(_ENTRY.pack(work.content_hash, work.fingerprint, work.metadata, _owner(owner_bytes(work.owner))))
    return b"".join(parts)


def decode(block: bytes) -> list[Work]:
    """The works of a manifest, in its order; owners checksummed. The root must still be compared with the chain.

    Raises ManifestInvalid for a wrong magic, version, count or length, an order not strictly ascending, a zero owner.
    """
    if len(block) < _HEADER.size:
        raise ManifestInvalid(f"a manifest has at least {_HEADER.size} bytes, this block has {len(block)}")
    magic, version, count = _HEADER.unpack_from(block)
    if magic != _MAGIC:
        raise ManifestInvalid("this block is not a manifest: it does not begin with GCRM")
    if version != VERSION:
        raise ManifestInvalid(f"manifest version {version} is not known; this client reads version {VERSION}")
    _check_count(count)
    if len(block) != _HEADER.size + count * _ENTRY.size:
        raise ManifestInvalid(f"a manifest of {count} works has another length than this block's {len(block)} bytes")
    owners: dict[bytes, str] = {}
    works = []
    for content_hash, fingerprint, metadata, owner in _ENTRY.iter_unpack(memoryview(block)[_HEADER.size :]):
        if owner not in owners:
            owners[owner] = owner_text(_owner(owner))
        works.append(Work(content_hash, fingerprint, metadata, owners[owner]))
    _check_ascending([work.content_hash for work in works])
    return works


def split(works: Sequence[Work]) -> list[list[Work]]:
    """``works``, ascending, cut into lists of at most MAX_WORKS; none for none."""
    return [list(works[start : start + MAX_WORKS]) for start in range(0, len(works), MAX_WORKS)]


def _check_count(count: int) -> None:
    if not 1 <= count <= MAX_WORKS:
        raise ManifestInvalid(f"a manifest holds 1 to {MAX_WORKS} works, not {count}")


def _check_ascending(hashes: list[bytes]) -> None:
    if any(a >= b for a, b in pairwise(hashes)):
        raise ManifestInvalid("the works of a manifest are not strictly ascending by content hash")


def _owner(binary: bytes) -> bytes:
    if not any(binary):
        raise ManifestInvalid("a work in a manifest names the zero address as its owner")
    return binary

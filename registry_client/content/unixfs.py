"""Files as UnixFS, specification 1.4: the same blocks as `ipfs add --cid-version=1 --raw-leaves --chunker=size-262144`.

Sources: UnixFS v1 and dag-pb, https://specs.ipfs.tech/unixfs/ and https://ipld.io/specs/codecs/dag-pb/spec/.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from registry_client.content.cid import DAG_PB, RAW, Cid, from_bytes
from registry_client.errors import ContentMismatch

CHUNK_BYTES = 262_144
LINKS = 174


@dataclass(frozen=True)
class _Child:
    cid: Cid
    file_bytes: int  # of the file below it
    tree_bytes: int  # of all blocks below it, itself included


def file_blocks(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """The blocks (CID, bytes) of a file, children before parents, the root last; holds one chunk and a few lists."""
    levels: list[list[_Child]] = [[]]
    while chunk := stream.read(CHUNK_BYTES):
        leaf = Cid(RAW, hashlib.sha256(chunk).digest())
        yield str(leaf), chunk
        yield from _append(levels, 0, _Child(leaf, len(chunk), len(chunk)))
    if not levels[0]:
        yield str(Cid(RAW, hashlib.sha256(b"").digest())), b""
        return
    level = 0
    while level < len(levels) - 1 or len(levels[level]) > 1:
        node, block = _node(levels[level])
        yield str(node.cid), block
        levels[level] = []
        yield from _append(levels, level + 1, node)
        level += 1


def _append(levels: list[list[_Child]], level: int, child: _Child) -> Iterator[tuple[str, bytes]]:
    if level == len(levels):
        levels.append([])
    if len(levels[level]) == LINKS:
        node, block = _node(levels[level])
        yield str(node.cid), block
        levels[level] = []
        yield from _append(levels, level + 1, node)
    levels[level].append(child)


def _node(children: list[_Child]) -> tuple[_Child, bytes]:
    size = sum(child.file_bytes for child in children)
    data = b"\x08\x02\x18" + varint(size) + b"".join(b"\x20" + varint(child.file_bytes) for child in children)
    links = b""
    for child in children:
        link = b"\x0a\x24" + bytes(child.cid) + b"\x12\x00\x18" + varint(child.tree_bytes)
        links += b"\x12" + varint(len(link)) + link
    block = links + b"\x0a" + varint(len(data)) + data
    cid = Cid(DAG_PB, hashlib.sha256(block).digest())
    return _Child(cid, size, len(block) + sum(child.tree_bytes for child in children)), block


def links_of(block: bytes) -> list[Cid]:
    """The CIDs that a dag-pb block links to, in order. Raises ContentMismatch for a malformed block, CidInvalid."""
    found = []
    for number, value in _fields(block):
        if number == 2:
            hashes = [part for field, part in _fields(value) if field == 1]
            if len(hashes) != 1:
                raise ContentMismatch("a dag-pb link without exactly one hash")
            found.append(from_bytes(hashes[0]))
    return found


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each length-delimited protobuf field; varints are passed over."""
    at = 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        value, at = _read_varint(data, at)
        if tag & 7 == 2:
            if at + value > len(data):
                raise ContentMismatch("a dag-pb field is longer than its block")
            yield tag >> 3, data[at : at + value]
            at += value
        elif tag & 7 != 0:
            raise ContentMismatch("a dag-pb block with a field of an unknown kind")


def varint(value: int) -> bytes:
    """Unsigned LEB128, as protobuf, CIDs and CAR files write numbers."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 64, 7):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise ContentMismatch("a dag-pb block with a malformed number")

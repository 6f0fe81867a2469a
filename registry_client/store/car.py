"""CARv1 archives: many blocks in one stream, https://ipld.io/specs/transport/car/carv1/."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from registry_client.content.cid import parse
from registry_client.content.unixfs import varint


def car_stream(roots: Sequence[str], blocks: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The archive's bytes, a piece a block; at most 65,535 roots."""
    links = b"".join(b"\xd8\x2a\x58\x25\x00" + bytes(parse(root)) for root in roots)
    header = b"\xa2\x65roots\x99" + len(roots).to_bytes(2, "big") + links + b"\x67version\x01"
    if len(roots) < 24:  # dag-cbor wants the shortest form
        header = b"\xa2\x65roots" + bytes((0x80 + len(roots),)) + links + b"\x67version\x01"
    elif len(roots) < 256:
        header = b"\xa2\x65roots\x98" + bytes((len(roots),)) + links + b"\x67version\x01"
    yield varint(len(header)) + header
    for cid, data in blocks:
        binary = bytes(parse(cid))
        yield varint(len(binary) + len(data)) + binary + data

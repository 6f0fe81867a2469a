"""Content identifiers, specification 1.4: CIDv1, base32 lower case, SHA-256, codec ``raw`` or ``dag-pb``.

Source: https://github.com/multiformats/cid. One spelling per identifier: whatever does not encode back to itself
(upper case, padding, spare bits, another hash) is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from registry_client.errors import CidInvalid, ContentMismatch

RAW = 0x55
DAG_PB = 0x70
BLOCK_MAX_BYTES = 1_048_576  # the largest block that Kubo passes on

_TEXT_LENGTH = 59  # "b" and 36 bytes in base32
_BYTES_LENGTH = 36
_SHA2_256 = b"\x12\x20"


@dataclass(frozen=True)
class Cid:
    """``codec`` is RAW or DAG_PB, ``digest`` the SHA-256 (32 bytes) of the block."""

    codec: int
    digest: bytes

    def __bytes__(self) -> bytes:
        """The 36 bytes of the binary form, as CAR files and dag-pb links hold it."""
        return bytes((1, self.codec)) + _SHA2_256 + self.digest

    def __str__(self) -> str:
        return "b" + base64.b32encode(bytes(self)).decode("ascii").rstrip("=").lower()


def cid_of_digest(digest: bytes) -> str:
    """The CID of the raw block whose SHA-256 is ``digest`` (32 bytes). Raises CidInvalid for another length."""
    if len(digest) != 32:
        raise CidInvalid(f"a SHA-256 digest has 32 bytes, not {len(digest)}")
    return str(Cid(RAW, bytes(digest)))


def raw_cid(data: bytes) -> str:
    """The CID of ``data`` as one raw block."""
    return str(Cid(RAW, hashlib.sha256(data).digest()))


def parse(cid: str) -> Cid:
    """Read a CID. Raises CidInvalid for anything but the one spelling of a raw or dag-pb SHA-256 CIDv1."""
    if not isinstance(cid, str) or len(cid) != _TEXT_LENGTH or not cid.startswith("b") or not cid.isascii():
        raise _refused(cid)
    try:
        binary = base64.b32decode(cid[1:].upper() + "=" * (-(len(cid) - 1) % 8))
    except binascii.Error:
        raise _refused(cid) from None
    parsed = from_bytes(binary)
    if str(parsed) != cid:
        raise _refused(cid)
    return parsed


def from_bytes(binary: bytes) -> Cid:
    """Read the 36 bytes of a binary CID. Raises CidInvalid."""
    if len(binary) != _BYTES_LENGTH or binary[0] != 1 or binary[1] not in (RAW, DAG_PB) or binary[2:4] != _SHA2_256:
        raise _refused(binary)
    return Cid(binary[1], bytes(binary[4:]))


def digest_of(cid: str) -> bytes:
    """The SHA-256 (32 bytes) of the raw block that ``cid`` names. Raises CidInvalid, also for a dag-pb CID."""
    parsed = parse(cid)
    if parsed.codec != RAW:
        raise CidInvalid(f"{cid}: the CID of a file's tree (dag-pb) where one raw block is wanted")
    return parsed.digest


def check(cid: str, data: bytes) -> None:
    """Nothing if ``data`` hashes to ``cid``. Raises ContentMismatch if not, CidInvalid for a bad CID."""
    if hashlib.sha256(data).digest() != parse(cid).digest:
        raise ContentMismatch(f"{cid}: the {len(data)} bytes received do not hash to it; they were not used")


def _refused(cid: object) -> CidInvalid:
    shown = repr(cid if len(repr(cid)) <= 100 else repr(cid)[:100] + "…")
    return CidInvalid(f"{shown} is not a CID this client reads: CIDv1 in base32 lower case (bafkrei… or bafybei…)")

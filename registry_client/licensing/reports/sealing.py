"""Blocks of rows: sealed to two readers, or open. Specification, Sales reports.

PyNaCl (libsodium): rows under XSalsa20-Poly1305 with a key of their own (SecretBox), that key to each reader's X25519
key (SealedBox, which leaves no trace of the sender). Source: https://doc.libsodium.org.
"""

from __future__ import annotations

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random

from registry_client.content.cid import BLOCK_MAX_BYTES
from registry_client.errors import ReportInvalid, SealedUnreadable

PAD_BYTES = 4_096
MAX_PLAIN_BYTES = 255 * PAD_BYTES  # of the rows in one block

_SEALED, _OPEN = b"GCRS", b"GCRO"
_KEY_BYTES = SecretBox.KEY_SIZE + 48  # a key in a SealedBox
_BOX_AT = 4 + 2 * _KEY_BYTES
_OVERHEAD = _BOX_AT + SecretBox.NONCE_SIZE + SecretBox.MACBYTES


def public_key(secret: bytes) -> bytes:
    """The X25519 public key (32 bytes) of a secret one: what an account publishes."""
    return bytes(PrivateKey(secret).public_key)


def is_usable(key: bytes) -> bool:
    """Whether something can be sealed to a published key: a point of small order takes nothing."""
    try:
        SealedBox(PublicKey(key)).encrypt(b"")
    except (CryptoError, ValueError, TypeError):
        return False
    return True


def seal_block(rows: bytes, owner_key: bytes, agent_key: bytes) -> bytes:
    """A block that the holders of two keys can read. ``rows`` at most MAX_PLAIN_BYTES; padded to whole 4 KiB."""
    key = random(SecretBox.KEY_SIZE)
    sealed = [bytes(SealedBox(PublicKey(reader)).encrypt(key)) for reader in (owner_key, agent_key)]
    return _SEALED + b"".join(sealed) + bytes(SecretBox(key).encrypt(_padded(rows)))


def open_block(rows: bytes) -> bytes:
    """A block that everybody can read."""
    return _OPEN + _padded(rows)


def unseal_block(block: bytes, secret: bytes, is_agent: bool, what: str) -> bytes:
    """The rows of a sealed block, padded. ``what`` names it in errors.

    Raises ReportInvalid for what is no such block, SealedUnreadable where the secret key opens nothing.
    """
    _require_block(block, _SEALED, _OVERHEAD, what)
    at = 4 + _KEY_BYTES if is_agent else 4
    try:
        key = SealedBox(PrivateKey(secret)).decrypt(block[at : at + _KEY_BYTES])
    except CryptoError:
        reader = "the agency" if is_agent else "the owner"
        raise SealedUnreadable(
            f"{what}: its rows are sealed for {reader} to another key than this account's, or to none at all; "
            "ask the agency for these rows, and publish your sealing key if you never did"
        ) from None
    try:
        return bytes(SecretBox(key).decrypt(block[_BOX_AT:]))
    except (CryptoError, ValueError):
        raise ReportInvalid(f"{what}: its key opens, but its rows are damaged") from None


def read_open_block(block: bytes, what: str) -> bytes:
    """The rows of an open block, padded. Raises ReportInvalid."""
    _require_block(block, _OPEN, 4, what)
    return block[4:]


def _padded(rows: bytes) -> bytes:
    return rows + bytes(-len(rows) % PAD_BYTES)


def _require_block(block: bytes, magic: bytes, overhead: int, what: str) -> None:
    length = len(block) - overhead
    if not block.startswith(magic) or len(block) > BLOCK_MAX_BYTES or length <= 0 or length % PAD_BYTES:
        raise ReportInvalid(f"{what}: not a block of rows")

"""Leaves and trees of works, specification 1.5.

The same roots and proofs as npm's ``@openzeppelin/merkle-tree`` gives for ``StandardMerkleTree.of(values,
["bytes32", "bytes32", "bytes32", "address"])``, https://github.com/OpenZeppelin/merkle-tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from registry_client.content.keccak import keccak
from registry_client.errors import ManifestInvalid
from registry_client.models import Work


def owner_bytes(address: str) -> bytes:
    """The 20 bytes of an address in 0x-hex. Raises ManifestInvalid if it is none."""
    try:
        binary = bytes.fromhex(address[2:])
    except ValueError:
        binary = b""
    if len(binary) != 20 or len(address) != 42 or not address.startswith("0x"):
        raise ManifestInvalid(f"{address!r} is not an address: 0x and 40 hex digits")
    return binary


def owner_text(binary: bytes) -> str:
    """The checksummed 0x-hex of a 20-byte address. Source: ERC-55."""
    digits = binary.hex()
    case = keccak(digits.encode("ascii")).hex()
    return "0x" + "".join(d.upper() if int(c, 16) >= 8 else d for d, c in zip(digits, case, strict=False))


def leaf_hash(work: Work) -> bytes:
    """The leaf (32 bytes) of a work. Raises ManifestInvalid for a field of the wrong length."""
    if len(work.content_hash) != 32 or len(work.fingerprint) != 32 or len(work.metadata) != 32:
        raise ManifestInvalid("a work's content hash, fingerprint and metadata digest have 32 bytes each")
    padded = bytes(12) + owner_bytes(work.owner)
    return keccak(keccak(work.content_hash + work.fingerprint + work.metadata + padded))


class MerkleTree:
    """The tree over ``works``, in any order. Raises ManifestInvalid for none, for a bad field, for one given twice."""

    def __init__(self, works: Iterable[Work]) -> None:
        leaves = sorted(map(leaf_hash, works))
        if not leaves:
            raise ManifestInvalid("a tree needs at least one work")
        self._index = {leaf: 2 * len(leaves) - 2 - i for i, leaf in enumerate(leaves)}
        if len(self._index) != len(leaves):
            raise ManifestInvalid("a work stands twice in one tree")
        nodes = [b""] * (len(leaves) - 1) + leaves[::-1]
        for i in range(len(leaves) - 2, -1, -1):
            nodes[i] = _parent(nodes[2 * i + 1], nodes[2 * i + 2])
        self._nodes = nodes

    @property
    def root(self) -> bytes:
        """32 bytes."""
        return self._nodes[0]

    def proof(self, work: Work) -> list[bytes]:
        """The siblings (32 bytes each) from the work's leaf up. Raises ManifestInvalid if the tree has no such leaf."""
        index = self._index.get(leaf_hash(work))
        if index is None:
            raise ManifestInvalid(f"work 0x{work.content_hash.hex()} with these fields is not in this tree")
        siblings = []
        while index:
            siblings.append(self._nodes[index + 1 if index % 2 else index - 1])
            index = (index - 1) // 2
        return siblings


def verify(root: bytes, work: Work, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` leads from the work's leaf to ``root``. Raises ManifestInvalid for a malformed work."""
    node = leaf_hash(work)
    for sibling in proof:
        if len(sibling) != 32:
            return False
        node = _parent(node, sibling)
    return node == root


def _parent(a: bytes, b: bytes) -> bytes:
    return keccak(a + b if a < b else b + a)

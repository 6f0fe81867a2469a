"""The tree over a report's licence ids, in a file. Source: ``contracts/licensing/SalesReports.sol``.

Positional: leaf i = keccak256(keccak256(licenceId_i)) at place i of 2^depth, depth = ceil(log2(count)), missing places
32 zero bytes, node = keccak256(left ++ right). The file holds each level's present nodes, leaves first; what is missing
in a level is the same everywhere in it.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from registry_client.content.keccak import keccak
from registry_client.errors import ReportInvalid

MAX_ROWS = 1 << 24  # what this client reads or writes in one report

_NODE = 32
_BUFFER_NODES = 32_768


def depth_of(count: int) -> int:
    """Levels above the leaves of a tree of ``count`` rows."""
    return max(count - 1, 0).bit_length()


def leaf_of(licence_id: bytes) -> bytes:
    """32 bytes."""
    return keccak(keccak(licence_id))


class ReportTree:
    """A tree that was built before, read from its file. Raises ReportInvalid for a file of another size."""

    def __init__(self, path: Path, count: int) -> None:
        self.path, self.count = path, count
        self._sizes = _sizes(count)
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != _NODE * sum(self._sizes):
                raise ReportInvalid(f"{path}: not the tree of {count} rows")
            self._nodes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    @classmethod
    def build(cls, ids: Iterable[bytes], count: int, path: Path) -> ReportTree:
        """Over ``count`` ids (32 bytes each), at least one; the file appears whole or not at all.

        Raises ReportInvalid when there are more or fewer ids.
        """
        if not 0 < count <= MAX_ROWS:
            raise ReportInvalid(f"a report of {count} rows: this client takes 1 to {MAX_ROWS}")
        draft = path.with_suffix(".draft")
        sizes = _sizes(count)
        with draft.open("w+b") as file:
            if _write_leaves(file.fileno(), ids, count) != count:
                raise ReportInvalid(f"fewer licence ids than the {count} rows of the report")
            file.truncate(_NODE * sum(sizes))
            with mmap.mmap(file.fileno(), 0) as nodes:
                _write_levels(nodes, sizes)
                nodes.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return cls(path, count)

    @property
    def root(self) -> bytes:
        """32 bytes."""
        return self._nodes[-_NODE:]

    def leaf(self, row: int) -> bytes:
        """The leaf (32 bytes) at a row below the count."""
        return self._nodes[_NODE * row : _NODE * (row + 1)]

    def proof(self, row: int) -> tuple[bytes, ...]:
        """The siblings (32 bytes each) from the row's leaf up. Raises ReportInvalid for no such row."""
        if not 0 <= row < self.count:
            raise ReportInvalid(f"row {row} of a report of {self.count} rows")
        siblings, start, missing = [], 0, bytes(_NODE)
        for size in self._sizes[:-1]:
            at = row ^ 1
            node = self._nodes[_NODE * (start + at) : _NODE * (start + at + 1)] if at < size else missing
            siblings.append(node)
            start, row, missing = start + size, row >> 1, keccak(missing + missing)
        return tuple(siblings)

    def close(self) -> None:
        self._nodes.close()


def root_from(licence_id: bytes, row: int, proof: Sequence[bytes]) -> bytes:
    """The root (32 bytes) to which a proof leads from a licence at a row."""
    node = leaf_of(licence_id)
    for sibling in proof:
        node = keccak(sibling + node if row & 1 else node + sibling)
        row >>= 1
    return node


def _sizes(count: int) -> list[int]:
    """Present nodes of each level, leaves first."""
    return [-(-count >> level) for level in range(depth_of(count) + 1)]


def _write_leaves(descriptor: int, ids: Iterable[bytes], count: int) -> int:
    buffer, written = bytearray(), 0
    for licence_id in ids:
        if written == count:
            raise ReportInvalid(f"more licence ids than the {count} rows of the report")
        buffer += leaf_of(licence_id)
        written += 1
        if len(buffer) >= _NODE * _BUFFER_NODES:
            _write_all(descriptor, buffer)
            buffer.clear()
    _write_all(descriptor, buffer)
    return written


def _write_all(descriptor: int, data: bytes | bytearray) -> None:
    at = 0
    while at < len(data):
        at += os.write(descriptor, memoryview(bytes(data))[at:])


def _write_levels(nodes: mmap.mmap, sizes: list[int]) -> None:
    start, missing = 0, bytes(_NODE)
    for size in sizes[:-1]:
        target = _NODE * (start + size)
        for first in range(0, size, 2 * _BUFFER_NODES):
            last = min(first + 2 * _BUFFER_NODES, size)
            level = nodes[_NODE * (start + first) : _NODE * (start + last)]
            if last - first & 1:
                level += missing
            parents = b"".join([keccak(level[at : at + 64]) for at in range(0, len(level), 64)])
            nodes[target : target + len(parents)] = parents
            target += len(parents)
        start, missing = start + size, keccak(missing + missing)

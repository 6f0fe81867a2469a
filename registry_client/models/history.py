"""What happened on chain, as an index follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry_client.models.licensing import Inclusion, Licence, Outside, Use
from registry_client.models.registration import Title


@dataclass(frozen=True)
class BlockMark:
    """A block: its number, its hash (32 bytes), its time (Unix seconds)."""

    number: int
    hash: bytes
    time: int


@dataclass(frozen=True)
class Happening:
    """A decoded event: ``values`` by argument name, structs as models; where it stands on chain."""

    name: str
    values: Mapping[str, Any]
    block: int
    index: int
    transaction: str


@dataclass(frozen=True)
class News:
    """What one round trip told. ``is_same_chain`` False: the block that the index ended with is no longer on the
    chain, and ``happenings`` is empty. Else they are those after it, up to ``head``, in their order."""

    head: BlockMark
    is_same_chain: bool
    happenings: tuple[Happening, ...]


@dataclass(frozen=True)
class CoverQuestion:
    """Whether the contract holds a use for covered: ``evidence`` a voucher's signature, a report's inclusion, or None
    for a recorded licence."""

    licence: Licence
    use: Use
    evidence: bytes | Inclusion | None


@dataclass(frozen=True)
class Refusal:
    """The contract's refusal to answer: its custom error and its arguments (bytes as 0x-hex, addresses in lower case).
    The client's own model answers with the same."""

    name: str
    arguments: tuple[object, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What one round trip told at one block: ``marks`` of the blocks asked for, the work's title, each agent's
    ``complete_through``, an outcome for each question."""

    marks: Mapping[int, BlockMark]
    title: Title | None
    books: Mapping[str, int]
    outcomes: tuple[Outside | Refusal, ...]

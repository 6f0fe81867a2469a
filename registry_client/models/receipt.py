"""What became of a transaction."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Receipt:
    """A mined transaction: ``gas_used`` in gas units, ``status`` 1 for success."""

    hash: str
    block: int
    gas_used: int
    status: int

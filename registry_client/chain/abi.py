"""The ABIs that ship inside the package."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any


@lru_cache
def load_abi(name: str) -> list[dict[str, Any]]:
    """The ABI of a contract as it ships inside the package."""
    text = resources.files("registry_client.abi").joinpath(f"{name}.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)
    return found


def canonical_type(item: dict[str, Any]) -> str:
    """The canonical type of an ABI input or output, tuples spelled out."""
    kind: str = item["type"]
    if kind.startswith("tuple"):
        return "(" + ",".join(canonical_type(part) for part in item["components"]) + ")" + kind.removeprefix("tuple")
    return kind

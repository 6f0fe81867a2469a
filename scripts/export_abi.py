"""Writes the ABIs that ship with the client from Brownie's build: ``make abi``."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ("CopyrightRegistry", "LicenceRegistry", "RegistryAccessManager", "RegistryToken", "TokenSale")


def rendered(name: str) -> str:
    """The ABI of a compiled contract, in a fixed order, one entry a line."""
    build = json.loads((ROOT / "build" / "contracts" / f"{name}.json").read_text(encoding="utf-8"))
    entries = sorted(build["abi"], key=lambda e: (e["type"], e.get("name", ""), json.dumps(e, sort_keys=True)))
    return "[\n" + ",\n".join(json.dumps(entry, sort_keys=True) for entry in entries) + "\n]\n"


def path_of(name: str) -> Path:
    return ROOT / "registry_client" / "abi" / f"{name}.json"


def main() -> None:
    for name in CONTRACTS:
        path_of(name).write_text(rendered(name), encoding="utf-8")


if __name__ == "__main__":
    main()

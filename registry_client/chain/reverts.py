"""A revert's bytes to a ContractError that names the custom error and its arguments."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import abi_to_signature
from eth_utils.crypto import keccak

from registry_client.chain.abi import canonical_type, load_abi
from registry_client.errors import ContractError

_STANDARD = (
    {"type": "error", "name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
)


@lru_cache
def _errors() -> dict[bytes, dict[str, Any]]:
    found: dict[bytes, dict[str, Any]] = {}
    names = [item.name for item in resources.files("registry_client.abi").iterdir() if item.name.endswith(".json")]
    entries = [entry for name in sorted(names) for entry in load_abi(name.removesuffix(".json"))]
    for entry in [*_STANDARD, *entries]:
        if entry["type"] == "error":
            found[keccak(text=abi_to_signature(entry))[:4]] = entry  # type: ignore[arg-type]
    return found


def contract_error(data: bytes) -> ContractError:
    """The error that these revert bytes stand for; bytes values are shown as 0x-hex."""
    entry = _errors().get(data[:4])
    if entry is None:
        return ContractError("UnknownError" if data else "RevertedWithoutReason", (), "0x" + data.hex())
    try:
        values = decode([canonical_type(item) for item in entry["inputs"]], data[4:])
    except (DecodingError, OverflowError, ValueError):
        return ContractError(entry["name"], (), "0x" + data.hex())
    shown = tuple("0x" + value.hex() if isinstance(value, bytes) else value for value in values)
    return ContractError(entry["name"], shown, "0x" + data.hex())

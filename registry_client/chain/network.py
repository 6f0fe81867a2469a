"""Networks: one deployment file each, in REGISTRY_HOME/networks or inside the package."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eth_utils.address import is_checksum_address, is_hex_address, to_checksum_address

from registry_client.errors import ConfigurationError
from registry_client.models import Network

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_MAX_BYTES = 65_536


def checksum(address: str) -> str:
    """The address with its EIP-55 checksum. Raises ConfigurationError for a bad address or checksum."""
    if not isinstance(address, str) or not is_hex_address(address) or not address.lower().startswith("0x"):
        raise ConfigurationError(f"{address}: not an address (0x and 40 hex digits)")
    digits = address[2:]
    if digits not in (digits.lower(), digits.upper()) and not is_checksum_address(address):
        raise ConfigurationError(f"{address}: the address's checksum is wrong; was it mistyped?")
    return str(to_checksum_address(address))


def load_network(name: str, home: Path) -> Network:
    """The network of this name. Raises ConfigurationError that names the file and the field."""
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{name}: not a network's name (a-z, 0-9, - and _)")
    path = home / "networks" / f"{name}.json"
    if path.is_file():
        source, text = str(path), _read(path)
    else:
        packaged = resources.files("registry_client.deployments").joinpath(f"{name}.json")
        if not packaged.is_file():
            hint = "; `make devnet` starts one and writes it" if name == "local" else ""
            raise ConfigurationError(f"network {name} is not known: no file {path}{hint}")
        source, text = f"{name}.json", packaged.read_text(encoding="utf-8")
    return _network(name, source, text, path if path.is_file() else None)


def load_network_file(path: Path) -> Network:
    """The network in a deployment file, wherever it lies. Raises ConfigurationError as load_network does."""
    return _network(path.stem, str(path), _read(path), path)


def _network(name: str, source: str, text: str, path: Path | None) -> Network:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigurationError(f"{source}: not JSON") from None
    if not isinstance(value, dict):
        raise ConfigurationError(f"{source}: not a JSON object")
    ipfs = value.get("ipfs_url")
    return Network(
        name=name,
        chain_id=_number(value, "chain_id", source),
        rpc_url=_url(value.get("rpc_url"), "rpc_url", source),
        registry=_address(value, "registry", source),
        from_block=_number(value, "from_block", source),
        ipfs_url=None if ipfs is None else _url(ipfs, "ipfs_url", source),
        path=path,
        licences=_optional(value, "licences", source),
        sale=_optional(value, "sale", source),
        token=_optional(value, "token", source),
    )


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise ConfigurationError(f"{path}: larger than {_MAX_BYTES} bytes, so not a deployment file")
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: the deployment file cannot be read ({error})") from None


def _number(value: dict[str, Any], field: str, source: str) -> int:
    found = value.get(field)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise ConfigurationError(f"{source}: {field} must be a whole number, not {found!r}")
    return found


def _address(value: dict[str, Any], field: str, source: str) -> str:
    try:
        return checksum(value.get(field))  # type: ignore[arg-type]
    except ConfigurationError as error:
        raise ConfigurationError(f"{source}: {field}: {error}") from None


def _optional(value: dict[str, Any], field: str, source: str) -> str | None:
    return None if value.get(field) is None else _address(value, field, source)


def _url(found: object, field: str, source: str) -> str:
    try:
        parts = urlsplit(found) if isinstance(found, str) else None
        if parts and parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:  # port may raise
            return str(found)
    except ValueError as error:
        raise ConfigurationError(f"{source}: {field}: {found!r} is not an address ({error})") from None
    raise ConfigurationError(f"{source}: {field} must be an http or https address, not {found!r}")

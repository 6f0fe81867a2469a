"""Where a registry lives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Network:
    """One file in ``registry_client/deployments`` or REGISTRY_HOME/networks.

    ``registry``, ``licences``, ``sale`` and ``token`` are the addresses of CopyrightRegistry, LicenceRegistry,
    TokenSale and RegistryToken; None where there is none on this network.
    """

    name: str
    chain_id: int
    rpc_url: str
    registry: str
    from_block: int
    ipfs_url: str | None = None
    path: Path | None = None
    licences: str | None = None
    sale: str | None = None
    token: str | None = None

"""``brownie run deploy``: the AccessManager, the CopyrightRegistry and the LicenceRegistry, with every role given away.

``--network development`` starts a chain that ends with the script, or takes the one that runs on port 8545. Any other
is named to Brownie once and then used by that name: ``brownie networks add Local devnet host=http://127.0.0.1:8546
chainid=31337``, ``brownie run deploy --network devnet``.

Read from the environment:

- REGISTRY_PARAMETERS: the parameters file; scripts/parameters/local.toml without it.
- REGISTRY_DEPLOYER: a Brownie account's name; without it the node's first unlocked account, on a development chain.
- REGISTRY_DEPLOYMENT_FILE: where to write the deployment file that the client reads; none without it.
- REGISTRY_RPC_URL: the address of the node to write there; Brownie's own without it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from brownie import CopyrightRegistry, LicenceRegistry, RegistryAccessManager, accounts, network, web3

from scripts.brownie_records import forget

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib  # type: ignore[no-redef]

ADMIN, VERIFIER, PAUSER = 0, 1, 2
LABELS = {VERIFIER: "VERIFIER", PAUSER: "PAUSER"}
FUNCTIONS = {
    "registry": {VERIFIER: ("attest", "revokeAttestation"), PAUSER: ("pause", "unpause")},
    "licences": {PAUSER: ("pause", "unpause")},
}


class Deployment(NamedTuple):
    """CopyrightRegistry, RegistryAccessManager, LicenceRegistry."""

    registry: Any
    manager: Any
    licences: Any


def read_parameters() -> dict[str, Any]:
    default = Path(__file__).resolve().parent / "parameters" / "local.toml"
    with Path(os.environ.get("REGISTRY_PARAMETERS", default)).open("rb") as file:
        return tomllib.load(file)


def main() -> Deployment:
    """Deploy. The deployer holds no role afterwards."""
    deployer = accounts.load(os.environ["REGISTRY_DEPLOYER"]) if "REGISTRY_DEPLOYER" in os.environ else accounts[0]
    found = deploy(deployer, read_parameters())
    forget(web3.eth.chain_id)
    return found


def deploy(deployer: Any, parameters: dict[str, Any]) -> Deployment:
    """The same from an account and the parameters. Raises ValueError where they give the deployer a role."""
    holders = {ADMIN: [parameters["admin"]], VERIFIER: parameters["verifiers"], PAUSER: parameters["pausers"]}
    if deployer.address.lower() in (str(holder).lower() for part in holders.values() for holder in part):
        raise ValueError(f"{deployer.address}: the deployer must hold no role; name another account")
    first = web3.eth.block_number
    manager = RegistryAccessManager.deploy(deployer, {"from": deployer})
    registry = CopyrightRegistry.deploy(manager, parameters["opposition_seconds"], {"from": deployer})
    licences = LicenceRegistry.deploy(manager, registry, {"from": deployer})
    deployed = Deployment(registry, manager, licences)
    for part, roles in FUNCTIONS.items():
        contract = getattr(deployed, part)
        for role, names in roles.items():
            selectors = [getattr(contract, name).signature for name in names]
            manager.setTargetFunctionRole(contract, selectors, role, {"from": deployer})
    for role, label in LABELS.items():
        manager.labelRole(role, label, {"from": deployer})
    for role in (VERIFIER, PAUSER, ADMIN):
        for holder in holders[role]:
            manager.grantRole(role, holder, 0, {"from": deployer})
    manager.renounceRole(ADMIN, deployer, {"from": deployer})
    for role, named in holders.items():
        if manager.hasRole(role, deployer)[0] or not all(manager.hasRole(role, holder)[0] for holder in named):
            raise RuntimeError(f"role {role} is not held by exactly those whom the parameters name")
    _write(deployed, first, parameters)
    return deployed


def _write(deployed: Deployment, first: int, parameters: dict[str, Any]) -> None:
    target = os.environ.get("REGISTRY_DEPLOYMENT_FILE")
    if target is None:
        return
    value = {
        "name": Path(target).stem,
        "chain_id": web3.eth.chain_id,
        "rpc_url": os.environ.get("REGISTRY_RPC_URL", network.web3.provider.endpoint_uri),
        "registry": deployed.registry.address,
        "licences": deployed.licences.address,
        "access_manager": deployed.manager.address,
        "from_block": first,
        "opposition_period": parameters["opposition_seconds"],
        "ipfs_url": None,
    }
    draft = Path(target).with_suffix(".tmp")
    draft.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    draft.replace(target)

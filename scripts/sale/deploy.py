"""``brownie run sale/deploy``: token, vesting wallet and sale, with every role given away.

Run it on a network where the registry stands (scripts/deploy.py); ``--network`` as there. The sale has an AccessManager
of its own: its roles end with it, and the deployer could not give roles of the registry's, which it holds no longer.

Read from the environment:

- SALE_PARAMETERS: the parameters file; needed.
- REGISTRY_DEPLOYER: a Brownie account's name; without it the node's first unlocked account, on a development chain.
- REGISTRY_DEPLOYMENT_FILE: the network's deployment file; ``sale`` and ``token`` are written into it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brownie import RegistryAccessManager, RegistryToken, TeamVesting, TokenSale, accounts, web3
from web3.exceptions import ContractLogicError, Web3RPCError

from registry_client.models.sale import RULES
from registry_client.sale.status import moment
from scripts.brownie_records import forget
from scripts.sale.parameters import SaleParameters, load
from scripts.sale.setting import confirmed, deployment_file, margin_seconds
from scripts.sale.table import table

ADMIN, PAUSER, OPERATOR = 0, 2, 3
LABELS = {PAUSER: "PAUSER", OPERATOR: "OPERATOR"}
FUNCTIONS = {PAUSER: ("pause", "unpause"), OPERATOR: ("setWhitelisted", "setBlocked", "cancelApprovals")}


@dataclass(frozen=True)
class Deployed:
    """Brownie's contracts."""

    sale: Any
    token: Any
    team_wallet: Any
    manager: Any
    first_block: int


def main() -> None:
    """Print every parameter, ask, deploy."""
    path, parameters = _given()
    print("\n".join(table(parameters)))
    print(f"\ndeployment file  {deployment_file()}\nparameters       {path}\nchain            {web3.eth.chain_id}")
    if confirmed("Deploy this sale? Nobody can change it afterwards."):
        without_asking()


def without_asking() -> Deployed:
    """The same at once, and write the addresses into the network's deployment file."""
    _, parameters = _given()
    deployer = accounts.load(os.environ["REGISTRY_DEPLOYER"]) if "REGISTRY_DEPLOYER" in os.environ else accounts[0]
    found = deploy(deployer, parameters)
    forget(web3.eth.chain_id)
    write(deployment_file(), found)
    print(f"sale   {found.sale.address}\ntoken  {found.token.address}\nteam   {found.team_wallet.address}")
    print(f"written into {deployment_file()}; `brownie run sale/open` checks it")
    return found


def deploy(deployer: Any, parameters: SaleParameters) -> Deployed:
    """Deploy from an account; it holds nothing afterwards. Raises ValueError where the parameters give it something,
    the first round opens sooner than the deployment ends, or the wallet does not take ether."""
    terms, team = parameters.terms, parameters.team
    named = {parameters.admin, *parameters.operators, *parameters.pausers, terms.wallet, team.beneficiary}
    if deployer.address.lower() in {address.lower() for address in named}:
        raise ValueError(f"{deployer.address}: the deployer must hold no role and get no money; name another account")
    margin = margin_seconds(web3.eth.chain_id)
    if terms.rounds[0].opening_time < web3.eth.get_block("latest")["timestamp"] + margin:
        opens = moment(terms.rounds[0].opening_time)
        raise ValueError(f"rounds[1].opens: {opens} is over, or too soon: deployment is given {margin} seconds")
    try:
        web3.eth.call({"from": deployer.address, "to": terms.wallet, "value": 1})
    except (ContractLogicError, Web3RPCError) as error:
        raise ValueError(f"sale.wallet: {terms.wallet} does not take ether: {error}") from error
    first = web3.eth.block_number
    sender = {"from": deployer}
    manager = RegistryAccessManager.deploy(deployer, sender)
    team_wallet = TeamVesting.deploy(team.beneficiary, team.start, team.duration, team.cliff, sender)
    # The token is minted to the sale, which wants to hold it when it is made: its address is known from the nonce.
    sale_address = deployer.get_deployment_address(deployer.nonce + 1)
    token = RegistryToken.deploy(parameters.token_name, parameters.symbol, parameters.supply, sale_address, sender)
    sale = TokenSale.deploy(_arguments(parameters, manager, token, team_wallet), sender)
    for role, names in FUNCTIONS.items():
        manager.setTargetFunctionRole(sale, [getattr(sale, name).signature for name in names], role, sender)
        manager.labelRole(role, LABELS[role], sender)
    holders = {OPERATOR: parameters.operators, PAUSER: parameters.pausers, ADMIN: (parameters.admin,)}
    for role, members in holders.items():
        for member in members:
            manager.grantRole(role, member, 0, sender)
    manager.renounceRole(ADMIN, deployer, sender)
    for role, members in holders.items():
        if manager.hasRole(role, deployer)[0] or not all(manager.hasRole(role, member)[0] for member in members):
            raise RuntimeError(f"role {role} is not held by exactly those whom the parameters name")
    return Deployed(sale, token, team_wallet, manager, first)


def write(path: Path, found: Deployed) -> None:
    """Name the sale and its token in the network's deployment file."""
    value = json.loads(path.read_text(encoding="utf-8"))
    value |= {"sale": found.sale.address, "token": found.token.address, "sale_access_manager": found.manager.address}
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    draft.replace(path)


def _given() -> tuple[Path, SaleParameters]:
    if "SALE_PARAMETERS" not in os.environ:
        raise SystemExit("SALE_PARAMETERS names no file; see scripts/sale/example.toml")
    path = Path(os.environ["SALE_PARAMETERS"])
    return path, load(path)


def _arguments(parameters: SaleParameters, manager: Any, token: Any, team_wallet: Any) -> tuple[Any, ...]:
    """TokenSale's constructor argument."""
    terms = parameters.terms
    return (
        manager.address,
        token.address,
        terms.wallet,
        team_wallet.address,
        terms.team_tokens,
        terms.goal,
        terms.cap,
        terms.minimum,
        terms.maximum,
        terms.accepts_bare_ether,
        [(r.opening_time, r.closing_time, r.rate, r.bonus, RULES.index(r.rule)) for r in terms.rounds],
        [(t.up_to, t.rate) for t in terms.tranches],
    )

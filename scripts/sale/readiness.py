"""Whether a deployed sale is the one that its parameters file describes, and ready to be bought from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from eth_utils.crypto import keccak

from registry_client.chain.connection import RpcRefused
from registry_client.chain.contract import ContractAbi
from registry_client.chain.network import checksum
from registry_client.errors import ContractError
from registry_client.sale.amounts import grouped
from registry_client.sale.status import moment
from scripts.sale.parameters import SaleParameters
from scripts.sale.setting import Setting

ADMIN, PAUSER, OPERATOR = 0, 2, 3
_EVERYBODY = 2**64 - 1


def findings(setting: Setting, parameters: SaleParameters) -> list[tuple[bool, str]]:
    """What was checked, each with its answer, all at one block."""
    reader = setting.reader.at(setting.reader.head())
    terms, wanted = reader.terms(), parameters.terms
    state = reader.state(len(terms.rounds))
    same = replace(terms, token=wanted.token, team_wallet=wanted.team_wallet) == wanted
    found = [(same, "the contract's terms are those of the file")]
    held = terms.tokens_for_sale + terms.team_tokens
    found.append((state.tokens_held >= held, f"the sale holds {grouped(state.tokens_held)} tokens"))
    total = reader.token_total()
    found.append(
        (total == parameters.supply, f"{grouped(total)} tokens exist, {grouped(parameters.supply)} by the file")
    )
    found.append(_wallet(setting, terms.wallet))
    found += _team(setting, parameters, terms.team_wallet)
    found += _roles(setting, parameters, reader.head())
    found.append((not state.paused, "paused: a pauser must resume it" if state.paused else "not paused"))
    first, last = terms.rounds[0], terms.rounds[-1]
    when = f"opens {moment(first.opening_time)}, closes {moment(last.closing_time)}; now {moment(state.time)}"
    found.append((state.time < last.closing_time, when))
    return found


def _wallet(setting: Setting, wallet: str) -> tuple[bool, str]:
    """Whether the wallet takes a wei from the sale, which is lent one for the question."""
    sale = setting.reader.address
    call = {"from": sale, "to": wallet, "value": "0x1"}
    try:
        setting.connection.request("eth_call", [call, "latest", {sale: {"balance": "0x1"}}])
    except (ContractError, RpcRefused) as error:
        return False, f"the wallet {wallet} does not take ether, so the proceeds would be stuck: {error}"
    return True, f"the wallet {wallet} takes ether"


def _team(setting: Setting, parameters: SaleParameters, wallet: str) -> list[tuple[bool, str]]:
    team = parameters.team
    owner = checksum("0x" + _ask(setting, wallet, "owner()")[-20:].hex())
    times = [int.from_bytes(_ask(setting, wallet, f"{name}()"), "big") for name in ("start", "cliff", "duration")]
    return [
        (owner == team.beneficiary, f"the vesting wallet is {owner}'s"),
        (times == [team.start, team.start + team.cliff, team.duration], "it vests when the file says"),
    ]


def _roles(setting: Setting, parameters: SaleParameters, block: int) -> list[tuple[bool, str]]:
    """Roles are read from every grant and revocation, so that nobody holds one unseen."""
    manager = checksum("0x" + _ask(setting, setting.reader.address, "authority()")[-20:].hex())
    abi = ContractAbi("RegistryAccessManager")
    topics = [["0x" + abi.topic(name).hex() for name in ("RoleGranted", "RoleRevoked")]]
    # From the first block: the deployment file's from_block is the registry's, and anybody's word.
    logs = setting.connection.logs(manager, topics, 0, block)
    holders: dict[int, set[str]] = {}
    for event in sorted((abi.event(log) for log in logs), key=lambda event: (event.block, event.index)):
        members = holders.setdefault(event.values["roleId"], set())
        account = checksum(event.values["account"])
        if event.name == "RoleGranted":
            members.add(account)
        else:
            members.discard(account)
    wanted = {ADMIN: {parameters.admin}, OPERATOR: set(parameters.operators), PAUSER: set(parameters.pausers)}
    names = {ADMIN: "admin", OPERATOR: "operators", PAUSER: "pausers"}
    found = [
        (holders.get(role, set()) == members, f"{names[role]}: {', '.join(sorted(holders.get(role, ())))}")
        for role, members in wanted.items()
    ]
    others = {role for role, members in holders.items() if members and role not in wanted}
    found.append((not others, f"other roles held: {sorted(others) or 'none'}"))
    return [*found, *_powers(setting, manager, abi, wanted), *_functions(setting, manager, abi)]


def _powers(setting: Setting, manager: str, abi: ContractAbi, wanted: dict[int, set[str]]) -> list[tuple[bool, str]]:
    """Who can give the roles, whether their holders can act at once, and whether the sale hears them."""

    def ask(function: str, *values: object) -> list[Any]:
        return list(abi.call(setting.connection, manager, None, function, *values))

    strange = {role: ask("getRoleAdmin", role)[0] for role in (OPERATOR, PAUSER)}
    strange = {role: admin for role, admin in strange.items() if admin != ADMIN}
    told = "; ".join(f"role {role} is given by role {admin}" for role, admin in strange.items())
    slow = sorted(
        member for role, members in wanted.items() for member in members if ask("hasRole", role, member) != [True, 0]
    )
    (closed,) = ask("isTargetClosed", setting.reader.address)
    return [
        (not strange, told or "the admin alone gives roles"),
        (not slow, f"cannot act at once: {', '.join(slow)}" if slow else "each holder can act at once"),
        (
            not closed,
            "the manager has closed the sale to everybody" if closed else "the manager has not closed the sale",
        ),
    ]


def _functions(setting: Setting, manager: str, abi: ContractAbi) -> list[tuple[bool, str]]:
    """Each guarded function needs its role."""
    guarded = {
        "setWhitelisted(address[],bool)": OPERATOR,
        "setBlocked(address[],bool)": OPERATOR,
        "cancelApprovals(address[])": OPERATOR,
        "pause()": PAUSER,
        "unpause()": PAUSER,
    }
    wrong = []
    for signature, role in guarded.items():
        selector = keccak(text=signature)[:4]
        (found,) = abi.call(
            setting.connection, manager, None, "getTargetFunctionRole", setting.reader.address, selector
        )
        if found != role:
            wrong.append(f"{signature} needs role {'everybody' if found == _EVERYBODY else found}")
    return [(not wrong, "; ".join(wrong) or "each guarded function needs its role")]


def _ask(setting: Setting, address: str, signature: str) -> bytes:
    """The one word that a view without arguments answers."""
    return setting.connection.call(address, keccak(text=signature)[:4])[:32].rjust(32, b"\0")

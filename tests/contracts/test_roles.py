"""Roles after scripts/deploy.py, and what the script writes and refuses."""

from __future__ import annotations

import json

import pytest

from scripts import deploy as deployment
from scripts.export_abi import CONTRACTS, path_of, rendered
from tests.contracts.support import OPPOSITION, Registry, Reverted

ADMIN, VERIFIER, PAUSER, PUBLIC = 0, 1, 2, 2**64 - 1
RESTRICTED = {
    "registry": {"attest": VERIFIER, "revokeAttestation": VERIFIER, "pause": PAUSER, "unpause": PAUSER},
    "licences": {"pause": PAUSER, "unpause": PAUSER},
}
NOBODY = "0x" + "00" * 19 + "01"


@pytest.fixture(params=RESTRICTED)
def contract(request):
    """A contract under the manager, and its functions that ask for a role."""
    return request.getfixturevalue(request.param), RESTRICTED[request.param]


def example(item):
    """A value of an argument's type."""
    kind = item["type"]
    if kind.endswith("[]"):
        return []
    if kind == "tuple":
        return tuple(example(part) for part in item["components"])
    return {"address": NOBODY, "bool": True, "bytes": b"", "string": "", "bytes32": b"\x01" * 32}.get(kind, 1)


def test_every_function_has_the_role_of_the_specification(contract, manager):
    target, restricted = contract
    for name in target.functions:
        if "(" not in name:
            continue
        role = manager.ask("getTargetFunctionRole", target.address, target.selector(name))
        assert role == restricted.get(name.partition("(")[0], ADMIN), name


def test_every_restricted_function_asks_for_its_role_and_no_other_does(contract, parties):
    target, restricted = contract
    state_changing = [n for n, e in target.functions.items() if "(" in n and e["stateMutability"] == "nonpayable"]
    refused = set()
    for name in state_changing:
        for party in parties.values():
            values = [example(item) for item in target.functions[name]["inputs"]]
            try:
                target.ask(name, *values, sender=party.address)
            except Reverted as error:
                if error.args == ("AccessManagedUnauthorized", party.address):
                    refused.add((name.partition("(")[0], party.address))
    allowed = {VERIFIER: ("verifier", "second_verifier"), PAUSER: ("pauser",)}
    expected = {
        (name, party.address)
        for name, role in restricted.items()
        for title, party in parties.items()
        if title not in allowed[role]
    }
    expected |= {("setAuthority", party.address) for party in parties.values()}
    assert refused == expected


def test_roles_are_held_by_those_whom_the_parameters_name_only(manager, parties):
    holders = {ADMIN: {"admin"}, VERIFIER: {"verifier", "second_verifier"}, PAUSER: {"pauser"}}
    for role, names in holders.items():
        for name, party in parties.items():
            assert manager.ask("hasRole", role, party.address) == (name in names, 0), (role, name)
        assert manager.ask("getRoleAdmin", role) == ADMIN
        assert manager.ask("getRoleGuardian", role) == ADMIN
        assert manager.ask("getRoleGrantDelay", role) == 0


def test_invariant_7_the_deployer_can_do_nothing(registry, licences, manager, deployer, alice):
    forbidden = [
        ("grantRole", ADMIN, deployer, 0),
        ("grantRole", VERIFIER, deployer, 0),
        ("revokeRole", PAUSER, alice),
        ("setTargetFunctionRole", registry.address, [registry.selector("pause")], PUBLIC),
        ("updateAuthority", registry.address, manager.address),
        ("setTargetClosed", registry.address, True),
        ("setTargetClosed", licences.address, True),
        ("setTargetFunctionRole", licences.address, [licences.selector("unpause")], PUBLIC),
        ("execute", licences.address, bytes.fromhex(licences.data("pause")[2:])),
        ("setRoleAdmin", VERIFIER, PUBLIC),
        ("labelRole", VERIFIER, "x"),
        ("execute", registry.address, bytes.fromhex(registry.data("pause")[2:])),
    ]
    for name, *values in forbidden:
        with pytest.raises(Reverted) as refused:
            manager.send(name, *values, sender=deployer)
        assert refused.value.args[0].startswith("AccessManagerUnauthorized"), name
        assert deployer in refused.value.args
    for target in (registry, licences):
        with pytest.raises(Reverted) as refused:
            target.send("setAuthority", alice, sender=deployer)
        assert refused.value.args == ("AccessManagedUnauthorized", deployer)
        assert target.ask("authority") == manager.address


def test_admin_grants_and_revokes(registry, manager, admin, alice, verifier, clock):
    manager.send("grantRole", VERIFIER, alice, 0, sender=admin)
    registry.send("attest", alice, b"\x01" * 32, clock.time + 1000, sender=alice)
    manager.send("revokeRole", VERIFIER, alice, sender=admin)
    with pytest.raises(Reverted) as refused:
        registry.send("attest", alice, b"\x01" * 32, clock.time + 1000, sender=alice)
    assert refused.value.args == ("AccessManagedUnauthorized", alice)


def test_deploy_from_the_parameters_file_writes_the_deployment(parties, deployed, tmp_path, monkeypatch):
    target = tmp_path / "local.json"
    monkeypatch.setenv("REGISTRY_DEPLOYMENT_FILE", str(target))
    monkeypatch.setenv("REGISTRY_RPC_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("REGISTRY_PARAMETERS", raising=False)
    contract, manager, licences = deployment.main()
    value = json.loads(target.read_text(encoding="utf-8"))
    assert value == {
        "name": "local",
        "chain_id": 31337,
        "rpc_url": "http://127.0.0.1:1",
        "registry": contract.address,
        "licences": licences.address,
        "access_manager": manager.address,
        "from_block": value["from_block"],
        "opposition_period": OPPOSITION,
        "ipfs_url": None,
    }
    reader = Registry(contract, contract.abi)
    assert reader.ask("oppositionPeriod") == OPPOSITION
    assert reader.ask("authority") == manager.address
    assert Registry(licences, licences.abi).ask("authority") == manager.address
    assert 0 <= value["from_block"] < contract.tx.block_number


@pytest.mark.parametrize("field", ["admin", "verifiers", "pausers"])
def test_deploy_refuses_parameters_that_name_the_deployer(parties, monkeypatch, tmp_path, field):
    given = {"opposition_seconds": 1, "admin": parties["admin"].address, "verifiers": [], "pausers": []}
    own = parties["deployer"].address
    given[field] = own if field == "admin" else [own.lower()]
    with pytest.raises(ValueError, match="must hold no role"):
        deployment.deploy(parties["deployer"], given)


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_abi_that_ships_is_the_compiled_one(name):
    assert path_of(name).read_text(encoding="utf-8") == rendered(name), "run `make abi`"

"""What ``open`` finds wrong with a deployed sale whose manager was tampered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from eth_utils.crypto import keccak

from registry_client.chain.contract import ContractAbi
from registry_client.chain.network import checksum
from registry_client.chain.sale import SaleReader
from registry_client.models import Network
from scripts.sale.parameters import load
from scripts.sale.readiness import ADMIN, OPERATOR, PAUSER, findings
from scripts.sale.setting import Setting, margin_seconds, setting

MANAGER = ContractAbi("RegistryAccessManager")
Act = Callable[..., None]
Wrong = Callable[..., list[str]]


@pytest.fixture
def reading(sale_network: Network, sale_reader: SaleReader) -> Setting:
    return setting(sale_network)


@pytest.fixture
def wrong(reading: Setting, sale_parameters: Path) -> Wrong:
    """What is found wrong."""

    def ask(**network: int) -> list[str]:
        asked = replace(reading, network=replace(reading.network, **network))
        return [text for good, text in findings(asked, load(sale_parameters)) if not good]

    return ask


@pytest.fixture
def act(reading: Setting, sale_parameters: Path) -> Act:
    """The admin calls the manager; the block is mined."""
    admin = load(sale_parameters).admin
    manager = checksum(
        "0x" + reading.connection.call(reading.reader.address, keccak(text="authority()")[:4])[-20:].hex()
    )

    def send(function: str, *values: object) -> None:
        call = {"from": admin, "to": manager, "data": "0x" + MANAGER.encode(function, *values).hex()}
        transaction = reading.connection.request("eth_sendTransaction", [call])
        reading.connection.request("evm_mine", [])
        receipt = reading.connection.request("eth_getTransactionReceipt", [transaction])
        assert int(receipt["status"], 16) == 1

    return send


def test_nothing_is_wrong_with_a_sale_as_deployed_wherever_the_file_begins(wrong: Wrong, reading: Setting) -> None:
    assert wrong() == []
    assert wrong(from_block=reading.reader.head() + 1) == []


@pytest.mark.parametrize(("role", "admin"), [(OPERATOR, 7), (PAUSER, OPERATOR)])
def test_another_role_that_gives_roles_is_found(wrong: Wrong, act: Act, role: int, admin: int) -> None:
    act("setRoleAdmin", role, admin)
    assert wrong() == [f"role {role} is given by role {admin}"]


def test_a_closed_sale_is_found(wrong: Wrong, act: Act, reading: Setting) -> None:
    act("setTargetClosed", reading.reader.address, True)
    assert wrong() == ["the manager has closed the sale to everybody"]


@pytest.mark.parametrize("role", [OPERATOR, PAUSER])
def test_a_holder_who_must_wait_is_found(wrong: Wrong, act: Act, sale_parameters: Path, role: int) -> None:
    parameters = load(sale_parameters)
    member = (parameters.operators if role == OPERATOR else parameters.pausers)[0]
    act("revokeRole", role, member)
    act("grantRole", role, member, 3600)
    assert wrong() == [f"cannot act at once: {member}"]


def test_an_admin_who_is_not_the_files_is_found(wrong: Wrong, act: Act, sale_parameters: Path) -> None:
    act("grantRole", ADMIN, "0x" + "12" * 20, 0)
    assert [text.split(":")[0] for text in wrong()] == ["admin"]


@pytest.mark.parametrize("code", ["0x60006000fd", "0xfe"])
def test_a_wallet_that_refuses_ether_is_found(wrong: Wrong, reading: Setting, code: str) -> None:
    wallet = reading.reader.terms().wallet
    reading.connection.request("anvil_setCode", [wallet, code])
    (found,) = wrong()
    assert found.startswith(f"the wallet {wallet} does not take ether")
    reading.connection.request("anvil_setCode", [wallet, "0x00"])
    assert wrong() == []


def test_a_deployment_has_an_hour_but_on_the_development_chain() -> None:
    assert margin_seconds(31_337) == 60
    assert {margin_seconds(chain) for chain in (1, 137, 11_155_111)} == {3_600}

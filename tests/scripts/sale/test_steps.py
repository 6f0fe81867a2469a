"""Every step from deployment to report, run by Brownie against a deployed sale."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3

from registry_client.chain.network import load_network_file
from registry_client.chain.sale import SaleReader
from registry_client.models import Network
from registry_client.sale.amounts import UNIT
from scripts.devnet import Devnet, quick_blocks
from scripts.sale.onto_devnet import EXAMPLE, shifted
from tests.client.sale_fixtures import OPERATOR, Clock
from tests.scripts.sale.brownie_steps import Steps

DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


@pytest.fixture
def steps(devnet: Devnet, tmp_path: Path) -> Steps:
    found = Steps(devnet, tmp_path)
    found.account("operator", OPERATOR)
    return found


@pytest.fixture
def people(steps: Steps, sale_reader: SaleReader) -> dict[str, LocalAccount]:
    found = {name: Account.create() for name in ("anna", "ben", "carl")}
    for name, key in found.items():
        steps.account(name, key)
        sale_reader.connection.request("anvil_setBalance", [key.address, hex(1000 * UNIT)])
    return found


def test_a_sale_from_whitelist_to_withdrawal(
    steps: Steps, people: dict[str, LocalAccount], clock: Clock, sale_reader: SaleReader, sale_parameters: Path
) -> None:
    folder = steps.folder
    assert steps.run("open", "main", SALE_PARAMETERS=sale_parameters).rstrip().endswith("ready")
    (folder / "buyers.csv").write_text(f"address,reference\n{people['anna'].address},case/1\n")
    listed = steps.run("whitelist", SALE_WHITELIST=folder / "buyers.csv", SALE_ACCOUNT="operator")
    assert "added 1, listed before 0" in listed
    clock.open(2)

    refused = steps.run("buy", "main", "no\n", SALE_ACCOUNT="anna", SALE_AMOUNT="60")
    assert "buys     60,000 tokens now" in refused
    assert "Nothing was done." in refused
    assert sale_reader.buyer(people["anna"].address).contribution == 0
    assert "60,000 tokens for 60 ether" in steps.run(
        "buy", "main", "yes\n", SALE_ACCOUNT="anna", SALE_AMOUNT="60", SALE_MIN_TOKENS="60000"
    )
    unlisted = steps.run("buy", code=1, SALE_ACCOUNT="ben", SALE_AMOUNT="1")
    assert "would be refused" in unlisted
    assert "SaleUnlistedBuyer" in unlisted

    approved = {"SALE_BUYER": people["ben"].address, "SALE_APPROVAL_FILE": folder / "ben.json"}
    worthless = steps.run("approve", code=1, SALE_ACCOUNT="anna", **approved)
    assert "not an operator" in worthless
    assert not (folder / "ben.json").exists()
    steps.run("approve", SALE_ACCOUNT="operator", SALE_APPROVAL_DAYS="400", **approved)
    assert json.loads((folder / "ben.json").read_text())["buyer"] == people["ben"].address
    bought = steps.run("buy", SALE_ACCOUNT="ben", SALE_AMOUNT="150", SALE_APPROVAL_FILE=folder / "ben.json")
    assert "148,000 tokens for 150 ether" in bought

    assert "raised    210 ether; soft cap 50 (reached)" in steps.run("status", "main")
    assert "SaleStillOpen" in steps.run("finalise", code=1, SALE_ACCOUNT="carl")
    assert "SaleNotFinalised" in steps.run("claim", code=1, SALE_ACCOUNT="anna")
    clock.close()
    assert "success" in steps.run("finalise", SALE_ACCOUNT="carl")
    assert "success" in steps.run("finalise", SALE_ACCOUNT="carl")
    assert "done: 60,000 tokens" in steps.run("claim", SALE_ACCOUNT="anna")
    assert "earlier: 60,000 tokens" in steps.run("claim", SALE_ACCOUNT="anna")
    assert "SaleReachedGoal" in steps.run("refund", code=1, SALE_ACCOUNT="anna")
    assert "nothing: 0 ether" in steps.run("credit", SALE_ACCOUNT="anna")
    wallet = sale_reader.terms().wallet
    before = sale_reader.balance(wallet)
    assert "paid, transaction" in steps.run("withdraw", SALE_ACCOUNT="carl")
    assert "was paid before" in steps.run("withdraw", SALE_ACCOUNT="carl")
    assert sale_reader.balance(wallet) - before == 210 * UNIT

    told = steps.run("report", "main", SALE_REPORT=folder / "report", SALE_PARAMETERS=sale_parameters)
    assert told.rstrip().endswith("reconciled")
    with (folder / "report" / "buyers.csv").open() as file:
        rows = {row["address"]: row for row in csv.DictReader(file)}
    assert rows[people["anna"].address]["units_claimed"] == str(60_000 * UNIT)
    assert rows[people["ben"].address]["wei"] == str(150 * UNIT)


def test_a_failed_sale_is_refunded_by_the_steps(
    steps: Steps, people: dict[str, LocalAccount], clock: Clock, whitelist: Callable[[list[str]], None]
) -> None:
    whitelist([people["anna"].address])
    clock.open()
    steps.run("buy", SALE_ACCOUNT="anna", SALE_AMOUNT="10")
    clock.close()
    assert "failure: buyers are refunded" in steps.run("finalise", SALE_ACCOUNT="anna")
    assert "done: 10 ether" in steps.run("refund", SALE_ACCOUNT="anna", SALE_RECEIVER=Account.create().address)
    assert "SaleMissedGoal" in steps.run("withdraw", code=1, SALE_ACCOUNT="anna")


def test_deploy_gives_everything_away(sale_reader: SaleReader, sale_network: Network) -> None:
    assert sale_reader.token_balance(DEPLOYER) == 0
    assert not sale_reader.may_whitelist(DEPLOYER)
    assert sale_reader.may_whitelist(OPERATOR.address)
    assert sale_network.token == sale_reader.terms().token


def test_deploy_asks_and_does_nothing_without_a_yes(steps: Steps, sale_parameters: Path, clock: Clock) -> None:
    before = steps.devnet.deployment.read_text()
    text = steps.run("deploy", "main", "no\n", SALE_PARAMETERS=sale_parameters)
    assert "What a payment buys in `Early birds`, in tokens:" in text
    assert "Nothing was done." in text
    assert steps.devnet.deployment.read_text() == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("= 2030-", "= 2020-"), "is over, or too soon"),
        (("rate = 1000", "rate = 0"), "tranches[1].rate: must be 1 to"),
        (("0x90F79bf6EB2c4f870365E785982E1f101E93b906", DEPLOYER), "the deployer must hold no role"),
    ],
    ids=["past", "bad rate", "deployer is operator"],
)
def test_deploy_refuses(
    steps: Steps, sale_reader: SaleReader, change: tuple[str, str], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "sale.toml"
    path.write_text(EXAMPLE.read_text().replace(*change))
    before = sale_reader.connection.request("eth_getTransactionCount", [DEPLOYER, "latest"])
    assert message in steps.run("deploy", code=1, SALE_PARAMETERS=path)
    assert sale_reader.connection.request("eth_getTransactionCount", [DEPLOYER, "latest"]) == before


@pytest.mark.parametrize("code", ["0x60006000fd", "0xfe"], ids=["reverts", "fails"])
def test_deploy_refuses_a_wallet_that_takes_no_ether(steps: Steps, sale_reader: SaleReader, code: str) -> None:
    wallet = sale_reader.terms().wallet
    sale_reader.connection.request("anvil_setCode", [wallet, code])
    before = sale_reader.connection.request("eth_getTransactionCount", [DEPLOYER, "latest"])
    assert f"sale.wallet: {wallet} does not take ether" in steps.run("deploy", code=1, SALE_PARAMETERS=EXAMPLE)
    assert sale_reader.connection.request("eth_getTransactionCount", [DEPLOYER, "latest"]) == before


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("maximum = 250 ", "maximum = 251 ", "NOT  the contract's terms are those of the file"),
        ("cliff_days = 365", "cliff_days = 364", "NOT  it vests when the file says"),
        ("0x976EA74026E726554dB657fA54763abd0C3a0aa9", DEPLOYER, "NOT  pausers: 0x976EA7"),
    ],
)
def test_open_says_where_the_sale_is_not_the_files(
    steps: Steps, sale_parameters: Path, sale_reader: SaleReader, old: str, new: str, line: str, tmp_path: Path
) -> None:
    path = tmp_path / "other.toml"
    path.write_text(sale_parameters.read_text().replace(old, new))
    text = steps.run("open", "main", code=1, SALE_PARAMETERS=path)
    assert line in text
    assert "not ready" in text


def test_a_second_sale_replaces_the_first_in_the_deployment_file(
    steps: Steps, sale_reader: SaleReader, clock: Clock, tmp_path: Path
) -> None:
    shutil.copy(steps.devnet.deployment, tmp_path / "other.json")
    (tmp_path / "sale.toml").write_text(shifted(EXAMPLE.read_text(), clock.time + 600))
    with quick_blocks(sale_reader.connection.network.rpc_url, steps.devnet.block_seconds):
        steps.run("deploy", SALE_PARAMETERS=tmp_path / "sale.toml", REGISTRY_DEPLOYMENT_FILE=tmp_path / "other.json")
    other = load_network_file(tmp_path / "other.json")
    assert other.sale != sale_reader.address
    assert Web3.is_checksum_address(other.sale)

"""The example's sale on the tests' chain, its clock, and an operator who may whitelist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from registry_client.chain.connection import Connection
from registry_client.chain.network import load_network_file
from registry_client.chain.sale import SaleReader
from registry_client.chain.sender import Sender
from registry_client.models import Network
from registry_client.models.sale import SaleTerms
from scripts.devnet import Devnet
from scripts.sale.onto_devnet import deploy_sale
from scripts.sale.setting import Setting, setting

Account.enable_unaudited_hdwallet_features()
OPERATOR: LocalAccount = Account.from_mnemonic(
    "test test test test test test test test test test test junk", account_path="m/44'/60'/0'/0/3"
)


@dataclass
class Clock:
    """The chain's time, moved at will; the next test finds it where it was."""

    connection: Connection
    terms: SaleTerms

    @property
    def time(self) -> int:
        return self.connection.block()[1]

    def at(self, time: int) -> None:
        """A block at ``time`` (Unix seconds) or a few seconds later."""
        self.connection.request("evm_increaseTime", [max(0, time - self.time)])
        self.connection.request("evm_mine", [])

    def open(self, number: int = 1) -> None:
        """Into round ``number``, counted from 1."""
        self.at(self.terms.rounds[number - 1].opening_time)

    def close(self) -> None:
        self.at(self.terms.rounds[-1].closing_time)


@pytest.fixture(scope="session")
def sale_parameters(devnet: Devnet) -> Path:
    """The deployed sale's parameters file."""
    return deploy_sale(devnet)


@pytest.fixture(scope="session")
def sale_network(devnet: Devnet, sale_parameters: Path) -> Network:
    return load_network_file(devnet.deployment)


@pytest.fixture
def sale_reader(network: Network, sale_network: Network) -> SaleReader:
    """Over the session's sale; ``network`` is asked for so that the chain is cleaned after the test."""
    return SaleReader(Connection(sale_network))


@pytest.fixture
def clock(sale_reader: SaleReader) -> Clock:
    return Clock(sale_reader.connection, sale_reader.terms())


@pytest.fixture
def operator(sale_network: Network, sale_reader: SaleReader, tmp_path: Path) -> Setting:
    found = setting(sale_network, OPERATOR, tmp_path / "operator")
    found.sender.wait_seconds = 30
    return found


@pytest.fixture
def whitelist(sale_reader: SaleReader, operator: Setting) -> Callable[[Sequence[str]], None]:
    """Puts addresses on the list by a transaction of the operator's."""

    def put(addresses: Sequence[str]) -> None:
        sender: Sender = operator.sender
        key = "whitelist:" + ",".join(addresses)
        sender.send(key, sale_reader.address, sale_reader.whitelist_data(addresses, True), repeatable=True)

    return put

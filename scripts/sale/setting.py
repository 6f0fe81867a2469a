"""What every step works with: the network's deployment file, Brownie's node and account, a journal on disk.

Read from the environment:

- REGISTRY_DEPLOYMENT_FILE: the network's deployment file; without it registry_client/deployments/local.json.
- SALE_ACCOUNT: a Brownie account's name (``brownie accounts new NAME``), where a step sends or signs.
- SALE_PASSPHRASE_FILE: a file whose first line is its passphrase; asked for without it.
- SALE_JOURNAL: the folder of the journal; without it ``.sale`` in this project. Keep it until the sale is over: it is
  what keeps a killed step from sending twice.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from getpass import getpass
from pathlib import Path

from eth_account.signers.local import LocalAccount

from registry_client.chain.connection import Connection
from registry_client.chain.journal import Journal
from registry_client.chain.keystore import Keystore
from registry_client.chain.network import load_network_file
from registry_client.chain.sale import SaleReader
from registry_client.chain.sender import Sender
from registry_client.models import Network
from scripts.processes import ROOT

DEVELOPMENT_CHAIN = 31337


@dataclass
class Setting:
    """One sale, and one account where a step needs it."""

    network: Network
    connection: Connection
    reader: SaleReader
    account: LocalAccount | None = None
    journal: Journal | None = None

    @property
    def scope(self) -> str:
        """Chain and sale: keeps two sales' journals apart."""
        return f"{self.network.chain_id}:{self.network.sale}"

    @property
    def sender(self) -> Sender:
        if self.account is None or self.journal is None:
            raise ValueError("this step needs an account: SALE_ACCOUNT names a Brownie account")
        return Sender(self.connection, self.journal, self.account)

    def close(self) -> None:
        if self.journal is not None:
            self.journal.close()


def margin_seconds(chain_id: int) -> int:
    """The least time between the start of a deployment and the first opening.

    A dozen transactions follow each other, each mined before the next is sent, and then ``open`` checks them: where
    blocks take their time or fees rise, minutes. A sale that is deployed after its opening is refused by its
    constructor; one that opens before its roles are given can be neither paused nor whitelisted for.
    """
    return 60 if chain_id == DEVELOPMENT_CHAIN else 3_600


def deployment_file() -> Path:
    default = ROOT / "registry_client" / "deployments" / "local.json"
    return Path(os.environ.get("REGISTRY_DEPLOYMENT_FILE", default))


def setting(network: Network, account: LocalAccount | None = None, journal_folder: Path | None = None) -> Setting:
    """The pieces over a network. Raises ChainError: unreachable, another chain, no contract."""
    connection = Connection(network)
    connection.check()
    reader = SaleReader(connection)
    journal = None
    if account is not None:
        journal = Journal((journal_folder or ROOT / ".sale") / f"{network.chain_id}-{network.sale}.sqlite")
    return Setting(network, connection, reader, account, journal)


def from_brownie(needs_account: bool = True) -> Setting:
    """The pieces over Brownie's active network, whose node is spoken to, and Brownie's account."""
    from brownie import web3

    network = replace(load_network_file(deployment_file()), rpc_url=str(web3.provider.endpoint_uri))
    account = None
    if needs_account:
        if "SALE_ACCOUNT" not in os.environ:
            raise SystemExit("SALE_ACCOUNT names no account; `brownie accounts new NAME` makes one")
        # Read here: where a development node holds the same account, Brownie gives the node's, without a key.
        keystore = Keystore(Path.home() / ".brownie" / "accounts")
        account = keystore.unlock(os.environ["SALE_ACCOUNT"], _passphrase())
    folder = os.environ.get("SALE_JOURNAL")
    return setting(network, account, Path(folder) if folder else None)


def confirmed(question: str) -> bool:
    """Whether the person wrote ``yes`` in full."""
    if input(f"{question} Write yes: ").strip() == "yes":
        return True
    print("Nothing was done.")
    return False


def needed(name: str, what: str) -> str:
    """A variable of the environment that a step cannot do without."""
    if not os.environ.get(name):
        raise SystemExit(f"{name} is not set: {what}")
    return os.environ[name]


def _passphrase() -> str:
    file = os.environ.get("SALE_PASSPHRASE_FILE")
    return Path(file).read_text(encoding="utf-8").splitlines()[0] if file else getpass("Passphrase: ")

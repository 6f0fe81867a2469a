"""One photographer's client: account, journal, stores and registrar over the real chain."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eth_account.signers.local import LocalAccount

from registry_client.chain.connection import Connection
from registry_client.chain.journal import Journal
from registry_client.chain.registry import RegistryReader
from registry_client.chain.sender import Sender
from registry_client.models import Network
from registry_client.registration.register import Registrar
from registry_client.store.folder import FolderStore
from registry_client.store.local import ContentStore
from registry_client.store.outbox import Outbox


@dataclass
class Client:
    account: LocalAccount
    connection: Connection
    reader: RegistryReader
    store: ContentStore
    journal: Journal
    sender: Sender
    registrar: Registrar

    @property
    def address(self) -> str:
        return str(self.account.address)

    def nonce(self) -> int:
        return int(self.connection.request("eth_getTransactionCount", [self.address, "latest"]), 16)


def client(network: Network, account: LocalAccount, home: Path, blocks: Path | None = None) -> Client:
    """``blocks``: a folder shared with others, as IPFS would be."""
    connection = Connection(network)
    reader = RegistryReader(connection)
    store = ContentStore(FolderStore(blocks or home / "blocks"), None, Outbox(home / "outbox.sqlite"))
    journal = Journal(home / "journal.sqlite")
    sender = Sender(connection, journal, account, wait_seconds=30)
    scope = f"{network.chain_id}:{network.registry}"
    registrar = Registrar(reader, sender, journal, store, network.registry, sender.address, scope)
    return Client(account, connection, reader, store, journal, sender, registrar)

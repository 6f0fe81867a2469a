"""An agency, owners with titled works and mandates, on the real chain; and the agency's files of sales."""

from __future__ import annotations

import csv
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount

from registry_client.chain.connection import Connection
from registry_client.chain.journal import Journal
from registry_client.chain.licences import LicenceCalls, LicenceReader
from registry_client.chain.registry import RegistryReader
from registry_client.chain.sealing import sealing_secret
from registry_client.chain.sender import Sender
from registry_client.content.merkle import MerkleTree
from registry_client.licensing.reports.books import AgencyBooks
from registry_client.licensing.reports.protocols import folder_of
from registry_client.licensing.reports.sales_csv import COLUMNS, OPTIONAL_COLUMNS
from registry_client.licensing.reports.sealing import public_key
from registry_client.licensing.reports.submit import Reporter
from registry_client.models import FOREVER, MandateTerms, Network, Report, Scope, Work
from registry_client.rights.instant import format_instant
from registry_client.rights.licence import LicenceIds
from registry_client.store.folder import FolderStore
from registry_client.store.kubo import KuboStore
from registry_client.store.local import ContentStore
from registry_client.store.outbox import Outbox

EVERYTHING = Scope(2**64 - 1, 2**256 - 1, 0, FOREVER)
TERMS = "0x" + "7e" * 32
DAY = 86_400


@dataclass
class Party:
    """An account that can send."""

    account: LocalAccount
    sender: Sender
    contract: str

    @property
    def address(self) -> str:
        return str(self.account.address)

    def send(self, data: bytes) -> None:
        self.sender.send(secrets.token_hex(8), self.contract, data)

    def publish_key(self) -> None:
        self.send(LicenceCalls().publish_key(public_key(sealing_secret(self.account))))

    def give_mandate(self, agent: str, until: int, **terms: object) -> None:
        given = {"scope": EVERYTHING, "expires_at": until, "reporting_period": 30 * DAY, **terms}
        self.send(LicenceCalls().grant_mandate(MandateTerms(agent=agent, **given)))  # type: ignore[arg-type]


@dataclass
class World:
    """``works`` of each owner's address; mandates are numbered as they are given."""

    network: Network
    folder: Path
    kubo: KuboStore | None = None
    works: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = Connection(self.network)
        self.reader = LicenceReader(self.connection)
        self.contract = self.reader.address
        self.ids = LicenceIds(self.network.chain_id, self.contract)
        self.journal = Journal(self.folder / "world.sqlite")

    def party(self) -> Party:
        account: LocalAccount = Account.create()
        self.connection.request("anvil_setBalance", [account.address, hex(10**20)])
        return Party(account, Sender(self.connection, self.journal, account, wait_seconds=30), self.contract)

    def title(self, registrant: Party, owners: Iterable[str], each: int = 3) -> None:
        """Titled works for each owner."""
        made = [Work(*(secrets.token_bytes(32) for _ in range(3)), owner) for owner in owners for _ in range(each)]
        tree, registry = MerkleTree(made), RegistryReader(self.connection)
        sender = registrant.sender
        sender.send("anchor", self.network.registry, registry.anchor_data(tree.root, bytes(32)))
        data = registry.register_many_data(made, tree.root, [tree.proof(work) for work in made])
        while self.connection.block()[0] <= registry.anchor(tree.root).block:  # type: ignore[union-attr]
            time.sleep(0.1)
        sender.send("titles", self.network.registry, data)
        for work in made:
            self.works.setdefault(work.owner, []).append(work.work_id)

    @property
    def now(self) -> int:
        return self.connection.block()[1]

    def pass_time(self, seconds: int) -> None:
        self.connection.request("evm_increaseTime", [seconds])
        self.connection.request("evm_mine", [])

    def store(self, name: str) -> ContentStore:
        """A store of its own, over the world's Kubo."""
        home = self.folder / name
        return ContentStore(FolderStore(home / "blocks"), self.kubo, Outbox(home / "outbox.sqlite"))

    def reporter(self, agency: Party, home: Path, sender: Sender | None = None) -> Reporter:
        books = AgencyBooks(folder_of(home, self.network.chain_id, self.contract, agency.address), agency.address)
        store = ContentStore(FolderStore(home / "blocks"), self.kubo, Outbox(home / "outbox.sqlite"))
        return Reporter(
            self.reader,
            RegistryReader(self.connection),
            LicenceCalls(),
            sender or agency.sender,
            store,
            books,
            self.ids,
            self.contract,
            f"{self.network.chain_id}:{self.contract}",
            lambda: self.connection.block()[1],
        )

    def reports(self, agency: Party) -> list[Report]:
        return self.reader.reports(agency.address, self.network.from_block, self.connection.block()[0])


def row(work_id: int, mandate: int, sold_at: int, reference: str, /, **cells: str) -> dict[str, str]:
    """A good sale; ``cells`` change it (``start`` for the column from)."""
    found = {
        "reference": reference,
        "work": f"0x{work_id:064x}",
        "mandate": str(mandate),
        "sold_at": format_instant(sold_at),
        "licensee_name": "Studio Blau",
        "end_user": "example.com",
        "media": "2WEB",
        "territories": "DE, AT",
        "from": format_instant(sold_at),
        "until": "2040-01-01",
        "terms": TERMS,
    }
    if "start" in cells:
        cells["from"] = cells.pop("start")
    return found | cells


def write_sales(
    path: Path, rows: Iterable[dict[str, str]], columns: Iterable[str] = COLUMNS + OPTIONAL_COLUMNS
) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path

"""Histories on a real chain: titles, mandates, licences by each means, and checks of uses."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from registry_client.chain.connection import Connection, quantity
from registry_client.chain.contract import ContractAbi, Event
from registry_client.chain.history import HistoryReader
from registry_client.chain.licences import LicenceCalls, LicenceReader
from registry_client.chain.registry import RegistryReader
from registry_client.checks.check import check_use
from registry_client.checks.index import LicenceIndex
from registry_client.checks.knowledge import KnowledgeBook
from registry_client.checks.target import Catalogue
from registry_client.checks.verdict import Verdict
from registry_client.content import manifest
from registry_client.content.keccak import keccak
from registry_client.content.merkle import MerkleTree
from registry_client.models import (
    FOREVER,
    OPEN_SALT,
    Flags,
    Inclusion,
    KnownLicence,
    Licence,
    MandateTerms,
    Network,
    Report,
    ReportHeader,
    ReportRow,
    Scope,
    Work,
)
from registry_client.rights.end_user import commit
from registry_client.rights.licence import LicenceIds, typed_data
from registry_client.store.folder import FolderStore
from registry_client.store.local import ContentStore
from registry_client.store.outbox import Outbox

GAS = hex(3_000_000)
DAY = 86_400
WEB, PRINT, TV = 1, 2, 4
DE, FR, CH = 1 << 10, 1 << 11, 1 << 12
TERMS = hashlib.sha256(b"terms").digest()
EVERYWHERE = Scope(WEB | PRINT | TV, DE | FR | CH, 0, FOREVER)


def user(name: str, salt: bytes = OPEN_SALT) -> bytes:
    return commit(name, salt)


class Rows:
    """A report's tree over licence ids, and the proofs of its rows."""

    def __init__(self, ids: Sequence[bytes]) -> None:
        depth = (len(ids) - 1).bit_length() if ids else 0
        level = [keccak(keccak(one)) for one in ids] + [bytes(32)] * ((1 << depth) - len(ids) if ids else 0)
        self.levels = [level]
        while len(level) > 1:
            level = [keccak(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
            self.levels.append(level)
        self.root = self.levels[-1][0] if ids else bytes(32)

    def proof(self, row: int) -> tuple[bytes, ...]:
        return tuple(level[(row >> height) ^ 1] for height, level in enumerate(self.levels[:-1]))


class Story:
    """Each transaction is a block of its own; ``now`` is the newest block's time and moves by seconds."""

    def __init__(self, network: Network, home: Path) -> None:
        self.network = network
        self.connection = Connection(network)
        self.chain = HistoryReader(self.connection)
        self.reader = LicenceReader(self.connection)
        self.registry = RegistryReader(self.connection)
        self.calls = LicenceCalls()
        self.ids = LicenceIds(network.chain_id, self.reader.address)
        self.index = LicenceIndex(home / "index.sqlite", self.chain)
        self.book = KnowledgeBook(home / "knowledge.sqlite")
        self.store = ContentStore(FolderStore(home / "blocks"), None, Outbox(home / "outbox.sqlite"))
        self.catalogue = Catalogue(self.registry, self.store)
        self.keys: dict[str, LocalAccount] = {}
        self.reports: dict[tuple[str, int], tuple[Report, Rows]] = {}
        self._titles = ContractAbi("CopyrightRegistry")
        self.connection.request("anvil_autoImpersonateAccount", [True])
        self.far = self.now + 1000 * DAY

    def close(self) -> None:
        self.index.close()
        self.book.close()

    @property
    def now(self) -> int:
        return self.connection.block()[1]

    def account(self) -> str:
        key: LocalAccount = Account.create()
        self.connection.request("anvil_setBalance", [key.address, hex(10**20)])
        self.keys[key.address] = key
        return str(key.address)

    def pass_until(self, instant: int) -> None:
        self.connection.request("evm_setNextBlockTimestamp", [hex(instant)])
        self.connection.request("evm_mine", [])

    def send(self, sender: str, to: str, data: bytes, seconds: int = 1) -> list[Event] | None:
        """The events of the mined transaction, ``seconds`` after the newest block; None when it reverted."""
        self.connection.request("evm_setNextBlockTimestamp", [hex(self.now + seconds)])
        transaction = {"from": sender, "to": to, "data": "0x" + data.hex(), "gas": GAS}
        found = self.connection.request("eth_sendTransaction", [transaction])
        end = time.monotonic() + 10
        while (receipt := self.connection.request("eth_getTransactionReceipt", [found])) is None:
            assert time.monotonic() < end, "not mined"
            time.sleep(0.002)
        if quantity(receipt["status"], "status") == 0:
            return None
        abi = self.reader.abi if to == self.reader.address else self._titles
        return [abi.event(log) for log in receipt["logs"]]

    def must(self, sender: str, data: bytes, seconds: int = 1) -> list[Event]:
        events = self.send(sender, self.reader.address, data, seconds)
        assert events is not None, self.reason(sender, data)
        return events

    def reason(self, sender: str, data: bytes) -> str:
        try:
            self.connection.call(self.reader.address, data, sender=sender)
        except Exception as error:
            return str(error)
        return "no reason"

    # Titles

    def work(self, owner: str, fingerprint: bytes | None = None, content_hash: bytes | None = None) -> Work:
        return Work(
            content_hash or secrets.token_bytes(32),
            fingerprint or secrets.token_bytes(32),
            secrets.token_bytes(32),
            owner,
        )

    def anchor(self, *works: Work) -> MerkleTree:
        tree = MerkleTree(works)
        block = manifest.encode(sorted(works))
        self.store.add_block(block)
        digest = hashlib.sha256(block).digest()
        data = self.registry.anchor_data(tree.root, digest)
        assert self.send(works[0].owner, self.registry.address, data) is not None
        return tree

    def title(self, owner: str, work: Work | None = None) -> int:
        """The id of a work with a title."""
        work = work or self.work(owner)
        tree = self.anchor(work)
        data = self.registry.register_data(work, tree.root, tree.proof(work))
        assert self.send(owner, self.registry.address, data) is not None
        return work.work_id

    def sell(self, owner: str, to: str, work_id: int) -> None:
        data = self.registry.transfer_data(owner, to, work_id)
        assert self.send(owner, self.registry.address, data) is not None

    # Mandates and licences

    def mandate(self, grantor: str, agent: str, scope: Scope = EVERYWHERE, **terms: Any) -> int:
        terms = {"expires_at": self.far, "reporting_period": DAY} | terms
        events = self.must(grantor, self.calls.grant_mandate(MandateTerms(agent=agent, scope=scope, **terms)))
        return int(events[0].values["mandate"])

    def revoke_mandate(self, by: str, mandate: int) -> None:
        self.must(by, self.calls.revoke_mandate(mandate))

    def licence(self, work_id: int, licensor: str, **fields: Any) -> Licence:
        """A licence for shop.example by default."""
        fields = {"scope": EVERYWHERE, "terms": TERMS, "end_user": user("shop.example")} | fields
        return Licence(work_id=work_id, licensor=licensor, nonce=secrets.randbits(63), **fields)

    def grant(self, licence: Licence) -> Licence:
        self.must(licence.licensor, self.calls.grant_licence(licence))
        return licence.dated(self.now)

    def sign(self, licence: Licence) -> bytes:
        message = typed_data(licence, self.network.chain_id, self.reader.address)
        return bytes(self.keys[licence.licensor].sign_typed_data(full_message=message).signature)

    def voucher(self, licence: Licence, name: str | None = None, salt: bytes | None = None) -> KnownLicence:
        return KnownLicence(licence, self.ids.id_of(licence), self.sign(licence), name, salt, "a voucher in a mail")

    def report(self, agent: str, licences: Iterable[Licence], through: int | None = None) -> Report:
        ids = [self.ids.id_of(one) for one in licences]
        rows = Rows(ids)
        through = self.now if through is None else through
        data = self.calls.submit_report(rows.root, len(ids), through, TERMS)
        event = self.must(agent, data)[0]
        header = ReportHeader(*event.values["report"])
        report = Report(agent, int(event.values["index"]), rows.root, header, TERMS)
        self.reports[agent, report.index] = report, rows
        return report

    def row(
        self, report: Report, row: int, licence: Licence, name: str | None = None, salt: bytes | None = None
    ) -> KnownLicence:
        place = ReportRow(report.agent, report.index, row)
        return KnownLicence(licence, self.ids.id_of(licence), place, name, salt, f"report {report.index}")

    def inclusion_of(self, agent: str, index: int, row: int) -> Inclusion:
        report, rows = self.reports[agent, index]
        return Inclusion(index, report.header, row, rows.proof(row))

    def open_report(self, report: Report, known: Sequence[KnownLicence], owner: str | None = None) -> None:
        """The asker comes to know every row (of this owner)."""
        self.book.add_many(known)
        self.book.remember_opened(report, owner)

    # Checks

    def check(self, target: Any, name: str | None = "shop.example", **options: Any) -> Verdict:
        options = {"knowledge": self.book} | options
        return check_use(target, name, index=self.index, chain=self.chain, catalogue=self.catalogue, **options)


def exclusive(licence: Licence) -> Licence:
    return replace(licence, flags=licence.flags | Flags.EXCLUSIVE)

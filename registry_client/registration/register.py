"""Folder of images -> fingerprints -> records in the store -> one anchor a batch -> titles.

Each step is written to the journal before the next, so that a killed call, given again, finishes the job:
``work`` facts hold a prepared leaf, ``batch`` facts a manifest that is to be anchored, and the transaction table
the signed bytes. A work is in at most one batch of a registrant on a chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from registry_client.content import manifest as manifests
from registry_client.content import metadata
from registry_client.content.cid import cid_of_digest, digest_of
from registry_client.content.merkle import MerkleTree
from registry_client.content.pool import fingerprint_files
from registry_client.content.preview import preview_jpeg
from registry_client.errors import RegistryError
from registry_client.models import Anchor, Fingerprint, Title, Work

PIN_CHOICES = ("preview", "original", "none")
Progress = Callable[[str, int, int], None]


class Receipt(Protocol):
    @property
    def hash(self) -> str: ...
    @property
    def block(self) -> int: ...
    @property
    def gas_used(self) -> int: ...


class Sends(Protocol):
    def send(self, key: str, to: str, data: bytes) -> Receipt: ...


class Facts(Protocol):
    def get_fact(self, kind: str, key: str) -> object | None: ...
    def put_fact(self, kind: str, key: str, value: object) -> None: ...
    def facts(self, kind: str) -> Iterator[tuple[str, object]]: ...


class Reads(Protocol):
    def title(self, work_id: int) -> Title | None: ...
    def titles(self, work_ids: list[int]) -> list[Title | None]: ...
    def anchor(self, root: bytes) -> Anchor | None: ...
    def anchor_data(self, root: bytes, manifest: bytes) -> bytes: ...
    def publish_manifest_data(self, root: bytes, manifest: bytes) -> bytes: ...


class Stores(Protocol):
    def add_block(self, data: bytes) -> str: ...
    def add_file(self, path: Path) -> str: ...
    def get(self, cid: str) -> bytes: ...


@dataclass(frozen=True)
class RegisteredWork:
    """``status``: ``anchored`` (by this call or before), ``duplicate`` of an earlier file, ``taken``, ``failed``."""

    file: Path
    work_id: int | None
    status: str
    metadata_cid: str | None = None
    message: str | None = None


@dataclass(frozen=True)
class Batch:
    root: bytes
    manifest_cid: str
    count: int
    transaction: str | None
    gas_used: int


@dataclass
class Registration:
    works: list[RegisteredWork] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)


@dataclass
class Registrar:
    """Registers for one account on one network. ``scope`` (chain and contract) keeps two networks' journals apart."""

    reader: Reads
    sender: Sends
    journal: Facts
    store: Stores
    registry: str
    owner: str
    scope: str
    progress: Progress = lambda phase, done, total: None

    def register(
        self, files: list[Path], given: dict[str, object], pin: str = "preview", workers: int | None = None
    ) -> Registration:
        """Anchor every file that is not yet anchored by this account.

        A file that cannot be read is reported as ``failed`` and stops nothing else. Raises StoreError, ChainError,
        ContractError, JournalError; then the same call may be given again.
        """
        result = Registration(batches=[self._send(root, cid) for root, cid in self._unfinished()])
        fresh: dict[bytes, Work] = {}
        seen: set[bytes] = set()
        for done, (path, answer) in enumerate(fingerprint_files(files, workers=workers), 1):
            result.works.append(self._prepare(path, answer, given, pin, fresh, seen))
            self.progress("fingerprint", done, len(files))
        self._drop_taken(fresh, result)
        for part in manifests.split(sorted(fresh.values())):
            if part:
                result.batches.append(self._anchor(list(part)))
        return result

    def _key(self, content_hash: bytes) -> str:
        return f"{self.scope}:{self.owner}:{content_hash.hex()}"

    def _prepare(
        self,
        path: Path,
        answer: Fingerprint | RegistryError,
        given: dict[str, object],
        pin: str,
        fresh: dict[bytes, Work],
        seen: set[bytes],
    ) -> RegisteredWork:
        if isinstance(answer, RegistryError):
            return RegisteredWork(path, None, "failed", message=str(answer))
        digest = answer.content_hash
        work_id = int.from_bytes(digest, "big")
        known = self.journal.get_fact("work", self._key(digest))
        if isinstance(known, dict):
            cid = cid_of_digest(bytes.fromhex(known["metadata"]))
            if digest in seen:
                return RegisteredWork(path, work_id, "duplicate", cid, "the same bytes as an earlier file of this call")
            seen.add(digest)
            if not known.get("root"):
                fresh[digest] = Work(
                    digest, bytes.fromhex(known["fingerprint"]), bytes.fromhex(known["metadata"]), self.owner
                )
            return RegisteredWork(path, work_id, "anchored", cid)
        try:
            preview = self.store.add_block(preview_jpeg(path)) if pin == "preview" else None
            original = self.store.add_file(path) if pin == "original" else None
            record = metadata.build_record(answer, metadata.read_embedded(path), given, preview, original)
        except RegistryError as error:
            if type(error).__name__.startswith("Store"):
                raise
            return RegisteredWork(path, None, "failed", message=str(error))
        cid = self.store.add_block(record)
        work = Work(digest, answer.fingerprint, digest_of(cid), self.owner)
        self.journal.put_fact(
            "work",
            self._key(digest),
            {"fingerprint": work.fingerprint.hex(), "metadata": work.metadata.hex(), "root": None},
        )
        fresh[digest] = work
        seen.add(digest)
        return RegisteredWork(path, work_id, "anchored", cid)

    def _drop_taken(self, fresh: dict[bytes, Work], result: Registration) -> None:
        """A work that carries another's title is not anchored: opposing it is a decision of its own."""
        hashes = list(fresh)
        taken: dict[int, str] = {}
        for start in range(0, len(hashes), 500):
            part = hashes[start : start + 500]
            titles = self.reader.titles([int.from_bytes(h, "big") for h in part])
            for content_hash, title in zip(part, titles, strict=True):
                if title is not None and title.owner != self.owner:
                    taken[fresh.pop(content_hash).work_id] = title.owner
        for index, work in enumerate(result.works):
            if work.work_id in taken and work.status == "anchored":
                message = f"already registered to {taken[work.work_id]}; an earlier anchor of yours could oppose it"
                result.works[index] = RegisteredWork(work.file, work.work_id, "taken", work.metadata_cid, message)

    def _anchor(self, works: list[Work]) -> Batch:
        root = MerkleTree(works).root
        cid = self.store.add_block(manifests.encode(works))
        self.journal.put_fact("batch", f"{self.scope}:{self.owner}:{root.hex()}", {"manifest": cid, "done": False})
        return self._send(root, cid)

    def _unfinished(self) -> list[tuple[bytes, str]]:
        prefix = f"{self.scope}:{self.owner}:"
        return [
            (bytes.fromhex(key[len(prefix) :]), value["manifest"])
            for key, value in self.journal.facts("batch")
            if key.startswith(prefix) and isinstance(value, dict) and not value["done"]
        ]

    def _send(self, root: bytes, cid: str) -> Batch:
        works = manifests.decode(self.store.get(cid))
        digest = digest_of(cid)
        key = f"anchor:{self.scope}:{root.hex()}"
        self.progress("anchor", 0, len(works))
        receipt = None
        anchor = self.reader.anchor(root)
        if anchor is None or anchor.registrant == self.owner:
            receipt = self.sender.send(key, self.registry, self.reader.anchor_data(root, digest))
        elif digest not in anchor.manifests:
            receipt = self.sender.send(
                f"publish:{key}", self.registry, self.reader.publish_manifest_data(root, digest)
            )
        for work in works:
            self.journal.put_fact(
                "work",
                self._key(work.content_hash),
                {"fingerprint": work.fingerprint.hex(), "metadata": work.metadata.hex(), "root": root.hex()},
            )
        self.journal.put_fact("batch", f"{self.scope}:{self.owner}:{root.hex()}", {"manifest": cid, "done": True})
        self.progress("anchor", len(works), len(works))
        return Batch(root, cid, len(works), receipt.hash if receipt else None, receipt.gas_used if receipt else 0)


def gas_of(batches: Iterable[Batch]) -> int:
    """Gas units of all batches together."""
    return sum(batch.gas_used for batch in batches)

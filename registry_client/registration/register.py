"""Folder of images -> fingerprints -> records in the store -> one anchor a batch -> titles.

Each step is written to the journal before the next, so that a killed call, given again, finishes the job:
``work`` facts hold a prepared leaf, ``batch`` facts a manifest that is to be anchored, and the transaction table
the signed bytes. A work is in at most one batch of a registrant on a chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from registry_client.content import manifest as manifests
from registry_client.content.cid import cid_of_digest, digest_of
from registry_client.content.examine import Examined
from registry_client.content.merkle import MerkleTree
from registry_client.content.metadata import build_record
from registry_client.content.pool import examine_files
from registry_client.errors import (
    BlockMissing,
    ChainUnavailable,
    ContentError,
    ContractError,
    RegistryError,
    TransactionFailed,
)
from registry_client.models import Anchor, Receipt, Title, Work
from registry_client.registration.ownership import manifests_of

PIN_CHOICES = ("preview", "original", "none")
Progress = Callable[[str, int, int], None]


class Sends(Protocol):
    def send(self, key: str, to: str, data: bytes) -> Receipt: ...
    def finish(self, key: str) -> Receipt | None: ...


class Facts(Protocol):
    def get_fact(self, kind: str, key: str) -> object | None: ...
    def put_facts(self, kind: str, entries: list[tuple[str, object]]) -> None: ...
    def facts(self, kind: str) -> Iterator[tuple[str, object]]: ...


class Reads(Protocol):
    def title(self, work_id: int) -> Title | None: ...
    def titles(self, work_ids: list[int]) -> list[Title | None]: ...
    def anchor(self, root: bytes) -> Anchor | None: ...
    def anchored(self, roots: list[bytes]) -> set[bytes]: ...
    def anchors_of(self) -> list[Anchor]: ...
    def anchor_data(self, root: bytes, manifest: bytes) -> bytes: ...
    def publish_manifest_data(self, root: bytes, manifest: bytes) -> bytes: ...


class Stores(Protocol):
    def add_block(self, data: bytes) -> str: ...
    def add_file(self, path: Path, digest: bytes) -> str: ...
    def has(self, cid: str) -> bool: ...
    def get(self, cid: str) -> bytes: ...
    def flush(self) -> None: ...


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
    warnings: list[str] = field(default_factory=list)


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
        self,
        files: list[Path],
        given: dict[str, object],
        pin: str = "preview",
        contest: bool = False,
        workers: int | None = None,
    ) -> Registration:
        """Anchor every file that this account has not yet anchored.

        ``contest``: also works that another account has registered; the claim then stands beside theirs.
        A file that cannot be read is reported as ``failed`` and stops nothing else. Raises StoreError, ChainError,
        ContractError, JournalError; then the same call may be given again.
        """
        result = Registration(batches=[self._send(root, cid) for root, cid in self._unfinished()])
        fresh: dict[bytes, Work] = {}
        seen: set[bytes] = set()
        gone = self._gone()
        examined = examine_files(files, preview=pin == "preview", workers=workers)
        for done, (path, answer) in enumerate(examined, 1):
            result.works.append(self._prepare(path, answer, given, pin, fresh, seen, gone))
            self.progress("examine", done, len(files))
        if not contest:
            self._drop_taken(fresh, result)
        self.store.flush()
        for part in manifests.split(sorted(fresh.values())):
            result.batches.append(self._anchor(part))
        return result

    def _key(self, content_hash: bytes) -> str:
        return f"{self.scope}:{self.owner}:{content_hash.hex()}"

    def _gone(self) -> set[str]:
        """Roots of the journal that the chain does not know: a reorganisation, or a development chain begun anew."""
        prefix = f"{self.scope}:{self.owner}:"
        roots = [bytes.fromhex(key[len(prefix) :]) for key, _ in self.journal.facts("batch") if key.startswith(prefix)]
        return {root.hex() for root in set(roots) - self.reader.anchored(roots)}

    def _prepare(
        self,
        path: Path,
        answer: Examined | RegistryError,
        given: dict[str, object],
        pin: str,
        fresh: dict[bytes, Work],
        seen: set[bytes],
        gone: set[str],
    ) -> RegisteredWork:
        if isinstance(answer, RegistryError):
            return RegisteredWork(path, None, "failed", message=str(answer))
        digest = answer.fingerprint.content_hash
        work_id = int.from_bytes(digest, "big")
        known = self._known(digest)
        if digest in seen:
            message = "the same bytes as an earlier file of this call"
            return RegisteredWork(
                path, work_id, "duplicate", cid_of_digest(known[0].metadata) if known else None, message
            )
        if known is None:
            try:
                work = self._record(path, answer, given, pin)
            except (ContentError, OSError) as error:
                return RegisteredWork(path, work_id, "failed", message=str(error))
            root = None
        else:
            work, root = known
        if root is None or root in gone:
            fresh[digest] = work
        seen.add(digest)
        unchanged = "anchored before; its record is unchanged" if given and root and root not in gone else None
        return RegisteredWork(path, work_id, "anchored", cid_of_digest(work.metadata), unchanged)

    def _known(self, digest: bytes) -> tuple[Work, str | None] | None:
        """A leaf prepared before, whose record is still in the store, and its root if it was anchored."""
        fact = self.journal.get_fact("work", self._key(digest))
        if not isinstance(fact, dict):
            return None
        work = Work(digest, bytes.fromhex(fact["fingerprint"]), bytes.fromhex(fact["metadata"]), self.owner)
        if fact["root"] is None and not self.store.has(cid_of_digest(work.metadata)):
            return None
        return work, fact["root"]

    def _record(self, path: Path, examined: Examined, given: dict[str, object], pin: str) -> Work:
        found = examined.fingerprint
        preview = self.store.add_block(examined.preview) if examined.preview else None
        original = self.store.add_file(path, found.content_hash) if pin == "original" else None
        cid = self.store.add_block(build_record(found, examined.embedded, given, preview, original))
        work = Work(found.content_hash, found.fingerprint, digest_of(cid), self.owner)
        self.journal.put_facts("work", [self._fact(work, None)])
        return work

    def _fact(self, work: Work, root: bytes | None) -> tuple[str, object]:
        value = {
            "fingerprint": work.fingerprint.hex(),
            "metadata": work.metadata.hex(),
            "root": root.hex() if root else None,
        }
        return self._key(work.content_hash), value

    def _drop_taken(self, fresh: dict[bytes, Work], result: Registration) -> None:
        """A work that another account has registered is not anchored: a claim against it is a decision of its own.

        An anchor whose manifest cannot be had is passed over: it must not be able to stop everybody's registrations.
        """
        taken: dict[int, str] = {}
        hashes = list(fresh)
        for start in range(0, len(hashes), 500):
            ids = [int.from_bytes(h, "big") for h in hashes[start : start + 500]]
            for work_id, title in zip(ids, self.reader.titles(ids), strict=True):
                if title is not None and title.owner != self.owner:
                    taken[work_id] = title.owner
        try:
            for _, _, works in manifests_of(self.reader, self.store) if fresh else ():
                for work in works:
                    if work.content_hash in fresh and work.owner != self.owner:
                        taken.setdefault(work.work_id, work.owner)
        except BlockMissing as error:
            result.warnings.append(f"not every earlier registration was compared: {error}")
        for index, registered in enumerate(result.works):
            if registered.work_id in taken and registered.status == "anchored":
                fresh.pop(registered.work_id.to_bytes(32, "big"), None)
                result.works[index] = replace(
                    registered,
                    status="taken",
                    message=f"already registered to {taken[registered.work_id]}; --contest registers your claim too",
                )

    def _anchor(self, works: list[Work]) -> Batch:
        root = MerkleTree(works).root
        cid = self.store.add_block(manifests.encode(works))
        self.store.flush()
        self.journal.put_facts("batch", [(f"{self.scope}:{self.owner}:{root.hex()}", {"manifest": cid, "done": False})])
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
        receipt = self._send_anchor(key, root, digest)
        anchor = self.reader.anchor(root)
        if anchor is None:
            raise ChainUnavailable(f"the node reports the anchor of 0x{root.hex()} as mined and does not know it")
        if digest not in anchor.manifests:  # somebody copied the root and gave another manifest
            data = self.reader.publish_manifest_data(root, digest)
            receipt = self.sender.send(f"publish:{key}", self.registry, data)
        self.journal.put_facts("work", [self._fact(work, root) for work in works])
        self.journal.put_facts("batch", [(f"{self.scope}:{self.owner}:{root.hex()}", {"manifest": cid, "done": True})])
        self.progress("anchor", len(works), len(works))
        return Batch(root, cid, len(works), receipt.hash if receipt else None, receipt.gas_used if receipt else 0)

    def _send_anchor(self, key: str, root: bytes, digest: bytes) -> Receipt | None:
        if self.reader.anchor(root) is not None:
            return self.sender.finish(key)
        try:
            return self.sender.send(key, self.registry, self.reader.anchor_data(root, digest))
        except (ContractError, TransactionFailed):
            if self.reader.anchor(root) is None:
                raise
            return None  # whoever copied the root paid for it; leaves name their owner


def gas_of(batches: Iterable[Batch]) -> int:
    """Gas units of all batches together."""
    return sum(batch.gas_used for batch in batches)

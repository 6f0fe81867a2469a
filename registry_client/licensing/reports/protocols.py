"""What reports need of the other layers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from registry_client.models import Mandate, Receipt, Report, Title


class Books(Protocol):
    """An agent's books on chain: closed up to ``complete_through``, Unix seconds, in ``reports`` reports."""

    @property
    def complete_through(self) -> int: ...
    @property
    def reports(self) -> int: ...


class Reads(Protocol):
    """LicenceRegistry, as ``chain.licences.LicenceReader`` reads it."""

    def mandate(self, mandate: int) -> Mandate: ...
    def mandate_count(self) -> int: ...
    def books(self, agent: str) -> Books: ...
    def sealing_key(self, account: str) -> bytes | None: ...
    def reports(self, agent: str, first: int, last: int) -> Sequence[Report]: ...


class Owners(Protocol):
    """Who owns works, as ``chain.registry.RegistryReader`` reads it."""

    def titles(self, work_ids: list[int]) -> list[Title | None]: ...
    def owner_at(self, work_id: int, time: int) -> str | None: ...


class Encodes(Protocol):
    """Call data, as ``chain.licences.LicenceCalls`` makes it."""

    def submit_report(self, root: bytes, count: int, complete_through: int, rows_digest: bytes) -> bytes: ...


class Sends(Protocol):
    """``chain.sender.Sender``."""

    def send(self, key: str, to: str, data: bytes) -> Receipt: ...
    def finish(self, key: str) -> Receipt | None: ...


class Gets(Protocol):
    """Blocks, each checked by its hash."""

    def get(self, cid: str) -> bytes: ...


class Stores(Gets, Protocol):
    """``store.local.ContentStore``."""

    def add_block(self, data: bytes) -> str: ...
    def flush(self) -> None: ...


def folder_of(home: Path, chain_id: int, contract: str, agent: str) -> Path:
    """Where an agency keeps its books of one chain and contract."""
    return home / "reports" / f"{chain_id}-{contract.lower()}" / agent.lower()

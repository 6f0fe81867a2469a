"""What a client knows of licences beyond the chain's events: vouchers it holds, rows of reports opened to it."""

from __future__ import annotations

from dataclasses import dataclass

from registry_client.models.licensing import Licence


@dataclass(frozen=True)
class ReportRow:
    """Where a sale stands: ``row`` from 0 on in report ``index`` of ``agent``."""

    agent: str
    index: int
    row: int


@dataclass(frozen=True)
class KnownLicence:
    """A licence and what shows that it is one.

    ``evidence``: a voucher's signature, a report's row, or None for one that is recorded on chain. ``name`` and
    ``salt`` open its end user, None where the client cannot. ``source`` says in a few words where it came from.
    """

    licence: Licence
    licence_id: bytes
    evidence: bytes | ReportRow | None
    name: str | None
    salt: bytes | None
    source: str

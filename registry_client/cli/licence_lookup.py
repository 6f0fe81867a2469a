"""The LICENCE of a command: an id or a file, with what the chain and this client know of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from registry_client.chain.licence_log import RecordedLicence
from registry_client.cli.session import Session
from registry_client.errors import ConfigurationError
from registry_client.licensing.licence_file import LicenceFile, Opening, read_licence_file
from registry_client.models import KnownLicence, Licence, ReportRow

_ID = re.compile(r"0x[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class Found:
    """A licence. ``evidence``: a voucher's signature, a report's row, a shown file's, or None for one that is on chain
    only. ``openings`` of the end users that this client can open. ``recorded`` None: nothing is on chain under its id,
    or the chain was not asked. ``file``: the one that was named."""

    licence: Licence
    licence_id: bytes
    evidence: bytes | ReportRow | None
    openings: tuple[Opening, ...]
    recorded: RecordedLicence | None
    file: LicenceFile | None


def find_licence(session: Session, text: str) -> Found:
    """The licence of an id or a file. Raises ConfigurationError for one that neither chain nor client knows."""
    if not _ID.fullmatch(text):
        file = shown_file(session, text)
        kept = of_this_network(session, session.book.of_licence(file.licence_id))
        recorded = session.log_at(session.connection.block()[0]).licence(file.licence_id)
        own = (file.opening,) if file.opening else ()
        evidence = file.evidence if isinstance(file.evidence, bytes) else _evidence(kept)
        return Found(file.licence, file.licence_id, evidence, _unique(own, kept), recorded, file)
    licence_id = bytes.fromhex(text[2:])
    kept = of_this_network(session, session.book.of_licence(licence_id))
    recorded = session.log_at(session.connection.block()[0]).licence(licence_id)
    if recorded is None and not kept:
        raise ConfigurationError(
            f"{text}: no such licence is on chain, and none is kept here. Sold by voucher or report? Then give its file"
        )
    licence = recorded.licence if recorded is not None else kept[0].licence
    return Found(licence, licence_id, _evidence(kept), _unique((), kept), recorded, None)


def shown_file(session: Session, text: str) -> LicenceFile:
    """A licence file for this network; asks no node. Raises ConfigurationError, LicenceInvalid."""
    if not Path(text).exists():
        raise ConfigurationError(f"{text}: neither a licence's id (0x and 64 hex digits) nor a file")
    return read_licence_file(Path(text), session.network.chain_id, session.licence_contract)


def of_this_network(session: Session, known: Iterable[KnownLicence]) -> list[KnownLicence]:
    """What the knowledge book, which serves every network, knows of licences of this one."""
    ids = session.ids
    return [one for one in known if ids.id_of(one.licence) == one.licence_id]


def keep(session: Session, found: Found | LicenceFile, opening: Opening | None, source: str) -> None:
    """Put a licence into the knowledge book, with what opens one of its end users."""
    evidence = found.evidence if isinstance(found.evidence, bytes | ReportRow) else None
    known = KnownLicence(
        licence=found.licence,
        licence_id=found.licence_id,
        evidence=evidence,
        name=opening.name if opening else None,
        salt=opening.salt if opening else None,
        source=source,
    )
    session.book.add_many([known])


def _evidence(kept: list[KnownLicence]) -> bytes | ReportRow | None:
    return next((known.evidence for known in kept if known.evidence is not None), None)


def _unique(first: tuple[Opening, ...], kept: list[KnownLicence]) -> tuple[Opening, ...]:
    found = dict.fromkeys(first)
    for known in kept:
        if known.name is not None and known.salt is not None:
            found[Opening(known.name, known.salt)] = None
    return tuple(found)

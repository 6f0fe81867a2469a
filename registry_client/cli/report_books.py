"""An agency's books on this device, and reports on chain, as the commands use them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from registry_client.cli.session import Session
from registry_client.errors import ConfigurationError, ReportInvalid
from registry_client.licensing.reports.books import AgencyBooks
from registry_client.licensing.reports.opened import inclusion_in
from registry_client.licensing.reports.protocols import folder_of
from registry_client.licensing.reports.rows import OpenedRow
from registry_client.models import Inclusion, Report, ReportRow


def books_of(session: Session, agent: str) -> AgencyBooks:
    """The books of an agency (an address) on this network, new ones where there are none."""
    return AgencyBooks(_folder(session, agent), agent)


def kept_books(session: Session) -> Iterator[AgencyBooks]:
    """The books of every key on this device that has some."""
    for _, address in session.keystore.entries():
        if _folder(session, address).is_dir():
            yield books_of(session, address)


def find_row(session: Session, wanted: str | bytes, agent: str | None) -> OpenedRow:
    """The reported sale of a licence id (32 bytes) or an agency's own reference.

    Raises ConfigurationError where the books on this device have none.
    """
    for books in [books_of(session, agent)] if agent else kept_books(session):
        try:
            row = books.find_row(wanted)
        finally:
            books.close()
        if row is not None:
            return row
    shown = wanted if isinstance(wanted, str) else "0x" + wanted.hex()
    raise ConfigurationError(f"{shown}: no reported sale in the books on this device has this reference or licence id")


def inclusion_of(session: Session, row: ReportRow) -> Inclusion:
    """What proves a reported sale: from the agency's own books, or from the report's public parts."""
    if _folder(session, row.agent).is_dir():
        books = books_of(session, row.agent)
        try:
            return books.inclusion_of(row.index, row.row)
        except ReportInvalid:
            pass  # reported from another device
        finally:
            books.close()
    return inclusion_in(report_at(session, row.agent, row.index), session.store, row.row)


def report_at(session: Session, agent: str, index: int) -> Report:
    """A report on chain. Raises ReportInvalid for none."""
    for report in reports_of(session, agent):
        if report.index == index:
            return report
    raise ReportInvalid(f"{agent} has no report {index} on chain")


def reports_of(session: Session, agent: str) -> list[Report]:
    """Every report of an agency that is on chain, in their order."""
    head = session.connection.block()[0]
    return session.licences.reports(agent, session.network.from_block, head)


def _folder(session: Session, agent: str) -> Path:
    return folder_of(session.home, session.network.chain_id, session.licence_contract, agent)

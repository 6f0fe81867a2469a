"""``registry report``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from registry_client.chain.licences import LicenceCalls
from registry_client.chain.sealing import sealing_secret
from registry_client.cli.output import NO, UNDETERMINED, USAGE, YES, Group, emit, progress
from registry_client.cli.report_books import books_of, find_row, inclusion_of
from registry_client.cli.session import Session, key_options, options
from registry_client.cli.values import INSTANT, format_period, refuse_existing, write_private
from registry_client.errors import ConfigurationError, RegistryError, SalesInvalid
from registry_client.licensing.licence_file import Opening
from registry_client.licensing.reports.opened import open_report
from registry_client.licensing.reports.sealing import public_key
from registry_client.licensing.reports.submit import Reporter
from registry_client.models import Mandate
from registry_client.rights.instant import format_instant


@click.group(cls=Group)
def report() -> None:
    """Tell owners what was sold, and close the books through an instant.

    Example: registry report status agency
    """


@report.command()
@click.argument("sales", metavar="CSV", required=False, type=click.Path(path_type=Path))
@click.option("--through", type=INSTANT, required=True, help="The last instant that the report covers, before now.")
@click.option("--empty", is_flag=True, help="Nothing was sold: no CSV.")
@click.option("--skip-bad", is_flag=True, help="Leave out lines with errors and report the rest.")
@key_options
@options
def submit(
    sales: Path | None,
    through: int,
    empty: bool,
    skip_bad: bool,
    account: str,
    passphrase_file: Path | None,
    network: str,
    as_json: bool,
) -> None:
    """Report the sales of a CSV and close the books: one transaction, whatever their number.

    Every line's error is told, and nothing is submitted unless --skip-bad is said. Rows are sealed to each work's
    owner; a report of nothing is a statement too (--empty). A killed call, given again, finishes.

    The required columns, and a sale (0x… stands for 0x and 64 hex digits):

    \b
    reference,work,mandate,sold_at,licensee_name,end_user,media,territories,from,until,terms
    INV-1,0x…,1,2026-10-24T10:00:00Z,Client Ltd,client.example,2WEB,DE,2026-10-24,2027-10-24,0x…

    Example: registry report submit october.csv --account agency --through 2026-11-01
    """
    if (sales is None) != empty:
        raise ConfigurationError("give the CSV of the sales, or --empty where nothing was sold (one of the two)")
    session = Session(network, as_json)
    sender = session.sender(account, passphrase_file)
    books = books_of(session, sender.address)
    try:
        reporter = Reporter(
            session.licences,
            session.reader,
            LicenceCalls(),
            sender,
            session.store,
            books,
            session.ids,
            session.licence_contract,
            f"{session.network.chain_id}:{session.licence_contract}",
            lambda: session.connection.block()[1],
        )
        try:
            prepared = reporter.prepare(sales, through, skip_bad, progress=progress(as_json), told=_teller(as_json))
        except SalesInvalid as error:
            if not error.errors:
                raise
            _print_faults(error, as_json)
            click.get_current_context().exit(USAGE)
        done = reporter.submit(prepared)
    finally:
        books.close()
    waiting = session.store.push_quietly()
    skipped = [str(error) for error in prepared.errors]
    value = {
        "agent": done.agent,
        "index": done.index,
        "count": done.count,
        "skipped": done.skipped,
        "errors": skipped,
        "root": "0x" + done.root.hex(),
        "complete_through": done.complete_through,
        "transaction": done.transaction,
        "gas_used": done.gas_used,
        "outbox": waiting,
    }
    emit(
        as_json,
        value,
        lambda: [
            *([f"skipped     {done.skipped} line(s) with errors"] if done.skipped else []),
            f"report      {done.index}: {done.count} sale(s)" if done.count else f"report      {done.index}: no sale",
            f"books       closed through {format_instant(done.complete_through)}",
            f"transaction {done.transaction}, {done.gas_used} gas",
        ],
    )


def _teller(as_json: bool) -> Callable[[object], None]:
    """Tells a person every error of every line as it is found; a machine gets them in the answer."""
    return (lambda error: None) if as_json else (lambda error: click.echo(str(error), err=True))


def _print_faults(error: SalesInvalid, as_json: bool) -> None:
    if as_json:
        value = {"error": str(error), "errors": list(error.errors), "total": error.total, "exit_code": USAGE}
        emit(True, value, lambda: [])
    else:
        click.echo(f"Error: {error}", err=True)


@report.command()
@click.argument("agent", required=False)
@options
def status(agent: str | None, network: str, as_json: bool) -> None:
    """How far an agency's books are closed, and when each mandate asks for the next report.

    AGENT is an address or a key's name; without it, every key on this device. Exit code 1 when a report is late.

    Example: registry report status 0x70997970C51812dc3A010C7d01b50e0d17dc79C8
    """
    session = Session(network, as_json)
    agents = [session.address(agent)] if agent else [address for _, address in session.keystore.entries()]
    number, now = session.connection.block()
    rows, lines, is_late = [], [], False
    for address in agents:
        books = session.licences.at(number).books(address)
        dues = _dues(session, address, number, books.complete_through, now)
        if agent is None and not books.reports and not dues:
            continue
        is_late = is_late or any(due.is_late(now) for due in dues)
        rows.append(
            {
                "agent": address,
                "complete_through": books.complete_through or None,
                "reports": books.reports,
                "due": [
                    {"mandate": due.mandate, "by": due.by, "late": due.is_late(now)}
                    for due in dues
                    if due.by is not None
                ],
            }
        )
        closed = f"closed through {format_instant(books.complete_through)}" if books.reports else "never closed"
        lines += [f"agency      {address}", f"books       {closed}, {books.reports} report(s)"]
        lines += [due.line(now) for due in dues]
    emit(as_json, {"agencies": rows, "block": number}, lambda: lines or ["no agency"])
    click.get_current_context().exit(NO if is_late else YES)


@dataclass(frozen=True)
class _Due:
    mandate: int
    by: int | None
    period: int

    def is_late(self, now: int) -> bool:
        return self.by is not None and now > self.by

    def line(self, now: int) -> str:
        if self.by is None:
            return f"mandate {self.mandate:<4}ended and reported to its end"
        word = "LATE since" if self.is_late(now) else "next report by"
        return f"mandate {self.mandate:<4}{word} {format_instant(self.by)} (every {format_period(self.period)})"


def _dues(session: Session, agent: str, block: int, complete_through: int, now: int) -> list[_Due]:
    """By when each of the agent's mandates that has begun asks for the next report: one period after the first instant
    that is not closed yet."""
    chain = session.log_at(block).mandates(agent=agent)
    dues = []
    for found in sorted(chain.values(), key=lambda one: one.id):
        if found.terms.agent != agent or found.terms.start > now:
            continue
        is_over = complete_through >= _end_of(chain, found) - 1
        first_open = max(complete_through + 1, found.terms.start)
        by = None if is_over else first_open + found.terms.reporting_period
        dues.append(_Due(found.id, by, found.terms.reporting_period))
    return dues


def _end_of(chain: dict[int, Mandate], found: Mandate) -> int:
    end, at = found.ends_at, chain.get(found.terms.parent)
    while at is not None:
        end, at = min(end, at.ends_at), chain.get(at.terms.parent)
    return end


@report.command()
@click.argument("sale", metavar="LICENCE_ID|REFERENCE")
@click.option("--agent", help="Whose books: an address, or a key's name (default: every key on this device).")
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="The file to write.")
@options
def prove(sale: str, agent: str | None, target: Path, network: str, as_json: bool) -> None:
    """Write a file that proves a reported sale, for its buyer: no key is needed, the agency's books are.

    Example: registry report prove INVOICE-4711 --to proof.json
    """
    refuse_existing(target)
    session = Session(network, as_json)
    is_id = sale.startswith("0x") and len(sale) == 66
    try:
        wanted: str | bytes = bytes.fromhex(sale[2:]) if is_id else sale
    except ValueError:
        wanted = sale
    row = find_row(session, wanted, session.address(agent) if agent else None)
    sold = row.sale
    opening = None if sold.name is None or sold.salt is None else Opening(sold.name, sold.salt)
    proof = session.licence_file(sold.licence, inclusion_of(session, row.place), opening)
    write_private(target, proof.encode())
    value = {"licence_id": "0x" + row.licence_id.hex(), "report": row.index, "row": row.row, "file": str(target)}
    emit(as_json, value, lambda: [f"{target}: row {row.row} of report {row.index}; give it to the buyer"])


@report.command("open")
@click.argument("agent", required=False)
@key_options
@options
def open_reports(agent: str | None, account: str, passphrase_file: Path | None, network: str, as_json: bool) -> None:
    """Fetch reports and open the sales in them that are sealed to you, so that `check` can use them.

    An owner opens the sales of their works in the reports of every agency they gave a mandate; an agency opens its own.
    AGENT limits it to one agency. Exit code 3 when a report could not be had or opened.

    Example: registry report open --account anna
    """
    session = Session(network, as_json)
    unlocked = session.unlock(account, passphrase_file)
    own, secret = str(unlocked.address), sealing_secret(unlocked)
    block = session.connection.block()[0]
    agents = {m.terms.agent for m in session.log_at(block).mandates(owner=own).values()} | {own}
    if agent:
        agents &= {session.address(agent)}
    opened, failed, known = 0, [], 0
    for address in sorted(agents):
        for found in session.licences.reports(address, session.network.from_block, block):
            if session.book.is_opened(found, own):
                known += 1
                continue
            try:
                rows = open_report(found, session.store, session.ids, own, secret)
                opened += session.book.add_many(row.known() for row in rows)
            except RegistryError as error:
                failed.append(str(error))
                continue
            session.book.remember_opened(found, None if address == own else own)
            known += 1
    value = {"account": own, "reports": known, "new_sales": opened, "failed": failed}
    first = f"{known} report(s) are open to you; {opened} new sale(s)"
    emit(as_json, value, lambda: [first, *(f"not opened: {message}" for message in failed)])
    click.get_current_context().exit(UNDETERMINED if failed else YES)


@report.command()
@key_options
@options
def key(account: str, passphrase_file: Path | None, network: str, as_json: bool) -> None:
    """Publish the key to which agencies seal the sales of your works; an agency needs one too.

    It is derived from the account, so it needs no backup of its own.

    Example: registry report key --account anna
    """
    session = Session(network, as_json)
    unlocked = session.unlock(account, passphrase_file)
    public = public_key(sealing_secret(unlocked))
    address = str(unlocked.address)
    value: dict[str, Any] = {"account": address, "key": "0x" + public.hex(), "transaction": None, "gas_used": 0}
    if session.licences.sealing_key(address) != public:
        sender = session.sender_for(unlocked)
        name = f"sealing-key:{session.network.chain_id}:{session.licence_contract}:{address}:{public.hex()}"
        data = LicenceCalls().publish_key(public)
        receipt = sender.send(name, session.licence_contract, data, repeatable=True)
        value |= {"transaction": receipt.hash, "gas_used": receipt.gas_used}
    done = f"published in transaction {value['transaction']}" if value["transaction"] else "was published before"
    emit(as_json, value, lambda: [f"{address}: sealing key {value['key']} {done}"])

"""``registry licence``: what the holder of a licence does with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from registry_client.chain.licences import LicenceCalls
from registry_client.cli.licence_lines import opening_json
from registry_client.cli.licence_lookup import Found, find_licence, keep
from registry_client.cli.output import NO, Command, emit
from registry_client.cli.session import Session, key_options, options
from registry_client.cli.values import END_USER
from registry_client.licensing.holding import HolderDesk
from registry_client.licensing.licence_file import Opening
from registry_client.models import OPEN_SALT


@click.command("name-end-user", cls=Command)
@click.argument("licence_id", metavar="LICENCE")
@click.argument("domain", type=END_USER)
@click.option("--sealed/--open", default=True, help="Hide who it is (default), or let anyone look it up.")
@key_options
@options
def name_end_user(
    licence_id: str,
    domain: str,
    sealed: bool,
    account: str,
    passphrase_file: Path | None,
    network: str,
    as_json: bool,
) -> None:
    """Name an end user of a licence you hold: one seat, covered from this second on.

    LICENCE is an id or a file, DOMAIN a domain or party:NAME.

    Example: registry licence name-end-user 0x5a… client.example --account designer
    """
    session = Session(network, as_json)
    found = find_licence(session, licence_id)
    desk = _desk(session, account, passphrase_file)
    if not desk.is_naming(found.licence_id, domain, not sealed) and _is_named(session, found, domain):
        message = f"{domain}: already named; nothing sent"
        emit(as_json, {"error": message, "exit_code": NO}, lambda: [message])
        click.get_current_context().exit(NO)
    named = desk.name_end_user(found.licence, found.licence_id, domain, not sealed)
    keep(session, found, named.opening, "end user named here")
    desk.named(found.licence_id, domain, not sealed)
    since = session.connection.block(hex(named.receipt.block))[1]
    value: dict[str, Any] = {
        "licence_id": "0x" + found.licence_id.hex(),
        "opening": opening_json(named.opening),
        "named_at": since,
        "transaction": named.receipt.hash,
        "gas_used": named.receipt.gas_used,
    }
    emit(
        as_json,
        value,
        lambda: [
            f"{domain} is an end user of licence 0x{found.licence_id.hex()} from now on",
            f"transaction {named.receipt.hash}, {named.receipt.gas_used} gas",
            f"next: registry licence prove 0x{found.licence_id.hex()} --end-user {domain} --to FILE, for them to show",
        ],
    )


@click.command(cls=Command)
@click.argument("licence_id", metavar="LICENCE")
@click.argument("address")
@key_options
@options
def transfer(
    licence_id: str, address: str, account: str, passphrase_file: Path | None, network: str, as_json: bool
) -> None:
    """Give a licence that you hold to ADDRESS, where its terms allow it. End users named before stay.

    Example: registry licence transfer 0x5a… 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --account designer
    """
    session = Session(network, as_json)
    to = session.address(address)
    found = find_licence(session, licence_id)
    receipt = _desk(session, account, passphrase_file).transfer(found.licence, found.licence_id, to)
    value = {
        "licence_id": "0x" + found.licence_id.hex(),
        "holder": to,
        "transaction": receipt.hash,
        "gas_used": receipt.gas_used,
    }
    emit(as_json, value, lambda: [f"licence 0x{found.licence_id.hex()} is now {to}'s (transaction {receipt.hash})"])


def _is_named(session: Session, found: Found, name: str) -> bool:
    """Whether the chain holds a naming of this end user that this client can open, or it is the licence's own."""
    if found.recorded is None:
        return False
    openings = (*(one for one in found.openings if one.name == name), Opening(name, OPEN_SALT))
    commitments = {opening.end_user for opening in openings}
    namings = session.log_at(session.connection.block()[0]).namings(found.licence_id)
    return bool(commitments & {found.licence.end_user, *(naming.end_user for naming in namings)})


def _desk(session: Session, account: str, passphrase_file: Path | None) -> HolderDesk:
    sender = session.sender(account, passphrase_file)
    return HolderDesk(LicenceCalls(), sender, session.intents(sender.address), session.licence_contract)

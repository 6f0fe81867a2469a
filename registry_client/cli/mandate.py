"""``registry mandate``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from registry_client.chain.licences import LicenceCalls
from registry_client.cli.output import Group, emit
from registry_client.cli.session import Session, hex_id, key_options, options, parse_target
from registry_client.cli.values import (
    AT_HELP,
    INSTANT,
    MANDATE_ID,
    MEDIA,
    PERIOD,
    SHARE,
    TERRITORIES,
    format_period,
    format_share,
    period_of,
)
from registry_client.errors import ConfigurationError
from registry_client.licensing.mandates import Given, MandateDesk, why_dead
from registry_client.models import Mandate, MandateTerms, Scope
from registry_client.rights.instant import format_instant
from registry_client.rights.vocabulary import describe_media, describe_territories

_DAY = 86_400
_DEFAULT_PERIOD = 30 * _DAY


@click.group(cls=Group)
def mandate() -> None:
    """Say who may license whose works, and within which bounds.

    Example: registry mandate list --work photo.jpg
    """


@mandate.command()
@click.argument("agent")
@click.option("--media", type=MEDIA, required=True, help="What may be licensed: 2WEB,2SOC or ALL.")
@click.option("--territory", type=TERRITORIES, required=True, help="Where: EU,CH or WORLDWIDE.")
@click.option("--work", help="One work, by file or id.")
@click.option("--all-works", is_flag=True, help="Every work you own, now and later.")
@click.option("--from", "start", type=INSTANT, help="First instant of the authority (default: now).")
@click.option("--until", type=INSTANT, required=True, help="First instant after it.")
@click.option("--licences-from", type=INSTANT, help="Earliest use that may be licensed (default: the day of --from).")
@click.option("--licences-until", type=INSTANT, help="When licences must end at the latest (default: --until).")
@click.option("--parent", type=MANDATE_ID, help="Your own mandate, to give a part of it on.")
@click.option("--commission", type=SHARE, default="0%", help="What stays with the agent: 20% or 2000bp (default: 0%).")
@click.option("--reports-every", type=PERIOD, help="How soon a sale must be reported (default: 30d, or the parent's).")
@click.option("--depth", type=click.IntRange(0, 7), default=0, help="Levels of further mandates (default: 0).")
@click.option("--exclusive", is_flag=True, help="Nobody else licenses there, you included.")
@key_options
@options
def grant(
    agent: str,
    media: int,
    territory: int,
    work: str | None,
    all_works: bool,
    start: int | None,
    until: int,
    licences_from: int | None,
    licences_until: int | None,
    parent: int | None,
    commission: int,
    reports_every: int | None,
    depth: int,
    exclusive: bool,
    account: str,
    passphrase_file: Path | None,
    network: str,
    as_json: bool,
) -> None:
    """Give AGENT (an address, or a key's name) a mandate to license.

    A killed call, given again, finishes; a finished one, given again, gives a second mandate.

    Example: registry mandate grant 0x7099… --account anna --all-works --media ALL --territory EU --until 2030-01-01
    """
    if bool(work) == all_works and not (parent and not work and not all_works):
        raise ConfigurationError("say which works: --work WORK or --all-works (one of the two)")
    session = Session(network, as_json)
    given_to = session.address(agent)
    work_id = parse_target(work)[0] if work else 0
    now = session.connection.block()[1]
    period = reports_every
    if parent:
        above = session.licences.mandate(parent)
        work_id = work_id or (0 if all_works else above.terms.work_id)
        period = period or above.terms.reporting_period
    authority_from = 0 if start is None or start <= now < start + _DAY else start
    first_use = licences_from if licences_from is not None else (start if start is not None else now - now % _DAY)
    if parent and licences_from is None:
        first_use = max(first_use, above.terms.scope.start)
    terms = MandateTerms(
        agent=given_to,
        scope=Scope(media, territory, first_use, until if licences_until is None else licences_until),
        expires_at=until,
        reporting_period=period or _DEFAULT_PERIOD,
        parent=parent or 0,
        work_id=work_id,
        start=authority_from,
        commission=commission,
        depth=depth,
        exclusive=exclusive,
    )
    desk = _desk(session, account, passphrase_file)
    request = {
        "for": [given_to, hex_id(work_id), parent],
        "scope": [hex(media), hex(territory), licences_from, licences_until],
        "time": [start, until, period],
        "rest": [commission, depth, exclusive],
    }
    done = desk.grant(terms, request, lambda receipt: session.log_at(receipt.block).mandate_given_by(receipt.hash))
    _print_given(session, done, as_json)


@mandate.command()
@click.argument("mandate_id", metavar="ID", type=MANDATE_ID)
@key_options
@options
def revoke(mandate_id: int, account: str, passphrase_file: Path | None, network: str, as_json: bool) -> None:
    """End a mandate from now on, and what hangs on it. Licences given before stay valid.

    Example: registry mandate revoke 3 --account anna
    """
    session = Session(network, as_json)
    done = _desk(session, account, passphrase_file).revoke(mandate_id)
    _print_given(session, done, as_json)


@mandate.command("list")
@click.option("--agent", help="Only those of this agent (an address, or a key's name).")
@click.option("--owner", help="Only those of this owner's works.")
@click.option("--work", help="Only those that reach this work, by file or id.")
@click.option("--at", "at", type=INSTANT, help=f"Only those that gave authority at this time; {AT_HELP}.")
@options
def list_mandates(
    agent: str | None, owner: str | None, work: str | None, at: int | None, network: str, as_json: bool
) -> None:
    """List mandates, in force or not.

    Example: registry mandate list --work photo.jpg --at 2026-11-20
    """
    work_id = parse_target(work)[0] if work else None
    session = Session(network, as_json)
    number, now = session.connection.block()
    wanted_owner = session.address(owner) if owner else None
    wanted_agent = session.address(agent) if agent else None
    if work_id is not None:
        found_owner = session.reader.at(number).owner_at(work_id, now if at is None else min(at, now))
        is_other = wanted_owner is not None and wanted_owner != found_owner
        wanted_owner = found_owner
        if found_owner is None or is_other:
            emit(
                as_json, {"mandates": [], "block": number}, lambda: ["no mandate: that owner has no title of this work"]
            )
            return
    chain = session.log_at(number).mandates(wanted_owner, wanted_agent)
    rows = []
    for found in sorted(chain.values(), key=lambda one: one.id):
        terms = found.terms
        if wanted_agent not in (None, terms.agent) or wanted_owner not in (None, found.owner):
            continue
        if work_id is not None and terms.work_id not in (0, work_id):
            continue
        dead = why_dead(chain, found, now if at is None else at)
        if at is None or dead is None:
            rows.append((found, dead or "in force"))
    emit(
        as_json,
        {"mandates": [mandate_json(found) | {"state": state} for found, state in rows], "block": number},
        lambda: [line for found, state in rows for line in mandate_lines(found, state)] or ["no mandate"],
    )


def _desk(session: Session, account: str, passphrase_file: Path | None) -> MandateDesk:
    sender = session.sender(account, passphrase_file)
    intents = session.intents(sender.address)
    return MandateDesk(session.licences, LicenceCalls(), sender, intents, session.licence_contract)


def _print_given(session: Session, done: Given, as_json: bool) -> None:
    number, now = session.connection.block()
    found, receipt = done.mandate, done.receipt
    chain = session.log_at(number).mandates_of([found.id])
    state = why_dead(chain, found, now) or "in force"
    value = mandate_json(found) | {"state": state, "transaction": receipt.hash, "gas_used": receipt.gas_used}
    emit(
        as_json,
        value,
        lambda: [*mandate_lines(found, state), f"transaction {receipt.hash}, {receipt.gas_used} gas"],
    )


def mandate_json(found: Mandate) -> dict[str, Any]:
    """A mandate as JSON; times Unix seconds, commission basis points."""
    terms = found.terms
    return {
        "mandate": found.id,
        "owner": found.owner,
        "agent": terms.agent,
        "parent": terms.parent or None,
        "work_id": hex_id(terms.work_id) if terms.work_id else None,
        "scope": terms.scope.to_json(),
        "start": terms.start,
        "expires_at": terms.expires_at,
        "revoked_at": found.revoked_at,
        "reporting_period": terms.reporting_period,
        "commission": terms.commission,
        "depth": terms.depth,
        "exclusive": terms.exclusive,
    }


def mandate_lines(found: Mandate, state: str) -> list[str]:
    """A mandate as a person reads it."""
    terms, scope = found.terms, found.terms.scope
    works = f"work {hex_id(terms.work_id)}" if terms.work_id else f"every work of {found.owner}"
    exclusive = ", exclusively" if terms.exclusive else ""
    above = f", as a part of mandate {terms.parent}" if terms.parent else ""
    return [
        f"mandate {found.id}: {terms.agent} may license {works}{above}",
        f"  for        {describe_media(scope.media)} in {describe_territories(scope.territories)}{exclusive}",
        f"  uses       {period_of(scope)}",
        f"  authority  from {format_instant(terms.start)} until {format_instant(terms.expires_at)}: {state}",
        f"  reports    every {format_period(terms.reporting_period)}; commission {format_share(terms.commission)}; "
        + (f"may give parts of it on, {terms.depth} level(s)" if terms.depth else "may not give it on"),
    ]

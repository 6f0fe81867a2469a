"""``registry licence``: showing licences, listing, proving and verifying them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from registry_client.chain.connection import Connection
from registry_client.chain.licence_log import RecordedLicence
from registry_client.chain.licence_reading import ShownLicences
from registry_client.cli.licence_lines import (
    end_user_lines,
    licence_json,
    licence_lines,
    opening_json,
    state_lines,
    verification_lines,
)
from registry_client.cli.licence_lookup import Found, find_licence, of_this_network, shown_file
from registry_client.cli.output import NO, YES, Command, emit
from registry_client.cli.report_books import inclusion_of
from registry_client.cli.session import Session, options, parse_target
from registry_client.cli.values import (
    AT_HELP,
    END_USER,
    INSTANT,
    MEDIA,
    TERRITORIES,
    period_of,
    refuse_existing,
    write_private,
)
from registry_client.errors import EndUserInvalid, LicenceInvalid
from registry_client.licensing.licence_file import Evidence, Opening
from registry_client.licensing.verification import Asked, verify
from registry_client.licensing.verification import as_json as verification_json
from registry_client.models import NO_END_USER, OPEN_SALT, Flags, KnownLicence, Licence, ReportRow
from registry_client.rights.vocabulary import describe_media, describe_territories


@click.command(cls=Command)
@click.argument("licence_id", metavar="LICENCE")
@click.option("--odrl", is_flag=True, help="As an ODRL Agreement (JSON-LD) with the PLUS fields it maps to.")
@options
def show(licence_id: str, odrl: bool, network: str, as_json: bool) -> None:
    """A licence in words: an id that is on chain or kept here, or a file. Decides nothing; `verify` does.

    Example: registry licence show voucher.json
    """
    session = Session(network, as_json)
    found = find_licence(session, licence_id)
    namings = session.log_at(session.connection.block()[0]).namings(found.licence_id) if found.recorded else []
    if odrl:
        agreement = session.licence_file(found.licence, None, None).agreement()
        click.echo(json.dumps(agreement, ensure_ascii=False, indent=None if as_json else 2))
        return
    by_commitment = {opening.end_user: opening for opening in found.openings}
    users = [
        {"end_user": "0x" + naming.end_user.hex(), "seat": naming.seat, "named_at": naming.named_at}
        | {"opening": opening_json(by_commitment.get(naming.end_user))}
        for naming in namings
    ]
    value = {
        **licence_json(found.licence, found.licence_id),
        "opening": opening_json(by_commitment.get(found.licence.end_user)),
        "named": users,
        "record": _record_json(found.recorded),
    }
    emit(
        as_json,
        value,
        lambda: [
            *licence_lines(found.licence, found.licence_id),
            *end_user_lines(found.licence, found.openings, namings),
            *state_lines(found.recorded),
            *_exclusivity_lines(session, found),
        ],
    )


@click.command("list", cls=Command)
@click.option("--work", help="Only those of this work, by file or id.")
@click.option("--licensor", help="Only those given by this account (an address, or a key's name).")
@click.option("--licensee", help="Only those bought or held by this account.")
@click.option("--end-user", type=END_USER, help="Only those whose end user this is, as far as it can be opened here.")
@options
def list_licences(
    work: str | None, licensor: str | None, licensee: str | None, end_user: str | None, network: str, as_json: bool
) -> None:
    """List the licences that are on chain, and the vouchers and reported sales that are known here.

    Example: registry licence list --work photo.jpg
    """
    work_id = parse_target(work)[0] if work else None
    session = Session(network, as_json)
    wanted_licensor = session.address(licensor) if licensor else None
    wanted_licensee = session.address(licensee) if licensee else None
    number, _ = session.connection.block()
    log = session.log_at(number)
    openly = Opening(end_user, OPEN_SALT).end_user if end_user else None
    named = log.named(openly) if openly else set()
    known: dict[bytes, list[KnownLicence]] = {}
    for one in of_this_network(session, session.book.licences()):
        known.setdefault(one.licence_id, []).append(one)
    rows: dict[bytes, tuple[Licence, RecordedLicence | None]] = {
        found.licence_id: (found.licence, found) for found in log.licences(work_id)
    }
    for licence_id, kept in known.items():
        rows.setdefault(licence_id, (kept[0].licence, None))
    shown = []
    for licence_id, (found, recorded) in rows.items():
        parties = {found.licensee, recorded.holder if recorded else None}
        if work_id not in (None, found.work_id) or wanted_licensor not in (None, found.licensor):
            continue
        if wanted_licensee is not None and wanted_licensee not in parties:
            continue
        openings = tuple(Opening(k.name, k.salt) for k in known.get(licence_id, []) if k.name and k.salt is not None)
        is_theirs = openly == found.end_user or licence_id in named or any(o.name == end_user for o in openings)
        if end_user is not None and not is_theirs:
            continue
        shown.append((licence_id, found, recorded, openings))
    emit(
        as_json,
        {
            "licences": [
                licence_json(found, licence_id) | {"record": _record_json(recorded)}
                for licence_id, found, recorded, _ in shown
            ],
            "block": number,
        },
        lambda: [line for row in shown for line in _row_lines(*row)] or ["no licence"],
    )


@click.command(cls=Command)
@click.argument("licence_id", metavar="LICENCE")
@click.option("--end-user", type=END_USER, help="The end user to show (default: the licence's own).")
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="The file to write.")
@options
def prove(licence_id: str, end_user: str | None, target: Path, network: str, as_json: bool) -> None:
    """Write a file with which a licence can be shown to anyone: its fields, what opens one end user, the evidence.

    It reveals this one end user and no other. LICENCE is an id that is known here, or a file.

    Example: registry licence prove 0x5a… --end-user client.example --to proof.json
    """
    refuse_existing(target)
    session = Session(network, as_json)
    found = find_licence(session, licence_id)
    opening = _opening_for(session, found, end_user)
    proof = session.licence_file(found.licence, _evidence(session, found), opening)
    write_private(target, proof.encode())
    value = {
        "licence_id": "0x" + found.licence_id.hex(),
        "file": str(target),
        "end_user": opening.name if opening else None,
        "evidence": proof.to_json()["evidence"]["kind"],
    }
    shown = f"it names {opening.name}" if opening else "it names no end user"
    emit(as_json, value, lambda: [f"{target}: {shown}; verify it with `registry licence verify {target}`"])


@click.command("verify", cls=Command)
@click.argument("file")
@click.option("--at", "at", type=INSTANT, help=f"When it was used; {AT_HELP} (default: now, if a use is stated).")
@click.option("--media", type=MEDIA, help="In which medium it was used.")
@click.option("--territory", type=TERRITORIES, help="Where it was used.")
@options
def verify_licence(
    file: str, at: int | None, media: int | None, territory: int | None, network: str, as_json: bool
) -> None:
    """Whether a licence that somebody shows is valid, and covers a use if one is given. Trusts nothing in the file.

    Without a use: whether it is valid and goes on. Revoked or ended is "no longer"; name a use before that with --at.

    Exit code 0 yes, 1 no (with the reason), 2 the file is not a licence of this network, 3 could not determine.

    Example: registry licence verify proof.json --at 2026-11-20 --media 2WEB --territory DE
    """
    session = Session(network, as_json)
    shown = shown_file(session, file)
    asked = None
    if at is not None or media is not None or territory is not None:
        asked = Asked(media or 0, territory or 0, at)
    found = verify(shown, ShownLicences(Connection(session.network)), asked)
    emit(
        as_json,
        verification_json(found) | {"licence": licence_json(shown.licence, shown.licence_id)},
        lambda: verification_lines(found),
    )
    click.get_current_context().exit(YES if found.holds else NO)


def _exclusivity_lines(session: Session, found: Found) -> list[str]:
    """Whether an exclusive licence stands against others: one that came as a voucher or in a report may not."""
    if found.recorded is None or Flags.EXCLUSIVE not in found.licence.flags:
        return []
    if found.licence_id in session.licences.exclusives(found.licence.work_id):
        return ["exclusive   since it was recorded; licences given before stay valid"]
    return ["exclusive   in name only: when it was recorded, something stood against it, so it excludes nobody"]


def _evidence(session: Session, found: Found) -> Evidence:
    """What shows the licence: its record if it is on chain, else the file's, the voucher's or the report's."""
    if found.recorded is not None:
        return None
    if found.file is not None and found.file.evidence is not None:
        return found.file.evidence
    if isinstance(found.evidence, ReportRow):
        return inclusion_of(session, found.evidence)
    if found.evidence is None:
        raise LicenceInvalid(
            f"0x{found.licence_id.hex()} is not on chain, and neither a voucher nor a report of it is known here"
        )
    return found.evidence


def _opening_for(session: Session, found: Found, end_user: str | None) -> Opening | None:
    licence = found.licence
    if end_user is None:
        if licence.end_user == NO_END_USER:
            return None
        for opening in found.openings:
            if opening.end_user == licence.end_user:
                return opening
        raise EndUserInvalid("the licence's end user is sealed and cannot be opened here; name one with --end-user")
    for opening in (*found.openings, Opening(end_user, OPEN_SALT)):
        if opening.name == end_user and _is_end_user(session, found, opening):
            return opening
    raise EndUserInvalid(f"{end_user}: not an end user of this licence, or sealed by somebody else")


def _is_end_user(session: Session, found: Found, opening: Opening) -> bool:
    if opening.end_user == found.licence.end_user:
        return True
    return found.recorded is not None and session.licences.named_at(found.licence_id, opening.end_user) is not None


def _record_json(recorded: RecordedLicence | None) -> dict[str, Any] | None:
    if recorded is None:
        return None
    record = recorded.record
    return {
        "means": record.means.name.lower(),
        "recorded_at": record.recorded_at,
        "revoked_at": record.revoked_at,
        "seats_used": record.seats_used,
        "holder": recorded.holder,
    }


def _row_lines(
    licence_id: bytes, licence: Licence, recorded: RecordedLicence | None, openings: tuple[Opening, ...]
) -> list[str]:
    scope = licence.scope
    state = state_lines(recorded)[0].removeprefix("on chain").strip()
    users = ", ".join(opening.name for opening in openings)
    return [
        f"0x{licence_id.hex()}",
        f"  {describe_media(scope.media)} in {describe_territories(scope.territories)}, {period_of(scope)}",
        f"  by {licence.licensor}" + (f", for {users}" if users else "") + f"; {state}",
    ]

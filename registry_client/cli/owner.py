"""``registry owner`` and ``registry verify-owner``."""

from __future__ import annotations

from typing import Any

import click

from registry_client.chain.registry import checksum
from registry_client.cli.output import NO, YES, Command, emit, moment
from registry_client.cli.session import Session, hex_id, options, parse_target
from registry_client.registration.ownership import Ownership, owner_of


def _ask(session: Session, target: str) -> tuple[Ownership, int]:
    work_id, found = parse_target(target)
    block, _ = session.connection.block()
    fingerprint = found.fingerprint if found is not None and found.quality >= 10 else None
    return owner_of(session.reader.at(block), session.store, work_id, fingerprint), block


def _value(answer: Ownership, block: int) -> dict[str, Any]:
    return {
        "work_id": hex_id(answer.work_id),
        "status": answer.status,
        "owner": answer.owner,
        "anchored_at": answer.anchored_at,
        "registered_at": answer.registered_at,
        "superseded": answer.superseded,
        "complete": answer.complete,
        "block": block,
        "candidates": [
            {"work_id": hex_id(c.work_id), "owner": c.owner, "distance": c.distance} for c in answer.candidates
        ],
    }


@click.command(cls=Command)
@click.argument("target", metavar="FILE|WORK_ID")
@options
def owner(target: str, network: str, as_json: bool) -> None:
    """Who owns a photograph, by file or work id. Exit code 1 when it is not registered.

    A near match by fingerprint is a candidate, never a verdict.

    Example: registry owner photo.jpg
    """
    session = Session(network, as_json)
    answer, block = _ask(session, target)

    def human() -> list[str]:
        lines = [f"work        {hex_id(answer.work_id)}", f"status      {answer.status}"]
        if answer.owner:
            lines += [f"owner       {answer.owner}", f"anchored    {moment(answer.anchored_at)}"]
        if answer.registered_at:
            lines.append(f"registered  {moment(answer.registered_at)}")
        lines += [
            f"looks like  {hex_id(c.work_id)} of {c.owner}: {c.distance} of 256 bits differ" for c in answer.candidates
        ]
        if not answer.complete:
            lines.append("warning     some anchored manifests could not be had; an earlier claim may exist")
        lines.append(f"read at block {block}; a registration is a claim, not proof of authorship")
        return lines

    emit(as_json, _value(answer, block), human)
    click.get_current_context().exit(NO if answer.status == "unregistered" else YES)


@click.command("verify-owner", cls=Command)
@click.argument("target", metavar="FILE|WORK_ID")
@click.argument("address")
@options
def verify_owner(target: str, address: str, network: str, as_json: bool) -> None:
    """Whether an address owns a photograph: exit code 0 yes, 1 no, 3 could not determine.

    Example: registry verify-owner photo.jpg 0x70997970C51812dc3A010C7d01b50e0d17dc79C8
    """
    asked = checksum(address)
    session = Session(network, as_json)
    answer, block = _ask(session, target)
    yes = answer.owner == asked
    word = "owns" if yes else "does not own"
    emit(
        as_json,
        {"verified": yes, "address": asked, **_value(answer, block)},
        lambda: [f"{asked} {word} {hex_id(answer.work_id)} ({answer.status}, block {block})"],
    )
    click.get_current_context().exit(YES if yes else NO)

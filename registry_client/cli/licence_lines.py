"""A licence as a person reads it, and as JSON."""

from __future__ import annotations

from typing import Any

from registry_client.chain.licence_log import Naming, RecordedLicence
from registry_client.cli.session import hex_id
from registry_client.cli.values import period_of
from registry_client.content.cid import cid_of_digest
from registry_client.licensing.licence_file import Opening
from registry_client.licensing.verification import Verification
from registry_client.models import NO_END_USER, NOBODY, OPEN_SALT, Flags, Licence, Outside
from registry_client.rights.instant import format_instant
from registry_client.rights.licence import to_json
from registry_client.rights.vocabulary import describe_media, describe_territories

_OUTSIDE = {
    Outside.MEDIA: "the medium",
    Outside.TERRITORIES: "the territory",
    Outside.TIME: "the time",
    Outside.BEFORE_NAMING: "the time: before this end user was named",
    Outside.REVOKED: "the time: the licence was revoked by then",
}


def licence_json(licence: Licence, licence_id: bytes) -> dict[str, Any]:
    return {"licence_id": "0x" + licence_id.hex(), **to_json(licence)}


def opening_json(opening: Opening | None) -> dict[str, str] | None:
    return None if opening is None else {"name": opening.name, "salt": "0x" + opening.salt.hex()}


def licence_lines(licence: Licence, licence_id: bytes) -> list[str]:
    """The fields in words."""
    under = f" under mandate {licence.mandate}" if licence.mandate else ", the owner"
    buyer = "a buyer without an account" if licence.licensee == NOBODY else licence.licensee
    return [
        f"licence     0x{licence_id.hex()}",
        f"work        {hex_id(licence.work_id)}",
        f"licensor    {licence.licensor}{under}",
        f"licensee    {buyer}",
        f"for         {describe_media(licence.scope.media)} in {describe_territories(licence.scope.territories)}",
        f"uses        {period_of(licence.scope)}",
        f"terms       {terms_of(licence)}; text ipfs://{cid_of_digest(licence.terms)}",
        f"dated       {format_instant(licence.issued_at)}; nonce {licence.nonce}",
    ]


def terms_of(licence: Licence) -> str:
    """What the flags and seats allow."""
    allowed = [str(flag.name).lower() for flag in Flags if flag.name and flag and flag in licence.flags]
    if allowed and Flags.EXCLUSIVE not in licence.flags:
        allowed.insert(0, "non-exclusive")
    seats = f"{licence.seats} seat(s) for end users named later" if licence.seats else "no end user can be added"
    return ", ".join([*(allowed or ["non-exclusive, not transferable, not revocable"]), seats])


def end_user_lines(licence: Licence, openings: tuple[Opening, ...], namings: list[Naming]) -> list[str]:
    """Each end user: by name where this client can open it."""
    lines = []
    if licence.end_user != NO_END_USER:
        lines.append(f"end user    {name_of(licence.end_user, openings)}, covered from the first day on")
    for naming in namings:
        since = format_instant(naming.named_at)
        lines.append(f"end user    {name_of(naming.end_user, openings)}, named {since}, covered since then")
    if not lines:
        lines.append("end user    none named yet: it covers nobody's use")
    return lines


def name_of(end_user: bytes, openings: tuple[Opening, ...]) -> str:
    for opening in openings:
        if opening.end_user == end_user:
            return opening.name + (" (open: anyone can look it up)" if opening.salt == OPEN_SALT else " (sealed)")
    return "sealed: only who holds its salt can show who it is"


def state_lines(recorded: RecordedLicence | None) -> list[str]:
    """What the chain keeps of it."""
    if recorded is None:
        return ["on chain    not recorded: whoever shows it needs its file"]
    record = recorded.record
    lines = [f"on chain    by {record.means.name.lower()}, since {format_instant(record.recorded_at)}"]
    if recorded.holder not in (None, recorded.licence.licensee):
        lines.append(f"holder      {recorded.holder}, to whom it was transferred")
    if recorded.licence.seats:
        lines.append(f"seats       {record.seats_used} of {recorded.licence.seats} taken")
    if record.revoked_at is not None:
        lines.append(f"revoked     {format_instant(record.revoked_at)}; uses before stay covered")
    return lines


def verification_lines(found: Verification) -> list[str]:
    """The answer first, in plain words, then what it rests on."""
    file = found.file
    licence = file.licence
    if not found.is_valid:
        first = f"No: this is no valid licence. {_sentence(found.reason or '')}"
    elif found.use is not None and not found.shows_end_user:
        first = "No: the licence is valid, but this file names no end user, so it shows nothing about anybody's use."
    elif found.outside:
        beyond = ", ".join(words for flag, words in _OUTSIDE.items() if flag in found.outside)
        first = f"No: the licence is valid, but this use lies outside it: {beyond}."
    elif found.use is not None and file.opening is not None:
        first = f"Yes: a valid licence, and it covers this use by {file.opening.name}."
    elif found.use is None and found.ended_at is not None:
        how = "was revoked" if found.ended_at == found.record.revoked_at else "ended"
        when = format_instant(found.ended_at)
        first = f"No longer: it was a valid licence, but it {how} on {when}; uses before that stay covered."
    elif file.opening is not None:
        first = f"Yes: a valid licence for {file.opening.name}."
    else:
        first = "Yes: a valid licence. It names no end user yet."
    lines = [first, *licence_lines(licence, file.licence_id)]
    if found.record.revoked_at is not None:
        lines.append(f"revoked     {format_instant(found.record.revoked_at)}; uses before stay covered")
    if found.use is not None:
        lines.append(f"asked       {asked_in_words(found)}")
    lines.append(f"read at block {found.block}, {format_instant(found.time)}; the chain decided, not the file")
    return lines


def asked_in_words(found: Verification) -> str:
    """The use in question."""
    use = found.use
    if use is None:
        return "the licence alone"
    parts = []
    if use.media:
        parts.append(describe_media(use.media))
    if use.territories:
        parts.append(f"in {describe_territories(use.territories)}")
    return " ".join([*parts, f"at {format_instant(use.time)}"])


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."

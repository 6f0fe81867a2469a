"""What a licence is asked for with: the options that ``licence grant`` and ``licence voucher`` share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import click

from registry_client.cli.session import Session, hex_id, parse_target
from registry_client.cli.values import END_USER, INSTANT, MANDATE_ID, MEDIA, TERRITORIES, terms_digest
from registry_client.errors import ConfigurationError, LicenceInvalid
from registry_client.licensing.grants import new_nonce, sealed_or_open
from registry_client.licensing.licence_file import Opening
from registry_client.models import NO_END_USER, NOBODY, Flags, Licence, Scope
from registry_client.rights.licence import check_form

_OPTIONS = (
    click.argument("work"),
    click.option("--end-user", type=END_USER, help="On whose site it may appear: a domain, or party:NAME."),
    click.option("--sealed/--open", default=True, help="Hide the end user (default), or let anyone look it up."),
    click.option("--licensee", help="Who buys it: an address, or a key's name (default: a buyer without account)."),
    click.option("--media", type=MEDIA, required=True, help="For what: 2WEB,2SOC or ALL."),
    click.option("--territory", type=TERRITORIES, required=True, help="Where: EU,CH or WORLDWIDE."),
    click.option("--from", "start", type=INSTANT, help="First instant covered (default: now)."),
    click.option("--until", type=INSTANT, required=True, help="First instant no longer covered."),
    click.option("--terms", required=True, metavar="FILE|0x…", help="The legal text, or its SHA-256."),
    click.option("--exclusive", is_flag=True, help="Nobody else gets one there from now on."),
    click.option("--transferable", is_flag=True, help="The licensee may give it on."),
    click.option("--sublicensable", is_flag=True, help="The licensee may give sublicences."),
    click.option("--revocable", is_flag=True, help="You may end it."),
    click.option("--seats", type=click.IntRange(0, 2**32 - 1), default=0, help="End users to be named later."),
    click.option("--mandate", type=MANDATE_ID, help="The mandate you license under (none: you are the owner)."),
)


def licence_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options, and ``order`` (an Order) in their place as the command's parameter."""

    def command(**given: Any) -> Any:
        names = ("work", "end_user", "sealed", "licensee", "media", "territory", "start", "until", "terms")
        flags = ("exclusive", "transferable", "sublicensable", "revocable")
        taken = {name: given.pop(name) for name in (*names, "seats", "mandate")}
        chosen = sum((Flags[name.upper()] for name in flags if given.pop(name)), Flags.NONE)
        return function(order=Order(**taken, flags=Flags(chosen)), **given)

    command.__doc__ = function.__doc__
    command.__name__ = function.__name__
    if hasattr(function, "__click_params__"):
        command.__click_params__ = function.__click_params__  # type: ignore[attr-defined]
    wrapped: Callable[..., Any] = command
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


@dataclass(frozen=True)
class Order:
    """The options as given; bits, instants and the end user's name are parsed."""

    work: str
    end_user: str | None
    sealed: bool
    licensee: str | None
    media: int
    territory: int
    start: int | None
    until: int
    terms: str
    seats: int
    mandate: int | None
    flags: Flags

    def licence(self, session: Session, licensor: str) -> Licence:
        """The licence without end user, date, nonce and, unless given, its first instant.

        Raises LicenceInvalid, ConfigurationError.
        """
        if self.start is not None and self.start >= self.until:
            raise ConfigurationError("--until: the licence would end before it begins")
        if self.end_user is None and not (self.seats and self.licensee):
            raise LicenceInvalid(
                "name who uses it (--end-user DOMAIN), or let the buyer do it later (--licensee and --seats)"
            )
        if not self.sealed and self.end_user is None:
            raise ConfigurationError("--open is about an end user: name one with --end-user")
        return Licence(
            work_id=parse_target(self.work)[0],
            licensor=licensor,
            scope=Scope(self.media, self.territory, self.start or 0, self.until),
            terms=terms_digest(self.terms, session.store),
            mandate=self.mandate or 0,
            licensee=session.address(self.licensee) if self.licensee else NOBODY,
            flags=self.flags,
            seats=self.seats,
        )

    def request(self, licence: Licence) -> dict[str, Any]:
        """What tells this request from another, for the journal."""
        return {
            "work": hex_id(licence.work_id),
            "end_user": [self.end_user, self.sealed],
            "parties": [licence.licensor, licence.licensee, licence.mandate],
            "scope": [hex(self.media), hex(self.territory), self.start, self.until],
            "terms": ["0x" + licence.terms.hex(), int(self.flags), self.seats],
        }

    def complete(self, licence: Licence, now: int) -> tuple[Licence, Opening | None]:
        """With nonce, end user and, unless given, ``now`` as its first instant."""
        scope = replace(licence.scope, start=now if self.start is None else self.start)
        opening = sealed_or_open(self.end_user, not self.sealed) if self.end_user else None
        end_user = opening.end_user if opening else NO_END_USER
        whole = replace(licence, scope=scope, end_user=end_user, nonce=new_nonce())
        check_form(whole)
        return whole, opening

"""Granting licences on chain, and what may stand against an exclusive one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from registry_client.errors import ChainUnavailable
from registry_client.licensing.intents import Intents, Sends
from registry_client.licensing.licence_file import Opening
from registry_client.models import Licence, LicenceRecord, Means, Receipt
from registry_client.rights.end_user import new_salt
from registry_client.rights.licence import LicenceIds, bytes_of, check_form, from_json, to_json


class Calls(Protocol):
    def grant_licence(self, licence: Licence) -> bytes: ...


class Reads(Protocol):
    def record(self, licence_id: bytes) -> LicenceRecord: ...


class Recorded(Protocol):
    @property
    def licence_id(self) -> bytes: ...
    @property
    def licence(self) -> Licence: ...
    @property
    def record(self) -> LicenceRecord: ...


@dataclass(frozen=True)
class Granted:
    """A licence as the chain holds it; ``opening`` of its end user, None where none is named yet."""

    licence: Licence
    licence_id: bytes
    opening: Opening | None
    receipt: Receipt
    is_resumed: bool


@dataclass
class GrantDesk:
    """Grants for one account. ``block_time`` gives a block's time, Unix seconds."""

    reader: Reads
    calls: Calls
    sender: Sends
    intents: Intents
    ids: LicenceIds
    contract: str
    block_time: Callable[[int], int]

    def grant(self, request: dict[str, Any], choose: Callable[[], tuple[Licence, Opening | None]]) -> Granted:
        """Grant the licence that ``choose`` gives: its nonce and salt are on disk before anything is sent.

        ``request`` is what the person asked for. While an equal one is unfinished (the process was killed), this call
        finishes that one and nothing is granted twice. Raises LicenceInvalid, ContractError, ChainError.
        """
        intent = self.intents.begin("grant-licence", request, lambda: _chosen(*choose()))
        licence = from_json(intent.values["licence"])
        opening = _opening(intent.values["opening"])
        receipt = self.intents.send(intent, self.sender, self.contract, self.calls.grant_licence(licence))
        dated = licence.dated(self.block_time(receipt.block))
        licence_id = self.ids.id_of(dated)
        if self.reader.record(licence_id).means is not Means.GRANT:
            raise ChainUnavailable(
                f"the node reports transaction {receipt.hash} as mined and knows no licence 0x{licence_id.hex()}; "
                "give the command again"
            )
        return Granted(dated, licence_id, opening, receipt, intent.is_resumed)

    def is_begun(self, request: dict[str, Any]) -> bool:
        """Whether an earlier call began this request and did not finish it: it may be on chain already."""
        return self.intents.unfinished("grant-licence", request) is not None

    def finish(self, request: dict[str, Any]) -> None:
        """To be called when what was granted is kept: the same request is a new licence from now on."""
        self.intents.finish(self.intents.begin("grant-licence", request, dict))


def standing_against(licence: Licence, recorded: Iterable[Recorded]) -> list[Recorded]:
    """The recorded licences of the work that overlap this one and are not revoked: an exclusive licence is exclusive
    only from its own record on, so they stay beside it. What agencies sold and have not shown cannot be among them.
    """
    return [
        found
        for found in recorded
        if found.record.revoked_at is None
        and found.licence.work_id == licence.work_id
        and found.licence.scope.overlaps(licence.scope)
    ]


def new_nonce() -> int:
    """A random number that tells a licence apart from others of the same content."""
    return secrets.randbits(63) | 1


def sealed_or_open(name: str, is_open: bool) -> Opening:
    """The opening of a normalised name: with a new random salt, or for everybody to look up."""
    return Opening(name, bytes(32) if is_open else new_salt())


def _chosen(licence: Licence, opening: Opening | None) -> dict[str, Any]:
    licence = replace(licence, issued_at=0, redeem_until=0)
    check_form(licence)
    kept = None if opening is None else {"name": opening.name, "salt": "0x" + opening.salt.hex()}
    return {"licence": to_json(licence), "opening": kept}


def _opening(value: dict[str, str] | None) -> Opening | None:
    return None if value is None else Opening(value["name"], bytes_of(value["salt"], "salt"))

"""What happens to a licence later: its holder names end users or gives it on, its licensor revokes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from registry_client.licensing.grants import sealed_or_open
from registry_client.licensing.intents import Intents, Sends
from registry_client.licensing.licence_file import Opening
from registry_client.models import Inclusion, Licence, Receipt
from registry_client.rights.licence import bytes_of


class Calls(Protocol):
    def name_end_user(self, licence: Licence, end_user: bytes) -> bytes: ...
    def transfer_licence(self, licence: Licence, to: str) -> bytes: ...
    def revoke_licence(self, licence: Licence) -> bytes: ...
    def record_reported(self, licence: Licence, inclusion: Inclusion) -> bytes: ...


@dataclass(frozen=True)
class Named:
    """An end user that was named, with what opens it."""

    opening: Opening
    receipt: Receipt


@dataclass
class HolderDesk:
    """Acts for one account. Each raises ContractError where the contract refuses, ChainError."""

    calls: Calls
    sender: Sends
    intents: Intents
    contract: str

    def name_end_user(self, licence: Licence, licence_id: bytes, name: str, is_open: bool) -> Named:
        """Name an end user (normalised): covered from this second on, and one seat is taken. Call ``named`` when the
        opening is kept."""
        request = _naming(licence_id, name, is_open)
        intent = self.intents.begin(
            "name-end-user", request, lambda: {"salt": "0x" + sealed_or_open(name, is_open).salt.hex()}
        )
        opening = Opening(name, bytes_of(intent.values["salt"], "salt"))
        data = self.calls.name_end_user(licence, opening.end_user)
        return Named(opening, self.intents.send(intent, self.sender, self.contract, data))

    def is_naming(self, licence_id: bytes, name: str, is_open: bool) -> bool:
        """Whether an earlier call began this naming and did not finish."""
        return self.intents.unfinished("name-end-user", _naming(licence_id, name, is_open)) is not None

    def named(self, licence_id: bytes, name: str, is_open: bool) -> None:
        """What was named is kept: the journal lets go of its salt."""
        self.intents.finish(self.intents.begin("name-end-user", _naming(licence_id, name, is_open), dict))

    def transfer(self, licence: Licence, licence_id: bytes, to: str) -> Receipt:
        """Give the licence to another holder (an address). End users named before stay."""
        request = {"licence": licence_id.hex(), "to": to}
        return self._once("transfer-licence", request, self.calls.transfer_licence(licence, to))

    def revoke(self, licence: Licence, licence_id: bytes) -> Receipt:
        """End the licence from this second on; uses before stay covered."""
        return self._once("revoke-licence", {"licence": licence_id.hex()}, self.calls.revoke_licence(licence))

    def record(self, licence: Licence, licence_id: bytes, inclusion: Inclusion) -> Receipt:
        """Record a reported licence, so that its holder can name end users and transfer it."""
        request = {"licence": licence_id.hex()}
        return self._once("record-reported", request, self.calls.record_reported(licence, inclusion))

    def _once(self, action: str, request: dict[str, Any], data: bytes) -> Receipt:
        intent = self.intents.begin(action, request, dict)
        receipt = self.intents.send(intent, self.sender, self.contract, data)
        self.intents.finish(intent)
        return receipt


def _naming(licence_id: bytes, name: str, is_open: bool) -> dict[str, Any]:
    return {"licence": licence_id.hex(), "name": name, "open": is_open}

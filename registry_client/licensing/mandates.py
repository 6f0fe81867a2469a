"""Giving mandates and taking them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from registry_client.licensing.intents import Intents, Sends
from registry_client.models import Mandate, MandateTerms, Receipt


class Calls(Protocol):
    def grant_mandate(self, terms: MandateTerms) -> bytes: ...
    def revoke_mandate(self, mandate: int) -> bytes: ...


class Reads(Protocol):
    def mandate(self, mandate: int) -> Mandate: ...


@dataclass(frozen=True)
class Given:
    """A mandate as the chain holds it, and the transaction that did it."""

    mandate: Mandate
    receipt: Receipt


@dataclass
class MandateDesk:
    """Acts for one account on the LicenceRegistry at ``contract``."""

    reader: Reads
    calls: Calls
    sender: Sends
    intents: Intents
    contract: str

    def grant(self, terms: MandateTerms, request: dict[str, Any], find: Finds) -> Given:
        """Give a mandate. ``request`` is what the person asked for: an equal one, begun and not finished, is taken up.

        Raises ContractError where the contract refuses, ChainError.
        """
        intent = self.intents.begin("grant-mandate", request, dict)
        receipt = self.intents.send(intent, self.sender, self.contract, self.calls.grant_mandate(terms))
        mandate = self.reader.mandate(find(receipt))
        self.intents.finish(intent)
        return Given(mandate, receipt)

    def revoke(self, mandate: int) -> Given:
        """End a mandate from now on, and with it what hangs on it. Raises ContractError, ChainError."""
        intent = self.intents.begin("revoke-mandate", {"mandate": mandate}, dict)
        receipt = self.intents.send(intent, self.sender, self.contract, self.calls.revoke_mandate(mandate))
        found = self.reader.mandate(mandate)
        self.intents.finish(intent)
        return Given(found, receipt)


class Finds(Protocol):
    def __call__(self, receipt: Receipt) -> int:
        """The id of the mandate that a transaction gave."""


def why_dead(chain: dict[int, Mandate], mandate: Mandate, time: int) -> str | None:
    """Why a mandate gives no authority at a time (Unix seconds), in words; None when it does.

    ``chain`` holds every mandate that it hangs on. Whether the owner at its top owned the work is another question.
    """
    at: Mandate | None = mandate
    while at is not None:
        where = "" if at.id == mandate.id else f" (mandate {at.id} above it)"
        if time < at.terms.start:
            return f"not begun{where}"
        if at.revoked_at is not None and time >= at.revoked_at:
            return f"revoked{where}"
        if time >= at.terms.expires_at:
            return f"expired{where}"
        at = chain.get(at.terms.parent)
    return None

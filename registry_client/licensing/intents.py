"""What a command set out to do, on disk before anything is sent, so that a killed one, given again, finishes it.

An intent is found by what the person asked for. While it is unfinished, the same request takes up its nonce, salt and
dates; once finished, the same request is a new one: two equal licences are two licences.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from registry_client.errors import ContractError, FeeTooHigh, FundsInsufficient
from registry_client.models import Receipt

_KIND = "intent"


class Sends(Protocol):
    @property
    def address(self) -> str: ...
    def send(self, key: str, to: str, data: bytes) -> Receipt: ...


class Facts(Protocol):
    def get_fact(self, kind: str, key: str) -> Any: ...
    def put_facts(self, kind: str, entries: list[tuple[str, object]]) -> None: ...


@dataclass(frozen=True)
class Intent:
    """``values`` are what was chosen for it (JSON), ``is_resumed`` whether an earlier call chose them."""

    key: str
    token: str
    values: dict[str, Any]
    is_resumed: bool


class Intents:
    """The intents of one account on one network. ``scope`` (chain and contract) keeps networks apart."""

    def __init__(self, journal: Facts, scope: str, account: str) -> None:
        self._journal, self._scope = journal, f"{scope}:{account}"

    def begin(self, action: str, request: dict[str, Any], choose: Callable[[], dict[str, Any]]) -> Intent:
        """The unfinished intent of this request, or a new one with what ``choose`` gives (JSON); on disk then."""
        known = self.unfinished(action, request)
        if known is not None:
            return known
        intent = Intent(self._key(action, request), secrets.token_hex(8), choose(), False)
        self._journal.put_facts(_KIND, [(intent.key, {"token": intent.token, "values": intent.values, "done": False})])
        return intent

    def unfinished(self, action: str, request: dict[str, Any]) -> Intent | None:
        """The intent of this request that an earlier call began and did not finish."""
        key = self._key(action, request)
        known = self._journal.get_fact(_KIND, key)
        if not isinstance(known, dict) or known["done"]:
            return None
        return Intent(key, known["token"], known["values"], True)

    def send(self, intent: Intent, sender: Sends, to: str, data: bytes) -> Receipt:
        """One transaction an intent, whatever crashes. One that was refused, and so never sent, is forgotten."""
        try:
            return sender.send(f"intent:{intent.key}:{intent.token}", to, data)
        except (ContractError, FundsInsufficient, FeeTooHigh):
            self.finish(intent)
            raise

    def finish(self, intent: Intent) -> None:
        """The same request is a new one from now on; what was chosen (a salt) leaves the journal."""
        self._journal.put_facts(_KIND, [(intent.key, {"token": intent.token, "values": {}, "done": True})])

    def _key(self, action: str, request: dict[str, Any]) -> str:
        return f"{self._scope}:{action}:{hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()}"

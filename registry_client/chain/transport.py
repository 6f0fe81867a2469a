"""JSON-RPC over HTTP that trusts no answer.

web3.py's own provider accepts an answer with another request's id, reads answers of any size and waits as long as bytes
drip in. This one bounds size and time, follows no redirect, uses no proxy and checks ids.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from typing import Any, cast

import requests
import urllib3
from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from registry_client.errors import ChainUnavailable

MAX_ANSWER_BYTES = 8 * 1024 * 1024
DEADLINE_SECONDS = 20.0
CONNECT_SECONDS = 5.0
BATCH_SIZE = 100
_CHUNK_BYTES = 65_536


class AnswerTooLarge(ChainUnavailable):
    """The node's answer is larger than MAX_ANSWER_BYTES."""


class Transport(JSONBaseProvider):
    """One node. ``deadline_seconds`` bounds a whole request. Raises ChainUnavailable for whatever is not an answer."""

    def __init__(self, url: str, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        super().__init__()
        self.url, self.deadline_seconds = url, deadline_seconds
        self._next_id = 0
        self._lock = threading.Lock()
        self._session = requests.Session()
        self._session.trust_env = False

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """One request; an RPC error stands under ``error`` of the answer."""
        request = self._request(method, params)
        answer = self._decode(self._post([request], batch=False))
        return cast(RPCResponse, self._checked(answer, request["id"]))

    def make_batch(self, calls: Sequence[tuple[str, Any]]) -> list[dict[str, Any]]:
        """Many requests, BATCH_SIZE a round trip; answers in the order of the calls."""
        answers: list[dict[str, Any]] = []
        for start in range(0, len(calls), BATCH_SIZE):
            batch = [self._request(method, params) for method, params in calls[start : start + BATCH_SIZE]]
            found = self._decode(self._post(batch, batch=True))
            if not isinstance(found, list) or len(found) != len(batch):
                raise ChainUnavailable(f"{self.url}: the node does not answer batches as JSON-RPC 2.0 asks")
            by_id = {answer.get("id"): answer for answer in found if isinstance(answer, dict)}
            answers += [self._checked(by_id.get(request["id"]), request["id"]) for request in batch]
        return answers

    def _request(self, method: str, params: Any) -> dict[str, Any]:
        with self._lock:
            self._next_id += 1
            return {"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": list(params or [])}

    def _post(self, payload: list[dict[str, Any]], batch: bool) -> bytes:
        end = time.monotonic() + self.deadline_seconds
        try:
            with self._session.post(
                self.url,
                json=payload if batch else payload[0],
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, min(self.deadline_seconds, 10.0)),
            ) as response:
                if response.status_code != 200:
                    raise ChainUnavailable(f"{self.url}: the node answered HTTP {response.status_code}")
                return self._read(response, end)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            reason = type(error).__name__
            raise ChainUnavailable(f"{self.url}: the node cannot be reached ({reason}); is it up?") from None

    def _read(self, response: requests.Response, end: float) -> bytes:
        data = bytearray()
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):  # read() would wait for a full chunk
            data += chunk
            if len(data) > MAX_ANSWER_BYTES:
                raise AnswerTooLarge(f"{self.url}: the node's answer is larger than {MAX_ANSWER_BYTES} bytes")
            if time.monotonic() > end:
                raise ChainUnavailable(f"{self.url}: no whole answer within {self.deadline_seconds:g} s")
        return bytes(data)

    def _decode(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise ChainUnavailable(f"{self.url}: the node's answer is not JSON") from None

    def _checked(self, answer: Any, sent_id: int) -> dict[str, Any]:
        if not isinstance(answer, dict) or ("result" in answer) == ("error" in answer and answer["error"] is not None):
            raise ChainUnavailable(f"{self.url}: the node's answer is not a JSON-RPC 2.0 response")
        if answer.get("id") != sent_id or isinstance(answer.get("id"), bool):
            raise ChainUnavailable(f"{self.url}: the node answered another request (a wrong JSON-RPC id)")
        return answer

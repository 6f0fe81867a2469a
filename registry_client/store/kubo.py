"""A Kubo daemon, through ipfshttpclient; what that lacks is one plain call of the same HTTP RPC.

ipfshttpclient 0.7 knows daemons only up to 0.8, so the client is made directly (``connect`` refuses newer ones), and
its answers are read by an adapter that bounds size and time. RPC: https://docs.ipfs.tech/reference/kubo/rpc/.
"""

from __future__ import annotations

import contextlib
import io
import ipaddress
import json
import time
import warnings
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from registry_client.content.cid import DAG_PB, check, parse
from registry_client.errors import BlockMissing, ConfigurationError, ContentMismatch, StoreUnavailable
from registry_client.store.car import car_stream

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about an old option of urllib3, harmless
    import ipfshttpclient

warnings.filterwarnings("ignore", message="The 'strict' parameter", category=FutureWarning)

MAX_ANSWER_BYTES = 16 * 1024 * 1024
_CHUNK_BYTES = 65_536
DEADLINE_SECONDS = 60.0
SILENCE_SECONDS = 15.0


class KuboStore:
    """One daemon, by the URL of its RPC. Raises StoreUnavailable when it cannot be reached or stalls.

    ``deadline_seconds`` bounds one request, ``silence_seconds`` the wait for its next bytes.
    """

    def __init__(
        self, url: str, deadline_seconds: float = DEADLINE_SECONDS, silence_seconds: float = SILENCE_SECONDS
    ) -> None:
        self.url, self.deadline_seconds = url, deadline_seconds
        self._client = ipfshttpclient.Client(_multiaddr(url), timeout=silence_seconds)
        # No proxy from the environment, and no redirect: the daemon is the one that was named.
        adapter = _Bounded(url, deadline_seconds)
        self._client._client._session_props.update(
            trust_env=False, max_redirects=0, family=0, adapters={"http://": adapter, "https://": adapter}
        )

    def version(self) -> str:
        """The daemon's version."""
        found = self._json("/version")
        return str(found[0].get("Version", "unknown"))[:40] if found else "unknown"

    def put(self, cid: str, data: bytes) -> None:
        """Store one block; not pinned. Raises ContentMismatch when the daemon names another CID."""
        check(cid, data)
        codec = "dag-pb" if parse(cid).codec == DAG_PB else "raw"
        options = {"cid-codec": codec, "mhtype": "sha2-256", "allow-big-block": "true"}
        answer = self._json("/block/put", options=options, upload=[data])
        if [item.get("Key") for item in answer] != [cid]:
            raise ContentMismatch(f"{self.url}: the daemon stored a block under another CID than {cid}")

    def get(self, cid: str) -> bytes:
        """One block, checked by its hash. Raises BlockMissing, ContentMismatch, CidInvalid."""
        parse(cid)
        data = self._answer("/block/get", (cid,), cid=cid)
        check(cid, data)
        return data

    def has(self, cid: str) -> bool:
        """Whether the daemon itself holds the block, without asking other nodes."""
        try:
            return [item.get("Key") for item in self._json("/block/stat", (cid,), {"offline": "true"}, cid)] == [cid]
        except BlockMissing:
            return False

    def load(self, roots: list[str], blocks: Iterable[tuple[str, bytes]]) -> None:
        """Load whole trees and pin their roots. Raises StoreUnavailable unless the daemon confirms every root."""
        answer = self._json("/dag/import", options={"pin-roots": "true"}, upload=car_stream(roots, blocks))
        confirmed = set()
        for item in answer:
            root = item.get("Root")
            if isinstance(root, dict) and not root.get("PinErrorMsg") and isinstance(root.get("Cid"), dict):
                confirmed.add(root["Cid"].get("/"))
        missing = [root for root in roots if root not in confirmed]
        if missing:
            raise StoreUnavailable(f"{self.url}: the daemon did not confirm {len(missing)} pin(s), first {missing[0]}")

    def is_pinned(self, cid: str) -> bool:
        """Whether the root is pinned."""
        try:
            return any(cid in item.get("Keys", {}) for item in self._json("/pin/ls", (cid,), cid=cid))
        except BlockMissing:
            return False

    def _json(
        self,
        path: str,
        arguments: tuple[str, ...] = (),
        options: dict[str, str] | None = None,
        cid: str | None = None,
        upload: Iterable[bytes] | None = None,
    ) -> list[dict[str, Any]]:
        """The objects of an answer, one a line."""
        data = self._answer(path, arguments, options, upload, cid)
        try:
            found = [json.loads(line) for line in data.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise StoreUnavailable(f"{self.url}: the daemon's answer to {path} is not JSON") from None
        if not all(isinstance(item, dict) for item in found):
            raise StoreUnavailable(f"{self.url}: the daemon's answer to {path} is not made of JSON objects")
        return found

    def _answer(
        self,
        path: str,
        arguments: tuple[str, ...] = (),
        options: dict[str, str] | None = None,
        upload: Iterable[bytes] | None = None,
        cid: str | None = None,
    ) -> bytes:
        body, headers = _multipart(upload) if upload is not None else (None, {})
        with self._failures(path, cid):
            answer = self._client._client.request(
                path, arguments, opts=options or {}, stream=True, data=body, headers=headers
            )
            with contextlib.closing(answer):
                return b"".join(answer)

    @contextlib.contextmanager
    def _failures(self, path: str, cid: str | None) -> Iterator[None]:
        errors = ipfshttpclient.exceptions
        try:
            yield
        except errors.ErrorResponse as error:
            if cid is not None:
                raise BlockMissing(f"{cid}: Kubo at {self.url} has no such block ({str(error)[:150]})") from None
            raise StoreUnavailable(f"{self.url}: Kubo refused {path} ({str(error)[:150]})") from None
        except (errors.Error, requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            reason = type(error).__name__
            raise StoreUnavailable(f"{self.url}: Kubo cannot be reached or fails ({reason}); is it running?") from None


class _Bounded(requests.adapters.HTTPAdapter):
    """Reads answers, errors included, within bounds of size and time; ipfshttpclient alone reads whatever comes."""

    def __init__(self, url: str, deadline_seconds: float) -> None:
        super().__init__()
        self.url, self.deadline_seconds = url, deadline_seconds

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        response = super().send(request, *args, **options)
        end, data = time.monotonic() + self.deadline_seconds, bytearray()
        with contextlib.closing(response.raw):
            while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):  # read() waits for a whole chunk
                data += chunk
                if len(data) > MAX_ANSWER_BYTES:
                    raise StoreUnavailable(f"{self.url}: Kubo's answer is larger than {MAX_ANSWER_BYTES} bytes")
                if time.monotonic() > end:
                    raise StoreUnavailable(f"{self.url}: no whole answer within {self.deadline_seconds:g} s")
        response.raw = io.BytesIO(data)
        return response


def _multipart(parts: Iterable[bytes]) -> tuple[Iterator[bytes], dict[str, str]]:
    """One file of a form, streamed: ipfshttpclient's own wants a file on disk or all of it in memory."""
    boundary = "registry-client-part"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'

    def body() -> Iterator[bytes]:
        yield (head + "Content-Type: application/octet-stream\r\n\r\n").encode()
        yield from (part for part in parts if part)
        yield f"\r\n--{boundary}--\r\n".encode()

    return body(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def _multiaddr(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        host, port = None, 0
    if not host or parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.username:
        raise ConfigurationError(f"{url}: not the address of a Kubo RPC, such as http://127.0.0.1:5001")
    try:
        kind = f"ip{ipaddress.ip_address(host).version}"
    except ValueError:
        kind = "dns"
    return f"/{kind}/{host}/tcp/{port}/{parts.scheme}"

"""A node between the client and the real one that lies as a test says."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

DROP = object()  # close the socket without an answer
STALL = object()  # one byte a while, for ever
FLOOD = object()  # 200 MB
REDIRECT = object()
Twist = Callable[[dict[str, Any], dict[str, Any]], Any]


class LyingNode:
    """Forwards each request to ``real``; ``twist(request, answer)`` returns the answer to give, bytes, or a marker."""

    def __init__(self, real: str, twist: Twist) -> None:
        self.real, self.twist = real, twist
        self.requests: list[dict[str, Any]] = []
        self.sent_bytes = 0
        node = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                node.requests.append(request)
                given = node.twist(request, node.ask(request))
                try:
                    node.answer(self, given)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps(request).encode()
        asked = urllib.request.Request(self.real, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def answer(self, handler: BaseHTTPRequestHandler, given: Any) -> None:
        if given is DROP:
            handler.close_connection = True
            handler.connection.close()
            return
        if given is REDIRECT:
            handler.send_response(307)
            handler.send_header("Location", self.real)
            handler.end_headers()
            return
        data = given if isinstance(given, bytes) else b"" if given in (STALL, FLOOD) else json.dumps(given).encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        size = 200_000_000 if given in (STALL, FLOOD) else len(data)
        handler.send_header("Content-Length", str(size))
        handler.end_headers()
        if given is STALL:
            while True:
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(0.05)
        if given is FLOOD:
            for _ in range(200):
                handler.wfile.write(b" " * 1_000_000)
                self.sent_bytes += 1_000_000
        handler.wfile.write(data)

    def methods(self, name: str) -> list[dict[str, Any]]:
        return [request for request in self.requests if isinstance(request, dict) and request["method"] == name]

    def __enter__(self) -> LyingNode:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def on(method: str, change: Callable[[dict[str, Any]], Any]) -> Twist:
    """Lie about one method only."""

    def twist(request: dict[str, Any], answer: dict[str, Any]) -> Any:
        return change(answer) if isinstance(request, dict) and request["method"] == method else answer

    return twist


def result(value: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Another result, with the right id."""
    return lambda answer: {"jsonrpc": "2.0", "id": answer["id"], "result": value}

"""Images a second and core: our path against decoding alone and against a full decode with imagehash."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable
from pathlib import Path

import imagehash
from PIL import Image

from registry_client.content.embedded import read_embedded
from registry_client.content.fingerprint import fingerprint_bytes
from registry_client.content.metadata import build_record
from registry_client.content.pool import fingerprint_files
from registry_client.content.preview import preview_jpeg


def rate(data: list[bytes], work: Callable[[bytes], object], repeats: int = 3) -> float:
    """The best of some rounds: what else the machine does only slows."""
    best = 0.0
    for _ in range(repeats):
        start = time.perf_counter()
        for one in data:
            work(one)
        best = max(best, len(data) / (time.perf_counter() - start))
    return round(best, 1)


def measure(paths: list[Path]) -> dict[str, float]:
    """Images a second, one core unless it says otherwise."""
    data = [path.read_bytes() for path in paths[:200]]
    found = fingerprint_bytes(data[0], "x")

    def decode(one: bytes) -> None:
        Image.open(io.BytesIO(one)).load()

    values = {
        "SHA-256": rate(data, lambda one: hashlib.sha256(one).digest()),
        "full decode": rate(data, decode),
        "full decode and imagehash.phash": rate(data, lambda one: imagehash.phash(Image.open(io.BytesIO(one)), 16)),
        "fingerprint": rate(data, lambda one: fingerprint_bytes(one, "x")),
        "embedded metadata and record": rate(data, lambda one: build_record(found, read_embedded(one), {})),
        "preview": rate(data, lambda one: preview_jpeg(one, "x")),
    }
    start = time.perf_counter()
    done = sum(1 for _ in fingerprint_files(paths * 5))
    values["fingerprint, all cores"] = round(done / (time.perf_counter() - start), 1)
    values["fingerprint against full decode (ratio)"] = round(values["fingerprint"] / values["full decode"], 2)
    values["fingerprint against full decode and phash (ratio)"] = round(
        values["fingerprint"] / values["full decode and imagehash.phash"], 2
    )
    return values

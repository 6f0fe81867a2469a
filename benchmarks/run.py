"""``make bench``: fingerprints and registrations of 500 and 5,000 files; writes benchmarks/results/latest.json."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import fingerprints
from benchmarks.images import write_images
from scripts.devnet import Devnet

RESULTS = Path(__file__).resolve().parent / "results" / "latest.json"
COUNTS = (500, 5_000)


def register(count: int, folder: Path) -> dict[str, Any]:
    """In a chain, an IPFS repository and a process of its own."""
    home = folder / "home"
    (home / "networks").mkdir(parents=True)
    photos = folder / "photos"
    photos.mkdir()
    print(f"Writing {count} images", flush=True)
    write_images(photos, count)
    devnet = Devnet(folder / "devnet", home / "networks" / "local.json")
    devnet.start()
    try:
        print(f"Registering {count} images", flush=True)
        script = Path(__file__).parent / "registration.py"
        done = subprocess.run(
            [sys.executable, str(script), str(photos), str(home)],
            check=True,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
    finally:
        devnet.stop()
    value: dict[str, Any] = json.loads(done.stdout)
    print(json.dumps(value, indent=2), flush=True)
    return value


def main() -> None:
    results: dict[str, Any] = {"cores": os.cpu_count()}
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as name:
        photos = Path(name) / "sample"
        photos.mkdir()
        results["images a second"] = fingerprints.measure(write_images(photos, 400))
        print(json.dumps(results, indent=2), flush=True)
    results["registrations"] = []
    for count in COUNTS:
        with tempfile.TemporaryDirectory(prefix="registry-bench-") as name:
            results["registrations"].append(register(count, Path(name)))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

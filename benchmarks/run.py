"""``make bench``: fingerprints, registrations of 500 and 5,000 files, a report of 1,000,000 sales, use checks; writes
benchmarks/results/latest.json. ``python benchmarks/run.py PART`` measures one part anew and keeps the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import checks, fingerprints
from benchmarks.images import write_images
from scripts.devnet import Devnet

RESULTS = Path(__file__).resolve().parent / "results" / "latest.json"
COUNTS = (500, 5_000)
SALES = 1_000_000


def on_devnet(script: str, home: Path, *arguments: str) -> Any:
    """What a script prints as JSON, run in a chain, an IPFS repository and a process of its own."""
    (home / "networks").mkdir(parents=True)
    devnet = Devnet(home.parent / "devnet", home / "networks" / "local.json")
    devnet.start()
    try:
        done = subprocess.run(
            [sys.executable, str(Path(__file__).parent / script), *arguments],
            check=True,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
    finally:
        devnet.stop()
    return json.loads(done.stdout)


def images(folder: Path) -> Any:
    return fingerprints.measure(write_images(folder, 400))


def registrations(folder: Path) -> Any:
    found = []
    for count in COUNTS:
        photos, home = folder / f"{count}" / "photos", folder / f"{count}" / "home"
        photos.mkdir(parents=True)
        print(f"Registering {count} images", flush=True)
        write_images(photos, count)
        found.append(on_devnet("registration.py", home, str(photos), str(home)))
    return found


def reports(folder: Path) -> Any:
    print(f"Reporting {SALES} sales", flush=True)
    return on_devnet("reports.py", folder / "home", str(SALES), str(folder / "home"))


def use_checks(folder: Path) -> Any:
    return checks.main(folder)


PARTS: dict[str, Callable[[Path], Any]] = {
    "images a second": images,
    "registrations": registrations,
    "reports": reports,
    "use checks": use_checks,
}


def main(names: list[str]) -> None:
    try:
        results = dict(json.loads(RESULTS.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        results = {}
    results["cores"] = os.cpu_count()
    for name in names or PARTS:
        with tempfile.TemporaryDirectory(prefix="registry-bench-") as folder:
            results[name] = PARTS[name](Path(folder))
        print(json.dumps({name: results[name]}, indent=2), flush=True)
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

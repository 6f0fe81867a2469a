"""Lines and branches of the contracts that the Forge tests run: ``make coverage``.

Brownie drops the coverage of every contract with immutables in silence, so Forge measures. Fails when a test fails,
when a threshold is missed, and when a contract with code is not in the report at all.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORGE = ROOT / "scripts" / "toolchain" / "bin" / "forge"  # the native binary: npm's launcher exits 0 on failures
LINES, BRANCHES = 100.0, 98.0


@dataclass
class Measured:
    """Of one source: line numbers and branches, each with whether it ran."""

    lines: dict[int, bool]
    branches: dict[tuple[str, ...], bool]


def measure() -> str:
    """The report in LCOV's format. Raises CalledProcessError when a test fails."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "lcov.info"
        command = [FORGE, "coverage", "--exclude-tests", "--report", "lcov", "--report-file", report]
        command += ["--no-match-contract", "Invariants"]  # scripts/invariants.py runs these, with their optimizer
        subprocess.run(command, cwd=ROOT, check=True)
        return report.read_text(encoding="utf-8")


def parse(text: str) -> dict[str, Measured]:
    """By source, relative to the repository."""
    found: dict[str, Measured] = {}
    current = Measured({}, {})
    for line in text.splitlines():
        kind, _, rest = line.partition(":")
        if kind == "SF":
            current = found.setdefault(rest, Measured({}, {}))
        elif kind == "DA":
            number, hits = rest.split(",")[:2]
            current.lines[int(number)] = hits != "0" or current.lines.get(int(number), False)
        elif kind == "BRDA":
            *place, hits = rest.split(",")
            current.branches[tuple(place)] = hits not in ("0", "-") or current.branches.get(tuple(place), False)
    return found


def sources(root: Path = ROOT) -> list[str]:
    """The contracts that have code of their own."""
    paths = sorted((root / "contracts").rglob("*.sol"))
    return [
        path.relative_to(root).as_posix()
        for path in paths
        if re.search(r"\bfunction\b[^;]*\{", path.read_text("utf-8"))
    ]


def failures(found: dict[str, Measured], expected: list[str]) -> list[str]:
    """What is wrong, a sentence each."""
    wrong = [f"{name} is not in the report" for name in expected if name not in found or not found[name].lines]
    for what, limit in (("lines", LINES), ("branches", BRANCHES)):
        ran = [hit for name in expected if name in found for hit in getattr(found[name], what).values()]
        share = 100 * sum(ran) / len(ran) if ran else 0.0
        print(f"contracts: {sum(ran)} of {len(ran)} {what}, {share:.2f} % (at least {limit} %)")
        if share < limit:
            wrong.append(f"{share:.2f} % of {what}, below {limit} %")
    return wrong


def missed(found: dict[str, Measured]) -> list[str]:
    """Where something did not run."""
    return [
        f"{name}:{number} not run in full"
        for name, one in sorted(found.items())
        for number in sorted(
            {line for line, ran in one.lines.items() if not ran}
            | {int(place[0]) for place, ran in one.branches.items() if not ran}
        )
    ]


def main() -> int:
    try:
        found = parse(measure())
    except subprocess.CalledProcessError:
        print("Error: the Forge tests fail", file=sys.stderr)
        return 1
    for line in missed(found):
        print(line)
    wrong = failures(found, sources())
    for line in wrong:
        print(f"Error: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

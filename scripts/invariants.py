"""Forge's tests with random calls and values: ``make invariants``, and ``make fuzz`` for many more.

``--profile fuzz`` takes foundry.toml's numbers of that profile. Fails when a test fails, when a call of a handler
reverted, when an invariant had fewer runs than foundry.toml says, and when a handler was never called.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FORGE = ROOT / "scripts" / "toolchain" / "bin" / "forge"
HANDLERS = ROOT / "tests" / "contracts" / "forge"


def run(profile: str, root: Path = ROOT) -> dict[str, Any]:
    """Forge's results by test, with its exit code under ``code``. Raises ValueError when it answers no JSON."""
    command = [FORGE, "test", "--json"]
    done = subprocess.run(
        command, cwd=root, env=os.environ | {"FOUNDRY_PROFILE": profile}, capture_output=True, text=True, check=False
    )
    try:
        suites = json.loads(done.stdout)
    except ValueError:
        raise ValueError(done.stdout + done.stderr) from None
    found = {
        f"{suite.rpartition(':')[2]}.{test}": result
        for suite, value in suites.items()
        for test, result in value["test_results"].items()
    }
    return {"code": done.returncode, "tests": found}


def limits(profile: str, root: Path = ROOT) -> dict[str, int]:
    """The numbers of runs that the profile asks for."""
    done = subprocess.run(
        [FORGE, "config", "--json"],
        cwd=root,
        env=os.environ | {"FOUNDRY_PROFILE": profile},
        capture_output=True,
        text=True,
        check=True,
    )
    config = json.loads(done.stdout)
    return {"fuzz": config["fuzz"]["runs"], "runs": config["invariant"]["runs"], "depth": config["invariant"]["depth"]}


def handlers(folder: Path = HANDLERS) -> set[str]:
    """Every function of a handler that changes something, as Contract.function."""
    found = set()
    for path in folder.glob("*Handler.sol"):
        text = path.read_text("utf-8")
        for name, rest in re.findall(r"^    function (\w+)\([^)]*\)([^{]*)\{", text, re.MULTILINE):
            if "external" in rest and "view" not in rest:
                found.add(f"{path.stem}.{name}")
    return found


def failures(results: dict[str, Any], wanted: dict[str, int], expected: set[str]) -> list[str]:
    """What is wrong, a sentence each."""
    wrong = [f"{name}: {one['reason'] or one['status']}" for name, one in tests(results) if one["status"] != "Success"]
    called = dict.fromkeys(sorted(expected), 0)
    for name, one in tests(results):
        kind = one["kind"]
        if "Fuzz" in kind and kind["Fuzz"]["runs"] < wanted["fuzz"]:
            wrong.append(f"{name}: {kind['Fuzz']['runs']} runs instead of {wanted['fuzz']}")
        for key, counted in kind.get("Invariant", {}).get("metrics", {}).items():
            handler = key.rpartition(":")[2]
            called[handler] = called.get(handler, 0) + counted["calls"]
            if counted["reverts"] or counted["discards"]:
                wrong.append(f"{handler}: {counted['reverts']} reverts, {counted['discards']} discards")
        found = kind.get("Invariant")
        if found and (found["runs"] < wanted["runs"] or found["calls"] < wanted["runs"] * wanted["depth"]):
            wrong.append(f"{name}: {found['runs']} runs, {found['calls']} calls are too few")
    for handler, calls in called.items():
        print(f"{calls:8} {handler}")
    wrong += [f"{handler} was never called" for handler, calls in called.items() if not calls]
    return wrong or ([] if results["code"] == 0 else [f"forge exited with {results['code']}"])


def tests(results: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return sorted(results["tests"].items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", default="default")
    profile = parser.parse_args().profile
    wanted = limits(profile)
    try:
        results = run(profile)
    except ValueError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    wrong = failures(results, wanted, handlers())
    for line in wrong:
        print(f"Error: {line}", file=sys.stderr)
    numbers = f"fuzz tests of {wanted['fuzz']} runs, invariants of {wanted['runs']} runs of depth {wanted['depth']}"
    print(f"{len(results['tests'])} tests by Forge; {numbers}: {'failed' if wrong else 'passed'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Who tells the demonstration: runs commands and shows them as a person would see them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from registry_client.cli.main import main as registry
from scripts.processes import ROOT, ProcessError

LONG_HEX = re.compile(r"(0x[0-9a-fA-F]{4})[0-9a-fA-F]{32,}([0-9a-fA-F]{4})")


class Demo:
    """Runs the command line as a person would and shows what it says; long hex is shortened.

    All commands share one process: starting each anew would take longer than what it does.
    """

    def __init__(self, home: Path, person: str = "") -> None:
        self.home, self.person = home, person
        self.step = 0

    def of(self, person: str) -> Demo:
        """Another person's client, in a folder beside this one's."""
        return Demo(self.home.parent / person, person)

    def tell(self, text: str) -> None:
        self.step += 1
        print(f"\n{self.step}. {text}", flush=True)

    def note(self, text: str) -> None:
        print(f"   {self._short(text)}", flush=True)

    def run(self, *arguments: object, show: bool = True, expect: int = 0) -> str:
        given = [str(argument) for argument in arguments]
        if show:
            prompt = f"{self.person} $" if self.person else "$"
            print(f"   {prompt} registry {' '.join(self._short(part) for part in _typed(given))}", flush=True)
        done = CliRunner().invoke(registry, given, env={"REGISTRY_HOME": str(self.home)}, catch_exceptions=False)
        if show:
            for line in (done.stdout + done.stderr).strip().splitlines():
                print(f"     {self._short(line)}", flush=True)
        if done.exit_code != expect:
            raise ProcessError(f"registry {given[0]} ended with {done.exit_code}, not {expect}: {done.output}")
        return done.stdout

    def ask(self, *arguments: object, expect: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", show=False, expect=expect))

    def _short(self, text: str) -> str:
        for folder, shown in ((self.home, "~"), (f"{self.home.parent}/", ""), (f"{ROOT}/", "")):
            text = text.replace(str(folder), shown)
        return LONG_HEX.sub(r"\1…\2", text)


def _typed(given: list[str]) -> list[str]:
    """What a person types: the passphrase is asked for, and a text with spaces stands in quotes."""
    words = list(given)
    if "--passphrase-file" in words:
        at = words.index("--passphrase-file")
        del words[at : at + 2]
    return [f'"{word}"' if " " in word and "/" not in word else word for word in words]

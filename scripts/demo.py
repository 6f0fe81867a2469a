"""``make demo``: the story on the real parts. A chain, IPFS, two photographers, a stranger, sixteen photographs."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a file, without being installed

from click.testing import CliRunner
from PIL import Image

from registry_client.cli.main import main as registry
from scripts.demo_licences import tell_licences
from scripts.demo_sale import tell_sale
from scripts.devnet import Devnet
from scripts.processes import ROOT, ProcessError

PHOTOS = ROOT / "tests" / "photos"
LONG_HEX = re.compile(r"(0x[0-9a-fA-F]{4})[0-9a-fA-F]{32,}([0-9a-fA-F]{4})")
BENS = ("bridge.jpg", "dragonfly.jpg", "seeding.jpg", "umang.jpg", "wine.jpg", "rocket.jpg")


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


def tell_story(demo: Demo, value: dict[str, Any], folder: Path) -> None:
    secret = folder / "passphrase"
    secret.write_text("for this demonstration only\n")
    key = ("--passphrase-file", secret)

    demo.tell("Everything that runs")
    demo.run("status")
    if value["ipfs_url"] is None:
        print("     No Kubo daemon here: the embedded block store keeps the same blocks under the same CIDs.")

    demo.tell("Anna and Ben are photographers; a stranger wants what is theirs")
    people = {}
    for name in ("anna", "ben", "stranger"):
        people[name] = demo.ask("keys", "new", name, *key)["address"]
        demo.run("faucet", people[name], show=False)
        demo.note(f"{name:9} {people[name]}, with 100 test ether")

    demo.tell("Anna registers ten photographs, Ben six: one transaction each, whatever the number")
    annas = sorted(p for p in PHOTOS.iterdir() if p.suffix in (".jpg", ".png") and p.name not in BENS)
    bens = [PHOTOS / name for name in BENS]
    demo.run("register", *annas, "--account", "anna", *key, "--author", "Anna Roth")
    demo.run(
        "register", *bens, "--account", "ben", *key, "--author", "Ben Ito", "--licensor-url", "https://ben.example"
    )

    demo.tell("Titles (ERC-721) are minted when somebody needs them")
    demo.run("title", PHOTOS / "coffee.png", PHOTOS / "life.jpg", "--account", "anna", *key)

    demo.tell(
        "Anyone verifies an owner from the file alone: a title on chain, a leaf from IPFS against its root on chain"
    )
    demo.run("owner", PHOTOS / "coffee.png")
    demo.run("owner", PHOTOS / "bridge.jpg")
    demo.run("verify-owner", PHOTOS / "bridge.jpg", people["ben"])
    demo.run("verify-owner", PHOTOS / "bridge.jpg", people["anna"], expect=1)

    demo.tell("A page shows Ben's bridge, smaller and saved again: other bytes, the same picture")
    copy = folder / "found-on-a-page.jpg"
    with Image.open(PHOTOS / "bridge.jpg") as picture:
        picture.resize((1280, 1280 * picture.height // picture.width)).save(copy, quality=70)
    demo.run("owner", copy, expect=1)

    demo.tell("The stranger registers Anna's file, then sends her title to himself: neither works")
    demo.run("register", PHOTOS / "coffee.png", "--account", "stranger", *key, expect=1)
    work = demo.ask("owner", PHOTOS / "coffee.png")["work_id"]
    demo.run("transfer", work, people["stranger"], "--account", "stranger", *key, expect=1)

    demo.tell("Anna sells the title to Ben; the chain remembers who owned it when")
    demo.run("transfer", work, people["ben"], "--account", "anna", *key)
    demo.run("owner", PHOTOS / "coffee.png")
    demo.run("store", "status")

    tell_licences(demo, value, folder, key)


def main() -> int:
    start = time.monotonic()
    print("The Global Copyright Registry, on a chain and an IPFS daemon of this demonstration's own")
    with tempfile.TemporaryDirectory(prefix="registry-demo-") as name:
        folder = Path(name)
        home = folder / "home"
        (home / "networks").mkdir(parents=True)
        devnet = Devnet(folder / "devnet", home / "networks" / "local.json")
        try:
            demo, value = Demo(home), devnet.start()
            tell_sale(demo, devnet, folder)
            tell_story(demo, value, folder)
        except ProcessError as error:
            print(f"Error: {error}", file=sys.stderr)
            return 3
        finally:
            devnet.stop()
    print(f"\nDone in {time.monotonic() - start:.0f} s. `make devnet` starts a chain that stays.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

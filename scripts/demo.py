"""``make demo``: the story on the real parts. A chain, IPFS, two photographers, a stranger, sixteen photographs."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a file, without being installed

from PIL import Image

from scripts.demo_licences import tell_licences
from scripts.demo_sale import tell_sale
from scripts.demo_teller import Demo
from scripts.devnet import Devnet
from scripts.processes import ROOT, ProcessError

PHOTOS = ROOT / "tests" / "photos"
BENS = ("bridge.jpg", "dragonfly.jpg", "seeding.jpg", "umang.jpg", "wine.jpg", "rocket.jpg")


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
    for name in ("anna", "ben", "copycat"):
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
    demo.run("register", PHOTOS / "coffee.png", "--account", "copycat", *key, expect=1)
    work = demo.ask("owner", PHOTOS / "coffee.png")["work_id"]
    demo.run("transfer", work, people["copycat"], "--account", "copycat", *key, expect=1)

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

"""The demonstration's second part: two agencies, a designer, a client, a pirate, and the six answers."""

from __future__ import annotations

import datetime
import hashlib
import shutil
from pathlib import Path
from typing import Any

from PIL import Image

from scripts.demo_teller import Demo
from scripts.devnet import rpc
from scripts.processes import ROOT

PHOTOS = ROOT / "tests" / "photos"
DAY = 86_400
COLUMNS = "reference,work,mandate,sold_at,licensee_name,end_user,media,territories,from,until,terms"


def tell_licences(demo: Demo, value: dict[str, Any], folder: Path, key: tuple[object, ...]) -> None:
    """``demo`` runs with Anna's client, ``value`` is the deployment, ``key`` what opens every key."""
    url = str(value["rpc_url"])
    photo = PHOTOS / "life.jpg"
    terms = folder / "terms.txt"
    terms.write_text("One picture, on the web, for the end user named. No resale.\n")

    demo.tell("A month later nobody has opposed Anna's title, so exclusive rights on it can be promised")
    travel(url, 31 * DAY)
    people: dict[str, Demo] = {}
    addresses: dict[str, str] = {}
    for name in ("alpen", "global", "designer"):
        people[name] = client_of(demo, name)
        address = people[name].ask("keys", "new", name, *key)["address"]
        demo.run("faucet", address, show=False)
        demo.note(f"{name:9} {address}")
        addresses[name] = address
    alpen, world, designer = people["alpen"], people["global"], people["designer"]

    demo.tell("Anna mandates two agencies: Alpen alone in Germany, Global in the rest of the world. Both report weekly")
    start = now(url)
    until = moment(start + 365 * DAY)
    common = ("--all-works", "--media", "2WEB,2GHB,2SOC", "--until", until, "--reports-every", "7d")
    anna = ("--account", "anna", *key)
    where = ("--territory", "DE", "--exclusive", "--commission", "30%")
    demo.run("mandate", "grant", addresses["alpen"], *where, *common, *anna)
    where = ("--territory", "WORLDWIDE,-DE", "--commission", "20%")
    demo.run("mandate", "grant", addresses["global"], *where, *common, *anna)
    demo.note("Agencies seal what they sold to her key, so that nobody else reads her customers' names:")
    demo.run("report", "key", *anna)
    for name in ("alpen", "global"):
        people[name].run("report", "key", "--account", name, *key, show=False)

    demo.tell("Exclusive means exclusive: Anna herself can no longer license in Germany")
    order = ("--media", "2WEB", "--until", until, "--terms", terms)
    mine = ("--end-user", "friend.example", "--territory", "DE")
    demo.run("licence", "grant", photo, *mine, *order, *anna, expect=1)

    demo.tell("A designer buys from Alpen for a client not known yet: a signed voucher, no transaction, one free seat")
    voucher, proof = folder / "voucher.json", folder / "proof.json"
    bought = ("--licensee", addresses["designer"], "--seats", "1", "--territory", "DE", "--mandate", "1")
    alpen.run("licence", "voucher", photo, *bought, *order, "--to", voucher, "--account", "alpen", *key)
    travel(url, DAY)
    demo.note("A day later she knows her client: she records the licence, names them (sealed), and gives them a proof.")
    licence = designer.ask("licence", "redeem", voucher, "--account", "designer", *key)["licence_id"]
    designer.run("licence", "name-end-user", licence, "client.example", "--account", "designer", *key)
    named = now(url)
    designer.run("licence", "prove", licence, "--end-user", "client.example", "--to", proof)
    demo.note("Anyone verifies the proof against the chain, in one question to a node:")
    demo.run("licence", "verify", proof, "--media", "2WEB", "--territory", "DE")

    demo.tell("Global sells three licences and reports them: one transaction, whatever their number. Alpen is late")
    travel(url, 8 * DAY)
    work = demo.ask("owner", photo)["work_id"]
    sales = sales_of(work, start + DAY, folder / "week.csv", terms)
    world.run("report", "submit", sales, "--through", moment(start + 8 * DAY), "--account", "global", *key)
    demo.run("report", "status", addresses["alpen"], expect=1)
    demo.note("Anna opens what was sealed to her:")
    demo.run("report", "open", *anna)

    used = moment(named + 3_600)
    demo.tell("Was it licensed? 1 of 6: the client shows the designer's proof")
    at = ("--at", used, "--media", "2WEB")
    demo.run("check", photo, "--user", "www.client.example", *at, "--territory", "DE", "--licence", proof)
    demo.tell("2 of 6: the same client in France, where the licence does not reach")
    demo.run("check", photo, "--user", "client.example", *at, "--territory", "FR", "--licence", proof, expect=1)
    demo.tell("3 of 6: a site in Germany that nobody knows. Alpen may have sold to it and has not said so yet")
    demo.run("check", photo, "--url", "https://pirate.example/a", *at, "--territory", "DE", expect=3)
    demo.tell("4 of 6: the same site in France. Global has closed its books for that day, and the site is not in them")
    demo.run("check", photo, "--url", "https://pirate.example/a", *at, "--territory", "FR", expect=1)
    demo.tell("5 of 6: the stranger registers a copy of Ben's bridge as his; a third copy looks like both")
    copy, third = folder / "found-on-a-page.jpg", folder / "third.jpg"
    demo.run("register", copy, "--account", "copycat", *key, show=False)
    with Image.open(copy) as picture:
        picture.save(third, quality=50)
    demo.run("check", third, "--user", "pirate.example", expect=3)
    demo.tell("6 of 6: a picture that nobody registered")
    unknown = folder / "unknown.png"
    Image.effect_mandelbrot((640, 480), (-2.2, -1.4, 1.2, 1.4), 60).save(unknown)
    demo.run("check", unknown, "--user", "pirate.example", expect=1)


def client_of(demo: Demo, name: str) -> Demo:
    """A client of somebody else's, on the same network; without Kubo they share the blocks, as IPFS would."""
    home = demo.home.parent / name
    shutil.copytree(demo.home / "networks", home / "networks")
    (home / "blocks").symlink_to(demo.home / "blocks")
    return demo.of(name)


def sales_of(work: str, sold_at: int, path: Path, terms: Path) -> Path:
    """Global's sales of a day."""
    digest = "0x" + hashlib.sha256(terms.read_bytes()).hexdigest()
    rows = [
        f"G-{place},{work},2,{moment(sold_at + place)},{buyer},{site},2WEB,{where},{moment(sold_at)},"
        f"{moment(sold_at + 90 * DAY)},{digest}"
        for place, (buyer, site, where) in enumerate(
            (
                ("Shop SAS", "boutique.example", "FR"),
                ("Mag Ltd", "magazine.example", "GB"),
                ("Blog", "blog.example", '"EU,-DE"'),
            )
        )
    ]
    path.write_text("\n".join([COLUMNS, *rows]) + "\n")
    return path


def travel(url: str, seconds: int) -> None:
    """Let time pass on our own chain."""
    rpc(url, "evm_increaseTime", seconds)
    rpc(url, "evm_mine")


def now(url: str) -> int:
    block = rpc(url, "eth_getBlockByNumber", "latest", False)
    assert isinstance(block, dict)
    return int(str(block["timestamp"]), 16)


def moment(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

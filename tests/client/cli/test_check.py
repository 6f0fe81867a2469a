"""``registry check`` end to end: six verdicts, their words and exit codes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.client.cli.conftest import Home
from tests.client.cli.stories import Story
from tests.client.cli.test_report import ready, sales


@pytest.fixture
def stranger(story: Story) -> Home:
    """Somebody with a client and nothing else; blocks are shared, as by IPFS."""
    folder = story.home.folder.parent / "stranger"
    shutil.copytree(story.home.folder / "networks", folder / "networks")
    (folder / "blocks").symlink_to(story.home.folder / "blocks")
    return Home(folder, story.home.network)


def test_licensed_and_out_of_scope(story: Story, stranger: Home, tmp_path: Path) -> None:
    home = story.home
    given = story.grant("anna", "--end-user", "example.com")
    yes = home.json("check", story.photo, "--user", "www.example.com", "--media", "2WEB", "--territory", "DE")
    assert (yes["verdict"], yes["exit_code"]) == ("LICENSED", 0)
    human = home.run("check", story.photo, "--url", "https://shop.example.com/page?x=1")
    assert human.exit_code == 0
    first, *rest = human.output.splitlines()
    assert first == "LICENSED: this use is licensed."
    assert rest[-1].startswith("Next: nothing.")
    assert "as an owner sees it" in human.output

    beyond = home.json("check", story.work, "--user", "example.com", "--media", "2SOC", code=1)
    assert (beyond["verdict"], beyond["exit_code"]) == ("OUT_OF_SCOPE", 1)
    assert (
        "for a licence of this very use"
        in home.run("check", story.work, "--user", "example.com", "--media", "2SOC").output
    )

    # A stranger sees a sealed licence and cannot open it, until the user shows the file.
    unknown = stranger.json("check", story.photo, "--user", "example.com", code=3)
    assert (unknown["verdict"], unknown["exit_code"]) == ("PENDING", 3)
    assert "registry licence prove" in stranger.run("check", story.photo, "--user", "example.com").output
    home.json("licence", "prove", given["licence_id"], "--to", tmp_path / "proof.json")
    shown = stranger.json("check", story.photo, "--user", "example.com", "--licence", tmp_path / "proof.json")
    assert shown["verdict"] == "LICENSED"
    other = stranger.json("check", story.photo, "--user", "other.example", "--licence", tmp_path / "proof.json", code=1)
    assert other["verdict"] == "NOT_LICENSED"
    early = home.run("check", story.photo, "--user", "example.com", "--at", 1_000_000_000).output
    assert "lies before this work was anchored" in early
    half = home.json("check", story.photo, "--user", "example", code=2)
    assert "for a party write party:NAME" in half["error"]
    forgotten = home.json("check", story.photo, "--user", "example.com", "--as", "stranger", code=3)
    assert forgotten["verdict"] == "PENDING"


def test_pending_until_the_agency_reported_then_not_licensed(story: Story, stranger: Home, tmp_path: Path) -> None:
    home = story.home
    mandate = ready(story)
    used_at = story.now - 20
    pending = home.json("check", story.work, "--user", "pirate.example", "--at", used_at, code=3)
    assert pending["verdict"] == "PENDING"
    human = home.run("check", story.work, "--user", "pirate.example", "--at", used_at)
    assert human.exit_code == 3
    assert "claim nothing yet. Check again after" in human.output
    story.travel(2 * 3_600)
    assert "Ask the late agency" in home.run("check", story.work, "--user", "pirate.example", "--at", used_at).output

    csv = sales(story, tmp_path / "sales.csv", mandate, used_at - 10, "one.example")
    home.json("report", "submit", csv, "--through", story.now - 5, *home.account("agency"))
    sealed = home.json("check", story.work, "--user", "pirate.example", "--at", used_at, code=3)
    assert sealed["verdict"] == "PENDING"  # a sealed sale could be theirs
    home.json("report", "open", *home.account("anna"))
    final = home.json("check", story.work, "--user", "pirate.example", "--at", used_at, "--as", "anna", code=1)
    assert final["verdict"] == "NOT_LICENSED"
    told = home.run("check", story.work, "--user", "pirate.example", "--at", used_at)
    assert told.output.startswith("NOT LICENSED: ")
    assert "ask pirate.example for their licence file before you claim anything" in told.output
    assert home.json("check", story.work, "--user", "one.example", "--at", used_at)["verdict"] == "LICENSED"

    proof = tmp_path / "proof.json"
    home.json("report", "prove", "INV-0", "--to", proof)
    shown = stranger.json("check", story.work, "--user", "one.example", "--at", used_at, "--licence", proof)
    assert shown["verdict"] == "LICENSED"


def test_check_with_a_licence_of_another_work_says_so(
    story: Story, photos: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    home = story.home
    given = story.grant("anna", "--end-user", "example.com")
    home.json("licence", "prove", given["licence_id"], "--to", tmp_path / "proof.json")
    (other,) = photos(1)
    home.json("register", other, *home.account("anna"), "--title", "--pin", "none")
    answer = home.json("check", other, "--user", "example.com", "--licence", tmp_path / "proof.json", code=2)
    assert f"{tmp_path / 'proof.json'} is a licence of another work, {story.work}" in answer["error"]


def test_unregistered_and_ambiguous(story: Story, photos: Callable[[int], list[Path]], tmp_path: Path) -> None:
    home = story.home
    (unknown,) = photos(1)
    none = home.json("check", unknown, "--user", "example.com", code=1)
    assert (none["verdict"], none["exit_code"]) == ("UNREGISTERED", 1)
    assert f"registry register {unknown}" in home.run("check", unknown, "--user", "example.com").output
    again = tmp_path / "again.jpg"
    Image.open(story.photo).save(again, quality=60)
    near = home.json("check", again, "--user", "example.com", code=1)
    assert near["verdict"] == "NOT_LICENSED"
    home.json("register", again, *home.account("designer"), "--pin", "none")
    other = tmp_path / "other.jpg"
    Image.open(story.photo).save(other, quality=40)
    ambiguous = home.run("check", other, "--user", "example.com")
    assert ambiguous.exit_code == 3
    assert ambiguous.output.startswith("AMBIGUOUS: ")
    assert "compare the works named above" in ambiguous.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "a use is somebody's"),
        (("--user", "http://1.2.3.4"), "an IP address changes hands"),
        (("--url", "https://a@b.example/"), "an @ before the host"),
        (("--user", "x.example", "--at", "noon"), "--at: 'noon' is no date"),
        (("--user", "x.example", "--at", "2100-01-01"), "nobody can tell yet"),
        (("--user", "x.example", "--media", "TV"), "--media: 'TV' is no medium"),
        (("--user", "x.example", "--territory", "Narnia"), "--territory: 'NARNIA' is no territory"),
        (("--user", "x.example", "--licence", "nothing.json"), "neither a licence's id"),
        (("--user", "x.example", "--as", "nobody"), "nobody: neither an address"),
    ],
)
def test_check_refuses_bad_input(home: Home, options: tuple[str, ...], message: str) -> None:
    answer = home.json("check", "0x" + "01" * 32, *options, code=2)
    assert message in answer["error"]


def test_check_says_when_it_could_not_ask(home: Home) -> None:
    path = home.folder / "networks" / "local.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "rpc_url": "http://127.0.0.1:9"}))
    assert "cannot be reached" in home.json("check", "0x" + "01" * 32, "--user", "x.example", code=3)["error"]
    path.write_text(json.dumps({**json.loads(path.read_text()), "licences": None}))
    assert "names no LicenceRegistry" in home.json("check", "0x" + "01" * 32, "--user", "x.example", code=2)["error"]

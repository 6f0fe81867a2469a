"""``registry licence`` end to end: granting, signing, recording, cancelling."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

from registry_client.chain.vouchers import recover
from registry_client.licensing.licence_file import read_licence_file
from registry_client.rights.end_user import commit
from registry_client.rights.vocabulary import parse_territories
from tests.client.cli.conftest import Home
from tests.client.cli.stories import Story

# --- grant


def test_grant_is_recorded_sealed_and_kept(story: Story) -> None:
    """Invariant K6."""
    home = story.home
    given = story.grant("anna", "--end-user", "https://www.Example.com/page", "--licensee", "designer", "--revocable")
    assert given["opening"]["name"] == "example.com"
    assert int(given["opening"]["salt"], 16) != 0
    assert given["end_user"] == "0x" + commit("example.com", bytes.fromhex(given["opening"]["salt"][2:])).hex()
    assert given["licensee"] == story.people["designer"]
    assert given["scope"]["territories"] == hex(parse_territories("DE"))
    assert given["scope"]["from"] <= given["issued_at"]
    assert given["gas_used"] <= 70_000 + 40_000  # the calldata of this order and an account's first slots
    assert given["resumed"] is False
    shown = home.json("licence", "show", given["licence_id"])
    assert shown["opening"] == given["opening"]
    assert shown["record"]["means"] == "grant"
    assert shown["record"]["holder"] == story.people["designer"]
    human = home.run("licence", "show", given["licence_id"]).output
    assert "example.com (sealed), covered from the first day on" in human
    assert "website" in human
    assert "Germany" in human
    odrl = json.loads(home.run("licence", "show", given["licence_id"], "--odrl").stdout)
    assert odrl["@type"] == "Agreement"
    assert odrl["licence"]["licence_id"] == given["licence_id"]
    for name in ("knowledge.sqlite", "journal.sqlite"):
        assert stat.S_IMODE((home.folder / name).stat().st_mode) == 0o600, name


def test_grant_open_is_found_by_anyone(story: Story) -> None:
    given = story.grant("anna", "--end-user", "example.com", "--open")
    assert int(given["opening"]["salt"], 16) == 0
    folder = story.home.folder.parent / "stranger"
    shutil.copytree(story.home.folder / "networks", folder / "networks")
    stranger = Home(folder, story.home.network)
    assert [
        row["licence_id"] for row in stranger.json("licence", "list", "--end-user", "www.example.com")["licences"]
    ] == [given["licence_id"]]
    assert stranger.json("licence", "list", "--end-user", "other.example")["licences"] == []
    proof = stranger.json(
        "licence", "prove", given["licence_id"], "--end-user", "example.com", "--to", stranger.folder / "p"
    )
    assert proof["end_user"] == "example.com"


def test_grant_twice_gives_two_licences(story: Story) -> None:
    first = story.grant("anna", "--end-user", "example.com", "--open", "--until", "2100-01-01")
    second = story.grant("anna", "--end-user", "example.com", "--open", "--until", "2100-01-01")
    assert first["licence_id"] != second["licence_id"]
    assert first["nonce"] != second["nonce"]


def test_grant_exclusive_lists_what_overlaps_first(story: Story) -> None:
    home = story.home
    earlier = story.grant("anna", "--end-user", "one.example")
    early = story.grant(
        "anna", "--end-user", "x.example", "--exclusive", "--media", "2WEB", "--territory", "US", code=1
    )
    assert "an earlier claim could still take the title" in early["error"]
    story.travel(31 * 86_400)
    story.grant("anna", "--end-user", "two.example", "--media", "2WEB", "--territory", "FR")
    wide = ("--end-user", "three.example", "--exclusive", "--media", "2WEB", "--territory", "DE,AT")
    refused = story.grant("anna", *wide, code=1)
    assert [found["licence_id"] for found in refused["existing"]] == [earlier["licence_id"]]
    human = home.run("licence", "grant", *story.order(*wide), *home.account("anna"))
    assert human.exit_code == 1
    assert "Nothing was granted: 1 licence(s) given before overlap it" in human.output
    assert "--subject-to-existing" in human.output
    given = home.run("licence", "grant", *story.order(*wide, "--subject-to-existing"), *home.account("anna"))
    assert given.exit_code == 0, given.output
    assert "exclusive from now on; licences given before stay valid" in given.output
    exclusive = home.json("licence", "list", "--end-user", "three.example")["licences"][0]["licence_id"]
    assert "exclusive   since it was recorded" in home.run("licence", "show", exclusive).output
    blocked = story.grant("anna", "--end-user", "four.example", code=1)
    assert "the exclusive licence 0x" in blocked["error"]
    free = story.grant("anna", "--end-user", "four.example", "--exclusive", "--media", "2WEB", "--territory", "US")
    assert free["flags"]["exclusive"] is True


def test_grant_under_a_mandate_and_beyond_it(story: Story) -> None:
    mandate = story.mandate()["mandate"]
    given = story.grant("agency", "--end-user", "example.com", "--mandate", mandate)
    assert (given["mandate"], given["licensor"]) == (mandate, story.people["agency"])
    beyond = story.grant(
        "agency", "--end-user", "x.example", "--mandate", mandate, "--media", "2WEB", "--territory", "US", code=1
    )
    assert "does not allow so much" in beyond["error"]
    assert "did not own the work" in story.grant("agency", "--end-user", "x.example", code=1)["error"]
    mine = story.home.json("licence", "list", "--licensor", "agency")["licences"]
    assert [row["licence_id"] for row in mine] == [given["licence_id"]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"WORK": "nothing.jpg"}, "neither a file nor a work id"),
        ({"--media": "WEBSITE"}, "--media: 'WEBSITE' is no medium"),
        ({"--territory": "XX"}, "--territory: 'XX' is no territory"),
        ({"--from": "2030-13-01"}, "--from: '2030-13-01' is no date"),
        ({"--until": "2020"}, "--until: '2020' reads like a date"),
        ({"--from": "2031-01-01"}, "would end before it begins"),
        ({"--end-user": "http://1.2.3.4/"}, "--end-user: 'http://1.2.3.4/'"),
        ({"--end-user": "a@b.example"}, "--end-user: 'a@b.example'"),
        ({"--end-user": None}, "name who uses it"),
        ({"--end-user": None, "--seats": "2"}, "--licensee and --seats"),
        ({"--end-user": None, "--seats": "2", "--licensee": "anna", "--open": ""}, "--open is about an end user"),
        ({"--licensee": "nobody"}, "neither an address"),
        ({"--terms": "nothing.txt"}, "--terms: nothing.txt: neither a file nor a digest"),
        ({"--terms": "0x1234"}, "neither a file nor a digest"),
        ({"--terms": "/dev/zero"}, "neither a file nor a digest"),
    ],
)
@pytest.mark.parametrize("command", ["grant", "voucher"])
def test_grant_and_voucher_refuse_bad_input(
    home: Home, tmp_path: Path, command: str, change: dict[str, str | None], message: str
) -> None:
    home.key("anna", funded=False)
    given: dict[str, str | None] = {
        "WORK": "0x" + "01" * 32,
        "--media": "2WEB",
        "--territory": "DE",
        "--until": "2030-01-01",
    }
    given |= {"--terms": "0x" + "11" * 32, "--end-user": "example.com"}
    given |= change
    work = given.pop("WORK")
    options = [
        part for name, value in given.items() if value is not None for part in ([name, value] if value else [name])
    ]
    target = ("--to", tmp_path / "voucher.json") if command == "voucher" else ()
    answer = home.json("licence", command, work, *options, *target, *home.account("anna"), code=2)
    assert message in answer["error"]
    assert not (tmp_path / "voucher.json").exists()


# --- voucher, redeem, cancel


def test_voucher_is_signed_for_the_buyer_alone_and_redeemed(story: Story, tmp_path: Path) -> None:
    """Invariant K6."""
    home = story.home
    mandate = story.mandate()["mandate"]
    target = tmp_path / "voucher.json"
    signed = story.voucher(
        "agency", target, "--end-user", "example.com", "--mandate", mandate, "--licensee", "designer"
    )
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.glob(".draft-*")) == []
    assert signed["checked"] is True
    before = home.json("licence", "verify", target)
    assert (before["holds"], before["means"], before["end_user"]) == (True, "none", "example.com")
    assert "not recorded" in home.run("licence", "show", target).output
    again = home.run(
        "licence", "voucher", *story.order("--end-user", "x.example"), "--to", target, *home.account("agency")
    )
    assert again.exit_code == 2
    assert "this file exists" in again.stderr
    done = home.json("licence", "redeem", target, *home.account("designer"))
    assert done["licence_id"] == signed["licence_id"]
    after = home.json("licence", "verify", target)
    assert (after["holds"], after["means"]) == (True, "voucher")
    twice = home.json("licence", "redeem", target, *home.account("agency"), code=1)
    assert "is on chain already" in twice["error"]
    held = home.json("licence", "list", "--licensee", "designer")["licences"]
    assert [row["licence_id"] for row in held] == [signed["licence_id"]]


def test_voucher_that_the_contract_refuses_is_not_written(story: Story, tmp_path: Path) -> None:
    """Invariant K5."""
    target = tmp_path / "voucher.json"
    refused = story.voucher("agency", target, "--end-user", "example.com", "--mandate", 7, code=1)
    assert "there is no mandate 7" in refused["error"]
    assert not target.exists()
    over = story.voucher("anna", target, "--end-user", "example.com", "--redeem-until", "2020-01-01", code=2)
    assert "this is over already" in over["error"]
    assert (
        "there is no folder"
        in story.voucher("anna", tmp_path / "no" / "v.json", "--end-user", "x.example", code=2)["error"]
    )


def test_voucher_offline_asks_no_node(story: Story, tmp_path: Path) -> None:
    path = story.home.folder / "networks" / "local.json"
    kept = path.read_text()
    order = story.order("--end-user", "example.com", "--offline")
    path.write_text(json.dumps({**json.loads(kept), "rpc_url": "http://127.0.0.1:9"}))
    target = tmp_path / "voucher.json"
    signed = story.home.json("licence", "voucher", *order, "--to", target, *story.home.account("anna"))
    assert signed["checked"] is False
    unreachable = story.home.json("licence", "verify", target, code=3)
    assert "cannot be reached" in unreachable["error"]
    path.write_text(kept)
    network = story.home.network
    file = read_licence_file(target, network.chain_id, str(network.licences))
    assert isinstance(file.evidence, bytes)
    assert recover(file.licence_id, file.evidence) == story.people["anna"]


def test_cancel_ends_vouchers_of_a_nonce(story: Story, tmp_path: Path) -> None:
    home = story.home
    target = tmp_path / "voucher.json"
    signed = story.voucher("anna", target, "--end-user", "example.com")
    home.json("licence", "cancel", signed["nonce"], *home.account("designer"))
    assert home.json("licence", "verify", target)["holds"] is True
    home.json("licence", "cancel", signed["nonce"], *home.account("anna"))
    refused = home.json("licence", "verify", target, code=1)
    assert refused["error"] == "LicenceVoucherCancelled"
    assert (
        "cancelled its vouchers" in home.json("licence", "redeem", target, *home.account("designer"), code=1)["error"]
    )
    assert (
        "cancelled its vouchers"
        in home.json("licence", "cancel", signed["nonce"], *home.account("anna"), code=1)["error"]
    )


@pytest.mark.parametrize("nonce", ["x", "1.5", "-1", "0x10", "٣", str(1 << 64), "9" * 5_000])
def test_cancel_refuses_what_is_no_nonce(home: Home, nonce: str) -> None:
    home.key("anna", funded=False)
    answer = home.run("licence", "cancel", "--json", *home.account("anna"), "--", nonce)
    assert answer.exit_code == 2
    assert "no nonce" in json.loads(answer.stdout)["error"]

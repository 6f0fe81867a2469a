"""``registry licence`` end to end: naming, giving on, revoking, showing, listing."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry_client.checks.knowledge import KnowledgeBook
from registry_client.models import KnownLicence, Licence, Scope
from registry_client.rights.end_user import commit
from registry_client.rights.licence import LicenceIds
from tests.client.cli.conftest import Home
from tests.client.cli.stories import Story

OWNER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"

# --- what holders and licensors do later


def test_a_designer_names_the_client_later_and_gives_the_licence_on(story: Story, tmp_path: Path) -> None:
    home = story.home
    given = story.grant("anna", "--seats", 1, "--licensee", "designer", "--transferable")
    assert given["opening"] is None
    none_yet = home.json("licence", "prove", given["licence_id"], "--to", tmp_path / "none.json")
    assert none_yet["end_user"] is None
    assert home.json("licence", "verify", tmp_path / "none.json")["holds"] is True
    assert home.json("licence", "verify", tmp_path / "none.json", "--media", "2WEB", code=1)["valid"] is True
    named = home.json("licence", "name-end-user", given["licence_id"], "client.example", *home.account("designer"))
    assert named["opening"]["name"] == "client.example"
    assert int(named["opening"]["salt"], 16) != 0
    twice = home.json(
        "licence", "name-end-user", given["licence_id"], "client.example", *home.account("designer"), code=1
    )
    assert twice["error"] == "client.example: already named; nothing sent"
    full = home.json("licence", "name-end-user", given["licence_id"], "two.example", *home.account("designer"), code=1)
    assert "all of its 1 seats for end users are taken" in full["error"]
    shown = home.json("licence", "show", given["licence_id"])
    assert shown["named"] == [
        {
            "end_user": "0x" + commit("client.example", bytes.fromhex(named["opening"]["salt"][2:])).hex(),
            "seat": 1,
            "named_at": named["named_at"],
            "opening": named["opening"],
        }
    ]
    assert "client.example (sealed), named" in home.run("licence", "show", given["licence_id"]).output
    proof = tmp_path / "client.json"
    home.json("licence", "prove", given["licence_id"], "--end-user", "client.example", "--to", proof)
    assert home.json("licence", "verify", proof, "--media", "2WEB")["holds"] is True
    early = home.json("licence", "verify", proof, "--at", named["named_at"] - 1, code=1)
    assert early["outside"] == ["before_naming"]
    before = proof.read_bytes()
    again = home.json("licence", "prove", given["licence_id"], "--end-user", "client.example", "--to", proof, code=2)
    assert "this file exists; choose another name" in again["error"]
    folder = home.json("licence", "prove", given["licence_id"], "--to", tmp_path, code=2)
    assert "this is a folder" in folder["error"]
    assert proof.read_bytes() == before
    other = tmp_path / "other.json"
    unknown = home.json("licence", "prove", given["licence_id"], "--end-user", "x.example", "--to", other, code=2)
    assert "not an end user of this licence" in unknown["error"]

    moved = home.json("licence", "transfer", given["licence_id"], "agency", *home.account("designer"))
    assert moved["holder"] == story.people["agency"]
    assert home.json("licence", "show", given["licence_id"])["record"]["holder"] == story.people["agency"]
    assert (
        "does not hold"
        in home.json("licence", "transfer", given["licence_id"], "anna", *home.account("designer"), code=1)["error"]
    )
    assert home.json("licence", "verify", proof)["holds"] is True


def test_name_end_user_openly_and_show_it_to_a_stranger(story: Story) -> None:
    given = story.grant("anna", "--seats", 2, "--licensee", "designer")
    named = story.home.json(
        "licence", "name-end-user", given["licence_id"], "client.example", "--open", *story.home.account("designer")
    )
    assert int(named["opening"]["salt"], 16) == 0
    (story.home.folder / "knowledge.sqlite").unlink()
    found = story.home.json("licence", "list", "--end-user", "client.example")["licences"]
    assert [row["licence_id"] for row in found] == [given["licence_id"]]


def test_revoke_ends_a_licence_for_uses_after_it_only(story: Story, tmp_path: Path) -> None:
    home = story.home
    fixed = story.grant("anna", "--end-user", "one.example")
    assert (
        "do not allow to revoke"
        in home.json("licence", "revoke", fixed["licence_id"], *home.account("anna"), code=1)["error"]
    )
    given = story.grant("anna", "--end-user", "one.example", "--revocable")
    proof = tmp_path / "proof.json"
    home.json("licence", "prove", given["licence_id"], "--to", proof)
    done = home.json("licence", "revoke", given["licence_id"], *home.account("anna"))
    during = home.json("licence", "verify", proof, "--at", done["revoked_at"] - 1)
    assert during["holds"] is True
    after = home.json("licence", "verify", proof, "--media", "2WEB", code=1)
    assert after["outside"] == ["revoked"]
    assert home.json("licence", "verify", proof, "--at", done["revoked_at"], code=1)["outside"] == ["revoked"]
    alone = home.run("licence", "verify", proof)
    assert alone.exit_code == 1
    first = alone.output.splitlines()[0]
    assert first.startswith("No longer: it was a valid licence, but it was revoked on 20")
    assert first.endswith("; uses before that stay covered.")
    answer = home.json("licence", "verify", proof, code=1)
    assert (answer["valid"], answer["holds"], answer["ended_at"]) == (True, False, done["revoked_at"])


def test_verify_of_a_licence_that_has_ended_says_no_longer(story: Story, tmp_path: Path) -> None:
    home, until = story.home, story.now + 1_000
    given = story.grant("anna", "--end-user", "one.example", "--until", until)
    proof = tmp_path / "proof.json"
    home.json("licence", "prove", given["licence_id"], "--to", proof)
    assert home.json("licence", "verify", proof)["ended_at"] is None
    story.travel(2_000)
    ended = home.run("licence", "verify", proof)
    assert ended.exit_code == 1
    assert ended.output.startswith("No longer: it was a valid licence, but it ended on 20")
    assert home.json("licence", "verify", proof, "--at", until - 1)["holds"] is True


# --- show, list


def test_show_and_others_tell_what_is_not_a_licence(home: Home, tmp_path: Path) -> None:
    home.key("anna", funded=False)
    unknown = "0x" + "ab" * 32
    for command in (("show",), ("prove", "--to", tmp_path / "x"), ("revoke", *home.account("anna"))):
        answer = home.json("licence", command[0], unknown, *command[1:], code=2)
        assert "no such licence is on chain, and none is kept here" in answer["error"]
    assert "neither a licence's id" in home.json("licence", "show", "0x12", code=2)["error"]
    assert "neither a licence's id" in home.json("licence", "verify", "nothing.json", code=2)["error"]
    assert "no such file" in home.json("licence", "verify", tmp_path, code=2)["error"]
    assert not (tmp_path / "x").exists()


def test_list_filters(story: Story, tmp_path: Path) -> None:
    home = story.home
    one = story.grant("anna", "--end-user", "one.example", "--licensee", "designer")["licence_id"]
    two = story.grant("anna", "--end-user", "party:ACME GmbH")["licence_id"]
    three = story.voucher("anna", tmp_path / "v.json", "--end-user", "three.example")["licence_id"]

    def ids(*options: object) -> set[str]:
        return {row["licence_id"] for row in home.json("licence", "list", *options)["licences"]}

    assert ids() == ids("--work", story.photo) == ids("--licensor", "anna") == {one, two, three}
    assert ids("--work", "0x" + "01" * 32) == ids("--licensor", "agency") == set()
    assert ids("--licensee", "designer") == {one}
    assert ids("--end-user", "party:acme gmbh") == {two}
    assert ids("--end-user", "three.example") == {three}
    human = home.run("licence", "list", "--work", story.work).output
    assert "for three.example; not recorded" in human
    assert "website" in human


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("licence", "verify", "f", "--media", "X"), "--media: 'X' is no medium"),
        (("licence", "verify", "f", "--territory", "X"), "--territory: 'X' is no territory"),
        (("licence", "verify", "f", "--at", "soon"), "--at: 'soon' is no date"),
        (("licence", "list", "--end-user", "ftp://x.example"), "--end-user: 'ftp://x.example'"),
        (("licence", "list", "--end-user", "client"), "no domain; for a party write party:NAME"),
        (("licence", "list", "--licensor", "nobody"), "nobody: neither an address"),
        (("licence", "list", "--licensee", "0x12"), "not an address"),
        (("licence", "list", "--work", "nothing.jpg"), "neither a file nor a work id"),
        (("licence", "prove", "0x12", "--to", "x", "--end-user", "party:a b@"), "neither a licence's id"),
        (("licence", "prove", "0x12", "--to", "x", "--end-user", "x..example"), "--end-user: 'x..example'"),
        (("mandate", "list", "--at", "12:00"), "--at: '12:00' is no date"),
        (("mandate", "list", "--agent", "nobody"), "nobody: neither an address"),
        (("mandate", "list", "--owner", "nobody"), "nobody: neither an address"),
        (("mandate", "list", "--work", "-"), "neither a file nor a work id"),
        (("report", "status", "nobody"), "nobody: neither an address"),
        (("report", "prove", "INV-1", "--agent", "nobody", "--to", "x"), "nobody: neither an address"),
    ],
)
def test_bad_options_give_one_clear_error(home: Home, arguments: tuple[str, ...], message: str) -> None:
    assert message in home.json(*arguments, code=2)["error"]


def test_redeem_takes_no_file_without_evidence(story: Story, tmp_path: Path) -> None:
    given = story.grant("anna", "--end-user", "example.com")
    story.home.json("licence", "prove", given["licence_id"], "--to", tmp_path / "p.json")
    refused = story.home.json("licence", "redeem", tmp_path / "p.json", *story.home.account("designer"), code=2)
    assert "this file is no voucher" in refused["error"]
    bad = story.home.json(
        "licence", "name-end-user", given["licence_id"], "1.2.3.4", *story.home.account("designer"), code=2
    )
    assert "an IP address changes hands" in bad["error"]
    to = story.home.json("licence", "transfer", given["licence_id"], "nobody", *story.home.account("anna"), code=2)
    assert "neither an address" in to["error"]


def test_what_is_known_of_another_network_is_left_out(home: Home, tmp_path: Path) -> None:
    """One book serves every network: a licence of another chain is none of this one's."""
    other = Licence(7, OWNER, Scope(1, 1, 1, 2), b"\x11" * 32, end_user=commit("example.com", bytes(32)), issued_at=5)
    licence_id = LicenceIds(1, str(home.network.licences)).id_of(other)
    with KnowledgeBook(home.folder / "knowledge.sqlite") as book:
        book.add_many([KnownLicence(other, licence_id, b"\x22" * 65, "example.com", bytes(32), "elsewhere")])
    assert home.json("licence", "list")["licences"] == []
    answer = home.json("licence", "prove", "0x" + licence_id.hex(), "--to", tmp_path / "p.json", code=2)
    assert "no such licence is on chain" in answer["error"]
    assert not (tmp_path / "p.json").exists()

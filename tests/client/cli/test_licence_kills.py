"""``registry licence`` after a kill: what was begun is finished, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry_client.chain.sender import Sender
from registry_client.cli import licence as licence_command
from tests.client.cli.stories import YEAR, Story

# --- after a kill


class Killed(BaseException):
    """Not an error: the process is gone."""


def die(*_: object, **__: object) -> None:
    raise Killed


@pytest.mark.parametrize("moment", ["before it is signed", "before it is mined", "before it is kept"])
def test_a_killed_grant_given_again_finishes_that_licence(
    story: Story, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the moment, one licence is granted, and its salt is not lost. Invariant K1."""
    place = {
        "before it is signed": (Sender, "_sign"),
        "before it is mined": (Sender, "_settle"),
        "before it is kept": (licence_command, "keep"),
    }[moment]
    order = story.order("--end-user", "example.com", "--until", story.now + YEAR // 2)
    with monkeypatch.context() as patch:
        patch.setattr(*place, die)
        with pytest.raises(Killed):
            story.home.run("licence", "grant", *order, *story.home.account("anna"))
    done = story.home.json("licence", "grant", *order, *story.home.account("anna"))
    assert done["resumed"] is True
    found = story.home.json("licence", "list", "--work", story.work)["licences"]
    assert [row["licence_id"] for row in found] == [done["licence_id"]]
    assert story.home.json("licence", "show", done["licence_id"])["opening"] == done["opening"]
    fresh = story.home.json("licence", "grant", *order, *story.home.account("anna"))
    assert fresh["resumed"] is False
    assert fresh["licence_id"] != done["licence_id"]


def test_a_killed_exclusive_grant_does_not_stand_in_its_own_way(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.travel(31 * 86_400)
    order = story.order("--end-user", "example.com", "--exclusive", "--until", story.now + YEAR // 2)
    with monkeypatch.context() as patch:
        patch.setattr(licence_command, "keep", die)
        with pytest.raises(Killed):
            story.home.run("licence", "grant", *order, *story.home.account("anna"))
    done = story.home.json("licence", "grant", *order, *story.home.account("anna"))
    assert done["resumed"] is True
    again = story.home.json("licence", "grant", *order, *story.home.account("anna"), code=1)
    assert [found["licence_id"] for found in again["existing"]] == [done["licence_id"]]


@pytest.mark.parametrize("moment", ["_sign", "_settle"])
def test_a_killed_naming_given_again_names_once(story: Story, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = story.grant("anna", "--seats", 1, "--licensee", "designer")
    naming = ("licence", "name-end-user", given["licence_id"], "client.example", *story.home.account("designer"))
    with monkeypatch.context() as patch:
        patch.setattr(Sender, moment, die)
        with pytest.raises(Killed):
            story.home.run(*naming)
    named = story.home.json(*naming)
    (seat,) = story.home.json("licence", "show", given["licence_id"])["named"]
    assert seat["opening"] == named["opening"]


def test_a_refused_grant_leaves_nothing_to_take_up(story: Story) -> None:
    order = ("--end-user", "example.com", "--mandate", 1, "--until", story.now + YEAR // 2)
    assert "there is no mandate 1" in story.grant("agency", *order, code=1)["error"]
    story.mandate()
    given = story.grant("agency", *order)
    assert given["resumed"] is False


def test_words_of_every_refusal_are_known() -> None:
    """Each custom error that a person can meet has words, and they take its arguments."""
    from registry_client.chain.abi import load_abi
    from registry_client.errors import ContractError
    from registry_client.licensing.refusals import words_of

    never_met = {
        "AccessManaged",
        "AddressEmptyCode",
        "ECDSA",
        "Expected",
        "InvalidShortString",
        "StringTooLong",
        "Safe",
    }
    unknown = []
    for entry in load_abi("LicenceRegistry"):
        if entry["type"] == "error" and not entry["name"].startswith(tuple(never_met)):
            arguments = tuple(
                1_900_000_000 if item["type"].startswith("uint") else "0x" + "61" * 32 for item in entry["inputs"]
            )
            if not words_of(ContractError(entry["name"], arguments)):
                unknown.append(entry["name"])
    assert set(unknown) <= {"LicenceFlagsUnknown", "LicenceDateGiven", "ReportCountMismatch", "ReportKeyZero"}


@pytest.mark.parametrize("moment", ["_sign", "_settle"])
def test_a_killed_mandate_given_again_is_given_once(story: Story, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    until = story.now + YEAR
    with monkeypatch.context() as patch:
        patch.setattr(Sender, moment, die)
        with pytest.raises(Killed):
            story.mandate("agency", "anna", "--until", until)
    given = story.mandate("agency", "anna", "--until", until)
    found = story.home.json("mandate", "list")["mandates"]
    assert [row["mandate"] for row in found] == [given["mandate"]]
    second = story.mandate("agency", "anna", "--until", until)
    assert second["mandate"] != given["mandate"]


def test_a_killed_redemption_given_again_is_no_error(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.voucher("anna", tmp_path / "v.json", "--end-user", "example.com")
    redeem = ("licence", "redeem", tmp_path / "v.json", *story.home.account("designer"))
    with monkeypatch.context() as patch:
        patch.setattr(Sender, "_settle", die)
        with pytest.raises(Killed):
            story.home.run(*redeem)
    assert story.home.json(*redeem)["transaction"]
    assert story.home.json("licence", "verify", tmp_path / "v.json")["means"] == "voucher"

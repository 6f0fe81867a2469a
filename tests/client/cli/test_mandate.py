"""``registry mandate`` end to end."""

from __future__ import annotations

import pytest

from registry_client.cli.values import format_period, format_share, parse_period, parse_share
from registry_client.errors import ConfigurationError
from registry_client.rights.vocabulary import parse_media, parse_territories
from tests.client.cli.conftest import Home
from tests.client.cli.stories import SCOPE, YEAR, Story


def test_grant_gives_what_was_asked_for(story: Story) -> None:
    until = story.now + YEAR
    options = ("--commission", "20%", "--reports-every", "7d", "--depth", "1", "--exclusive", "--until", until)
    given = story.mandate("agency", "anna", *options)
    assert given["owner"] == story.people["anna"]
    assert given["agent"] == story.people["agency"]
    assert int(given["scope"]["media"], 16) == parse_media("2WEB,2SOC")
    assert int(given["scope"]["territories"], 16) == parse_territories("EU,CH")
    assert (given["commission"], given["reporting_period"], given["depth"]) == (2_000, 7 * 86_400, 1)
    assert given["exclusive"] is True
    assert (given["expires_at"], given["scope"]["until"]) == (until, until)
    assert given["work_id"] is None
    assert given["state"] == "in force"
    # A licence from the first second of the day on lies within it.
    assert given["scope"]["from"] % 86_400 == 0
    assert given["start"] - given["scope"]["from"] < 86_400

    part = story.mandate("designer", "agency", "--parent", given["mandate"], "--until", until)
    assert (part["parent"], part["owner"], part["reporting_period"]) == (given["mandate"], given["owner"], 7 * 86_400)
    refused = story.mandate("designer", "agency", "--parent", given["mandate"], "--until", until + 1, code=1)
    assert "goes beyond mandate 1 in its" in refused["error"]


def test_list_filters_and_tells_the_state(story: Story) -> None:
    home = story.home
    first = story.mandate("agency", "anna", "--depth", "1", "--commission", "20%")
    second = story.mandate("designer", "anna", "--work", story.photo)
    part = story.mandate("designer", "agency", "--parent", first["mandate"], "--until", first["expires_at"])
    before = story.now
    story.travel(100)
    revoked = home.json("mandate", "revoke", first["mandate"], *home.account("anna"))
    assert revoked["state"] == "revoked"
    assert revoked["revoked_at"] > before + 99

    def ids(*options: object) -> list[int]:
        return [row["mandate"] for row in home.json("mandate", "list", *options)["mandates"]]

    everything = [first["mandate"], second["mandate"], part["mandate"]]
    assert ids() == everything
    assert ids("--agent", "designer") == [second["mandate"], part["mandate"]]
    assert ids("--owner", story.people["anna"], "--agent", "agency") == [first["mandate"]]
    assert ids("--owner", "agency") == []
    assert ids("--work", story.work) == everything
    assert ids("--work", "0x" + "77" * 32) == []
    assert ids("--at", before) == everything
    assert ids("--at", story.now) == [second["mandate"]]
    states = {row["mandate"]: row["state"] for row in home.json("mandate", "list")["mandates"]}
    assert states == {
        first["mandate"]: "revoked",
        second["mandate"]: "in force",
        part["mandate"]: f"revoked (mandate {first['mandate']} above it)",
    }
    human = home.run("mandate", "list", "--agent", "agency").output
    assert "may license every work of" in human
    assert "commission 20 %" in human
    assert "may give parts of it on" in human
    again = home.json("mandate", "revoke", first["mandate"], *home.account("anna"), code=1)
    assert "was revoked before" in again["error"]
    assert (
        "neither owner, giver nor agent"
        in home.json("mandate", "revoke", second["mandate"], *home.account("agency"), code=1)["error"]
    )
    assert "there is no mandate 99" in home.json("mandate", "revoke", 99, *home.account("anna"), code=1)["error"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"--media": "9ZZZ"}, "--media: '9ZZZ' is no medium"),
        ({"--territory": "Atlantis"}, "--territory: 'ATLANTIS' is no territory"),
        ({"--until": "2030-01-01T10:00"}, "--until: '2030-01-01T10:00' has a time without a zone"),
        ({"--from": "yesterday"}, "--from: 'yesterday' is no date"),
        ({"--licences-from": "20261124"}, "--licences-from: '20261124' reads like a date"),
        ({"--licences-until": "1e3"}, "--licences-until: '1e3' is no date"),
        ({"--commission": "120%"}, "--commission: '120%' is no share"),
        ({"--commission": "0.001%"}, "--commission: '0.001%' is no share"),
        ({"--commission": "20"}, "--commission: '20' is no share"),
        ({"--reports-every": "monthly"}, "--reports-every: 'monthly' is no period"),
        ({"--work": "0x01"}, "say which works"),
        ({"--all-works": None}, "say which works"),
        ({"AGENT": "0x12"}, "not an address"),
        ({"AGENT": "nobody"}, "neither an address"),
    ],
)
def test_grant_refuses_bad_input_with_one_clear_error(home: Home, change: dict[str, str | None], message: str) -> None:
    home.key("anna", funded=False)
    given = {"AGENT": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "--until": "2030-01-01", "--all-works": ""}
    given |= dict(zip(SCOPE[::2], SCOPE[1::2], strict=True))
    given |= change  # type: ignore[arg-type]
    agent = given.pop("AGENT")
    options = [
        part for name, value in given.items() if value is not None for part in ((name, value) if value else (name,))
    ]
    answer = home.json("mandate", "grant", agent, *options, *home.account("anna"), code=2)
    assert message in answer["error"]
    human = home.run("mandate", "grant", agent, *options, *home.account("anna"))
    assert (human.exit_code, human.stdout) == (2, "")
    assert human.stderr.startswith("Error: ")
    assert human.stderr.count("\n") == 1


def test_grant_reports_what_the_contract_refuses(story: Story) -> None:
    anna = story.people["anna"]
    story.mandate("agency", "anna", "--exclusive")
    assert "cannot be the agent" in story.mandate(anna, code=1)["error"]
    assert "one of the two is exclusive" in story.mandate("designer", code=1)["error"]
    other = story.mandate("designer", "agency", "--work", story.work, code=1)
    assert "does not own this work" in other["error"]
    past = story.mandate("designer", "anna", "--from", "2020-01-01", code=1)
    assert "begins in the past" in past["error"]
    short = story.mandate("designer", "anna", "--reports-every", "9000h", code=1)
    assert "agencies report every 1 hour to 366 days" in short["error"]


@pytest.mark.parametrize(
    ("text", "seconds", "shown"),
    [
        ("30d", 2_592_000, "30 days"),
        ("1D", 86_400, "1 day"),
        ("36h", 129_600, "36 hours"),
        ("2 w", 1_209_600, "14 days"),
    ],
)
def test_periods_are_read_and_printed(text: str, seconds: int, shown: str) -> None:
    assert parse_period(text) == seconds
    assert format_period(seconds) == shown


@pytest.mark.parametrize(
    ("text", "points", "shown"), [("20%", 2_000, "20 %"), ("12.5 %", 1_250, "12.5 %"), ("7bp", 7, "0.07 %")]
)
def test_shares_are_read_and_printed(text: str, points: int, shown: str) -> None:
    assert parse_share(text) == points
    assert format_share(points) == shown


@pytest.mark.parametrize("text", ["", "%", "-1%", "٣%", "nan%", "1e1%", "100.01%"])
def test_a_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        parse_share(text)

"""``registry report`` end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from registry_client.rights.instant import format_instant
from tests.client.cli.conftest import Home
from tests.client.cli.stories import Story

HEADER = "reference,work,mandate,sold_at,licensee_name,end_user,media,territories,from,until,terms"
DAY = 86_400


def sales(story: Story, path: Path, mandate: int, sold_at: int, *users: str, territory: str = "DE") -> Path:
    """A CSV with a sale for each end user."""
    terms, until = "0x" + "11" * 32, format_instant(sold_at + 10 * DAY)
    rows = [
        f"INV-{place},{story.work},{mandate},{format_instant(sold_at)},Buyer {place},{user},2WEB,{territory},"
        f"{format_instant(sold_at)},{until},{terms}"
        for place, user in enumerate(users)
    ]
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def ready(story: Story) -> int:
    """A mandate under which the agency can report: both have published their keys."""
    mandate = int(story.mandate("agency", "anna", "--reports-every", "1h")["mandate"])
    for name in ("anna", "agency"):
        story.home.json("report", "key", *story.home.account(name))
    story.travel(100)
    return mandate


def test_report_is_submitted_opened_and_proven(story: Story, tmp_path: Path) -> None:
    home = story.home
    mandate = ready(story)
    sold_at = story.now - 50
    csv = sales(story, tmp_path / "sales.csv", mandate, sold_at, "one.example", "two.example")
    given = ("report", "submit", csv, "--through", sold_at + 10, *home.account("agency"))
    done = home.json(*given)
    assert (done["index"], done["count"], done["skipped"], done["complete_through"]) == (0, 2, 0, sold_at + 10)
    assert home.json(*given)["transaction"] == done["transaction"]  # given again: the same report

    opened = home.json("report", "open", *home.account("anna"))
    assert (opened["reports"], opened["new_sales"], opened["failed"]) == (1, 2, [])
    assert home.json("report", "open", *home.account("anna"))["new_sales"] == 0
    listed = home.json("licence", "list", "--end-user", "two.example")["licences"]
    assert len(listed) == 1

    proof = tmp_path / "proof.json"
    proven = home.json("report", "prove", "INV-1", "--to", proof)
    assert (proven["licence_id"], proven["row"]) == (listed[0]["licence_id"], 1)
    checked = home.json("licence", "verify", proof, "--at", sold_at + 1, "--media", "2WEB", "--territory", "DE")
    assert (checked["holds"], checked["end_user"], checked["means"]) == (True, "two.example", "none")
    by_id = tmp_path / "by-id.json"
    home.json("licence", "prove", listed[0]["licence_id"], "--to", by_id)
    assert json.loads(by_id.read_text()) == json.loads(proof.read_text())
    home.json("report", "prove", listed[0]["licence_id"], "--agent", "agency", "--to", by_id, code=2)
    by_report = tmp_path / "by-report.json"
    home.json("report", "prove", listed[0]["licence_id"], "--agent", "agency", "--to", by_report)
    assert json.loads(by_report.read_text()) == json.loads(proof.read_text())

    recorded = home.json("licence", "redeem", proof, *home.account("designer"))
    assert recorded["licence_id"] == listed[0]["licence_id"]
    assert home.json("licence", "verify", proof)["means"] == "report"


def test_status_tells_what_is_due_and_late(story: Story) -> None:
    home = story.home
    mandate = ready(story)
    (row,) = home.json("report", "status", "agency")["agencies"]
    (due,) = row["due"]
    assert (row["complete_through"], row["reports"], due["mandate"], due["late"]) == (None, 0, mandate, False)
    story.travel(2 * 3_600)
    late = home.run("report", "status")
    assert late.exit_code == 1
    assert "LATE since" in late.output
    through = story.now - 5
    home.json("report", "submit", "--empty", "--through", through, *home.account("agency"))
    (row,) = home.json("report", "status", "agency")["agencies"]
    assert (row["complete_through"], row["reports"]) == (through, 1)
    assert row["due"] == [{"mandate": mandate, "by": through + 1 + 3_600, "late": False}]
    assert "next report by" in home.run("report", "status", "agency").output
    back = home.json("report", "submit", "--empty", "--through", through - 1, *home.account("agency"), code=2)
    assert "books can be closed through an instant after" in back["error"]
    future = home.json("report", "submit", "--empty", "--through", "2100-01-01", *home.account("agency"), code=2)
    assert "before the present" in future["error"]
    assert home.json("report", "status", story.people["designer"])["agencies"][0]["reports"] == 0


def test_bad_lines_are_told_and_nothing_is_submitted_unless_skipped(story: Story, tmp_path: Path) -> None:
    home = story.home
    mandate = ready(story)
    sold_at = story.now - 50
    csv = sales(story, tmp_path / "sales.csv", mandate, sold_at, "one.example", "http://1.2.3.4", "three.example")
    given = ("report", "submit", csv, "--through", sold_at + 10, *home.account("agency"))
    refused = home.json(*given, code=2)
    assert refused["total"] == 1
    assert refused["errors"][0].startswith("line 3, end_user: ")
    human = home.run(*given)
    assert human.exit_code == 2
    assert human.stderr.startswith("line 3, end_user: ")
    assert human.stdout == ""
    assert home.json("report", "status", "agency")["agencies"][0]["reports"] == 0
    done = home.json(*given, "--skip-bad")
    assert (done["count"], done["skipped"]) == (2, 1)
    assert done["errors"] == refused["errors"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "or --empty where nothing was sold"),
        (("sales.csv", "--empty"), "or --empty where nothing was sold"),
        (("nothing.csv",), "nothing.csv"),
        (("--empty", "--through", "yesterday"), "--through: 'yesterday' is no date"),
        (("--empty",), "has published no sealing key"),
    ],
)
def test_submit_refuses_bad_input(home: Home, options: tuple[str, ...], message: str) -> None:
    home.key("agency")
    through = () if "--through" in options else ("--through", "2026-01-01")
    answer = home.json("report", "submit", *options, *through, *home.account("agency"), code=2)
    assert message in answer["error"]


def test_prove_and_open_tell_what_is_not_there(story: Story, tmp_path: Path) -> None:
    home = story.home
    unknown = home.json("report", "prove", "INV-9", "--to", tmp_path / "x.json", code=2)
    assert "no reported sale in the books on this device" in unknown["error"]
    assert not (tmp_path / "x.json").exists()
    assert home.json("report", "open", *home.account("anna"))["reports"] == 0
    key = home.json("report", "key", *home.account("anna"))
    again = home.json("report", "key", *home.account("anna"))
    assert (again["key"], again["transaction"], again["gas_used"]) == (key["key"], None, 0)
    assert key["transaction"] is not None


def test_open_says_what_could_not_be_had(story: Story, tmp_path: Path) -> None:
    """No block and no daemon: the rows are not known, which is not "nothing was sold"."""
    home = story.home
    mandate = ready(story)
    sold_at = story.now - 50
    csv = sales(story, tmp_path / "sales.csv", mandate, sold_at, "one.example")
    path = home.folder / "networks" / "local.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "ipfs_url": None}))
    home.json("report", "submit", csv, "--through", sold_at + 10, *home.account("agency"))
    (home.folder / "blocks").rename(tmp_path / "away")
    opened = home.json("report", "open", *home.account("anna"), code=3)
    assert (opened["reports"], opened["new_sales"], len(opened["failed"])) == (0, 0, 1)
    assert "cannot be had, so nothing is sure" in opened["failed"][0]
    check = home.json("check", story.work, "--user", "one.example", "--at", sold_at + 1, code=3)
    assert check["verdict"] == "PENDING"
    (tmp_path / "away").rename(home.folder / "blocks")
    assert home.json("report", "open", *home.account("anna"))["new_sales"] == 1
    assert home.json("check", story.work, "--user", "one.example", "--at", sold_at + 1)["verdict"] == "LICENSED"

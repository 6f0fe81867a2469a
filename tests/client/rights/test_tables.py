"""The tables of codes: a bit is for ever, a region holds what it says."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from typing import Any

import pytest

from registry_client.rights.tables import Table, media_table, territory_table

DATA = resources.files("registry_client.rights") / "data"
MEDIA, TERRITORIES = media_table(), territory_table()
# Codes are only ever added: these digests are of the first 58 and 249, and never change.
PINNED = {
    "media": (58, "daf945087b4d11130b0cc2a1a7d010aa644c8efb06924f0f9f7c6811327603b8"),
    "countries": (249, "e02c4f63170eb0730482c47b26ae0ad38b1de0659299eccf8da3808830107e7c"),
}


def load(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def region(code: str) -> set[str]:
    return set(TERRITORIES.codes(TERRITORIES.sets[code]))


@pytest.mark.parametrize("name", PINNED)
def test_codes_never_change_their_bits(name: str) -> None:
    count, digest = PINNED[name]
    text = "".join(f"{row['code']} {row['bit']}\n" for row in load(name)[name][:count])
    assert hashlib.sha256(text.encode()).hexdigest() == digest, "a code was renumbered: scopes on chain change meaning"


@pytest.mark.parametrize(("table", "width"), [(MEDIA, 64), (TERRITORIES, 256)], ids=["media", "territories"])
def test_codes_and_bits_are_unique_and_in_range(table: Table, width: int) -> None:
    assert len(set(table.bits.values())) == len(table.bits)
    assert all(0 <= bit < width for bit in table.bits.values())
    assert not set(table.bits) & (set(table.sets) | set(table.aliases))
    assert not set(table.sets) & set(table.aliases)
    assert set(table.names) == set(table.bits) | set(table.sets)
    assert len(set(table.names.values())) == len(table.names), "two codes of one name cannot be told apart"
    assert all(code == code.upper() and code != "EXCEPT" and " " not in code for code in (*table.bits, *table.sets))
    assert all(target in table.bits for target in table.aliases.values())


@pytest.mark.parametrize(("name", "rows"), [("media", ("media", "groups")), ("regions", ("regions",))])
def test_each_file_lists_a_code_once(name: str, rows: tuple[str, ...]) -> None:
    codes = [row["code"] for key in rows for row in load(name)[key]]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("name", ["media", "countries", "regions"])
def test_each_file_names_its_source_and_its_rule(name: str) -> None:
    data = load(name)
    assert data["rule"]
    assert data["source"]["url"].startswith("http")
    assert data["source"]["consulted"]


def test_media_codes_are_of_plus_or_say_that_they_are_our_own() -> None:
    rows = load("media")["media"]
    assert {row["source"] for row in rows} == {"PLUS", "registry"}
    assert [row["code"] for row in rows if row["source"] == "registry"] == ["2SOC"]
    assert all(len(row["code"]) == 4 and row["code"][0] == "2" and row["code"].isalnum() for row in rows)


def test_all_media_are_the_assigned_ones_and_worldwide_is_every_bit() -> None:
    assert MEDIA.sets["ALL"] == MEDIA.assigned == 2**58 - 1
    assert TERRITORIES.sets["WORLDWIDE"] == 2**256 - 1
    assert TERRITORIES.assigned == 2**249 - 1


@pytest.mark.parametrize(
    ("code", "count"),
    [("EU", 27), ("EEA", 30), ("EFTA", 4), ("DACH", 3), ("BENELUX", 3), ("NORDICS", 8), ("G7", 7), ("ASEAN", 11)],
)
def test_regions_have_their_number_of_members(code: str, count: int) -> None:
    assert len(region(code)) == count


def test_regions_lie_in_each_other_as_maps_say() -> None:
    assert region("EU") < region("EEA") < region("EUROPE")
    assert region("EEA") == region("EU") | region("EFTA") - {"CH"}
    assert region("SOUTH-AMERICA") | region("CENTRAL-AMERICA") | region("CARIBBEAN") == region("LATIN-AMERICA")
    assert region("NORTH-AMERICA") | region("LATIN-AMERICA") == region("AMERICAS")
    assert not region("NORTH-AMERICA") & region("LATIN-AMERICA")
    continents = [region(code) for code in ("AFRICA", "AMERICAS", "ASIA", "EUROPE", "OCEANIA")]
    assert set().union(*continents) == set(TERRITORIES.bits) - {"AQ"}
    assert sum(map(len, continents)) == 249, "only Cyprus lies on two of them, and Antarctica on none"

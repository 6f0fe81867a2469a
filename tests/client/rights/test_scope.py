"""Scopes as sets, and the instants at their ends."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry_client.errors import ScopeInvalid
from registry_client.models.scope import FOREVER, Scope
from registry_client.rights.instant import format_instant, parse_instant

small = st.builds(Scope, st.integers(0, 7), st.integers(0, 7), st.integers(0, 4), st.integers(0, 4))
NOON = 1795521600


def points(scope: Scope) -> set[tuple[int, int, int]]:
    """The scope as the set that it is: each medium, territory and second in it."""
    return {
        (medium, territory, second)
        for medium in range(3)
        for territory in range(3)
        for second in range(scope.start, scope.until)
        if scope.media >> medium & 1 and scope.territories >> territory & 1
    }


# Scope


@pytest.mark.parametrize(
    "fields", [(2**64, 1, 0, 1), (1, 2**256, 0, 1), (1, 1, -1, 1), (1, 1, 0, 2**40), (True, 1, 0, 1), (1, 1, 0.0, 1)]
)
def test_scope_of_what_the_contract_cannot_hold(fields: Any) -> None:
    with pytest.raises(ScopeInvalid, match="a scope's"):
        Scope(*fields)


def test_scope_names_the_field_from() -> None:
    with pytest.raises(ScopeInvalid, match="a scope's from is"):
        Scope(1, 1, -1, 1)


@settings(max_examples=1_000)
@given(small, small)
def test_scopes_are_sets(a: Scope, b: Scope) -> None:
    assert a.is_empty == (not points(a))
    if not a.is_empty and not b.is_empty:
        assert a.overlaps(b) == b.overlaps(a) == bool(points(a) & points(b))
        assert a.is_within(b) == (points(a) <= points(b))


def test_is_within_compares_fields_even_of_empty_scopes() -> None:
    assert not Scope(0, 0, 0, 9).is_within(Scope(1, 1, 1, 5)), "as the contract does"


def test_fields_outside() -> None:
    outer = Scope(0b01, 0b01, 10, 20)
    assert Scope(0b11, 0b11, 9, 21).fields_outside(outer) == ("media", "territories", "from", "until")
    assert Scope(0b01, 0b10, 10, 20).fields_outside(outer) == ("territories",)
    assert outer.fields_outside(outer) == ()


def test_scope_as_tuple_has_the_order_of_the_contract() -> None:
    source = (Path(__file__).resolve().parents[3] / "interfaces" / "Scope.sol").read_text(encoding="utf-8")
    names = re.findall(r"uint\d+ (\w+);", source)
    fields = {"media": 1, "territories": 2, "from": 3, "until": 4}
    scope = Scope.from_json(fields)
    assert scope.as_tuple() == tuple(fields[name] for name in names)
    assert Scope.from_tuple(scope.as_tuple()) == scope


def test_scope_as_json() -> None:
    scope = Scope(2**63, 2**255, 5, FOREVER)
    assert scope.to_json() == {"media": hex(2**63), "territories": hex(2**255), "from": 5, "until": FOREVER}
    assert Scope.from_json(scope.to_json()) == scope
    assert Scope.from_json({"media": 1, "territories": 2, "from": 3, "until": 4}) == Scope(1, 2, 3, 4)


GOOD = {"media": "0x1", "territories": "0x1", "from": 0, "until": 1}


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        GOOD | {"more": 1},
        GOOD | {"media": "1"},
        GOOD | {"media": "0x"},
        GOOD | {"media": "0x_1"},
        GOOD | {"media": "0x" + "f" * 17},
        GOOD | {"media": "0x" + "f" * 100_000},
        GOOD | {"territories": None},
        GOOD | {"from": "0"},
        GOOD | {"until": True},
    ],
)
def test_scope_from_json_of_another_form(value: object) -> None:
    with pytest.raises(ScopeInvalid):
        Scope.from_json(value)


# instants


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-24T10:00:00", "a time without a zone"),
        ("2026-11-24 10:00", "a time without a zone"),
        ("2026-02-30", "no such day"),
        ("2026-11-24T24:00:00Z", "no such day or hour"),
        ("2026-11-24T10:00:60Z", "no such day or hour"),
        ("2026-11-24T10:00:00+24:00", "no such day or hour"),
        ("2026-11-24T10:00:00.5Z", "is no date"),
        ("2026-11-24Z", "is no date"),
        ("24.11.2026", "is no date"),
        ("11/24/2026", "is no date"),
        ("٢٠٢٦-١١-٢٤", "is no date"),
        ("", "is no date"),
        ("-1", "is no date"),
        ("9" * 5_000, "is no date"),
        ("20261124", "reads like a date"),
        ("2026", "reads like a date"),
        ("1795521600000", "milliseconds"),
        ("1969-12-31", "outside 1970"),
        ("1970-01-01T00:00:00+00:01", "outside 1970"),
        (-1, "outside 1970"),
        (2**40, "outside 1970"),
    ],
)
def test_parse_instant_of_what_is_none(text: str | int, said: str) -> None:
    with pytest.raises(ScopeInvalid, match=said):
        parse_instant(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-24", NOON - 43_200),
        ("2026-11-24T12:00:00Z", NOON),
        (" 2026-11-24t12:00z ", NOON),
        ("2026-11-24 12:00:00.000Z", NOON),
        ("2026-11-24T13:00:00+01:00", NOON),
        ("2026-11-24T06:30:00-05:30", NOON),
        ("1795521600", NOON),
        (NOON, NOON),
        ("0", 0),
        ("1099511627775", FOREVER),
        ("Forever", FOREVER),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ],
)
def test_parse_instant(text: str | int, seconds: int) -> None:
    assert parse_instant(text) == seconds


@given(st.integers(0, FOREVER))
def test_instants_read_back_as_printed(seconds: int) -> None:
    assert parse_instant(format_instant(seconds)) == seconds


def test_format_instant() -> None:
    assert format_instant(NOON) == "2026-11-24T12:00:00Z"
    assert format_instant(FOREVER) == "forever"
    assert format_instant(253_402_300_800) == "253402300800"

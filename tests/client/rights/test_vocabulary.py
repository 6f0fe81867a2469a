"""Media and territories in words: read, printed, read again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry_client.errors import ScopeInvalid
from registry_client.rights.tables import media_table, territory_table
from registry_client.rights.vocabulary import (
    describe_media,
    describe_territories,
    format_media,
    format_territories,
    parse_media,
    parse_territories,
)

MEDIA, TERRITORIES = media_table(), territory_table()
WORLD = 2**256 - 1


def bits(*codes: str) -> int:
    return sum(1 << TERRITORIES.bits[code] for code in codes)


# parse


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no territory is given"),
        ("-DE", "no territory is given"),
        ("DE,-DE", "nothing is left"),
        ("EU,-US", "US is excluded from a list that does not hold it"),
        ("GERMANY", r"'GERMANY' is no territory: did you mean DE \(Germany\)"),
        ("Europ", r"did you mean EUROPE"),
        ("EU, XX", "'XX' is no territory"),
        ("bit57?", "'BIT57\\?' is no territory"),
        ("none", "'NONE' is no territory"),
        ("-", "'' is no territory"),
        ("DE," * 2_000, "too long"),
        ("A" * 3_000, "'A{40}' is no territory"),
    ],
)
def test_parse_territories_of_what_is_none(text: str, said: str) -> None:
    with pytest.raises(ScopeInvalid, match=said):
        parse_territories(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2WBE", r"did you mean 2WEB \(website \(advertising\)\)"),
        ("2WEB;social", r"did you mean 2SOC \(social media\)"),
        ("everything", "'EVERYTHING' is no medium"),
        (" ,; ", "no medium is given"),
    ],
)
def test_parse_media_of_what_is_none(text: str, said: str) -> None:
    with pytest.raises(ScopeInvalid, match=said):
        parse_media(text)


def test_one_error_names_every_unknown_code() -> None:
    with pytest.raises(ScopeInvalid, match=r"'XX'.*'QQ'.*ISO 3166-1"):
        parse_territories("XX,DE,QQ")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("EU,CH,-DE", TERRITORIES.sets["EU"] & ~bits("DE") | bits("CH")),
        ("-DE,EU", TERRITORIES.sets["EU"] & ~bits("DE")),
        ("worldwide except de, at", WORLD & ~bits("DE", "AT")),
        ("WORLDWIDE except -DE", WORLD & ~bits("DE")),
        ("uk;el", bits("GB", "GR")),
        ("UK,-GB,FR", bits("FR")),
        ("DE DE\tde|AT", bits("DE", "AT")),
        ("EU \N{MINUS SIGN}DE", TERRITORIES.sets["EU"] & ~bits("DE")),
    ],
)
def test_parse_territories(text: str, value: int) -> None:
    assert parse_territories(text) == value


def test_parse_media() -> None:
    assert parse_media("2WEB,2SOC") == 0b11
    assert parse_media("all") == MEDIA.assigned
    assert parse_media("WEB") == parse_media("2WEB 2GHB")
    assert parse_media("ALL,-INTERNAL") & parse_media("INTERNAL") == 0


# format


@pytest.mark.parametrize(
    ("text", "printed", "described"),
    [
        ("CH,EU", "EU, CH", "European Union, Switzerland"),
        ("EU,CH,-DE", "EU, CH except DE", "European Union, Switzerland except Germany"),
        ("WORLDWIDE", "WORLDWIDE", "worldwide"),
        ("WORLDWIDE,-DE", "WORLDWIDE except DE", "worldwide except Germany"),
        ("WORLDWIDE,-EU", "WORLDWIDE except EU", "worldwide except European Union"),
        ("DE,AT,CH", "DACH", "Germany, Austria, Switzerland"),
        ("UK", "GB", "United Kingdom"),
        ("US,DE", "DE, US", "Germany, United States"),
    ],
)
def test_format_territories(text: str, printed: str, described: str) -> None:
    assert format_territories(parse_territories(text)) == printed
    assert describe_territories(parse_territories(text)) == described


@pytest.mark.parametrize(
    ("text", "printed", "described"),
    [
        ("2SOC,2WEB", "2WEB, 2SOC", "website (advertising), social media"),
        ("ALL", "ALL", "all media"),
        ("ALL,-2TVA", "ALL except 2TVA", "all media except television advertising"),
        ("WEB", "2WEB, 2GHB", "website (advertising), website (editorial)"),
    ],
)
def test_format_media(text: str, printed: str, described: str) -> None:
    assert format_media(parse_media(text)) == printed
    assert describe_media(parse_media(text)) == described


def test_format_of_nothing_and_of_bits_to_come() -> None:
    assert format_media(0) == format_territories(0) == "none"
    assert format_media(1 << 60 | 1) == describe_media(1 << 60 | 1).replace("website (advertising)", "2WEB")
    assert format_media(1 << 60 | 1) == "2WEB, bit60?"
    assert format_media(2**64 - 1).startswith("ALL, bit58?")
    assert format_territories(bits("DE") | 1 << 255) == "DE, bit255?"
    assert "bit249?" in format_territories(WORLD & ~(1 << 250))


@settings(max_examples=400, deadline=None)
@given(st.integers(1, 2**58 - 1))
def test_media_read_back_as_printed(value: int) -> None:
    assert parse_media(format_media(value)) == value


sets = st.lists(st.sampled_from(sorted(TERRITORIES.sets)), max_size=3)
codes = st.lists(st.sampled_from(sorted(TERRITORIES.bits)), max_size=6)


@settings(max_examples=400, deadline=None)
@given(st.integers(1, 2**249 - 1) | st.builds(lambda n: WORLD & ~n, st.integers(0, 2**249 - 1)))
def test_territories_read_back_as_printed(value: int) -> None:
    assert parse_territories(format_territories(value)) == value


@settings(max_examples=400, deadline=None)
@given(sets, codes, sets, codes)
def test_lists_read_back_as_printed_and_no_longer(
    some: list[str], more: list[str], without: list[str], fewer: list[str]
) -> None:
    text = ",".join([*some, *more, *("-" + code for code in (*without, *fewer))])
    try:
        value = parse_territories(text)
    except ScopeInvalid:
        return
    assert parse_territories(format_territories(value)) == value
    assert len(format_territories(value).split(", ")) <= max(1, value.bit_count())


@settings(max_examples=300, deadline=None)
@given(st.integers(0, WORLD))
def test_any_bits_can_be_printed(value: int) -> None:
    assert format_territories(value)
    assert describe_territories(value)
    assert format_media(value & 2**64 - 1)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_bits_or_one_error(text: str) -> None:
    for parse in (parse_media, parse_territories):
        try:
            assert parse(text) > 0
        except ScopeInvalid as error:
            assert len(str(error)) < 2_000

"""Parameter files: the two that ship, and bad ones, each mistake named with its key or line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from registry_client.sale.amounts import UNIT
from registry_client.sale.pricing import least_proceeds, price
from scripts.sale.mistakes import FileMistakes
from scripts.sale.parameters import FOLDER, load
from scripts.sale.table import table

TEXT = (FOLDER / "example.toml").read_text(encoding="utf-8")
ADMIN = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"
OPERATOR = "0x90F79bf6EB2c4f870365E785982E1f101E93b906"


def mistakes(tmp_path: Path, data: str | bytes) -> list[tuple[str, str]]:
    path = tmp_path / "sale.toml"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(FileMistakes) as caught:
        load(path)
    return caught.value.mistakes


def test_copytrack_2018_is_the_sale_that_was() -> None:
    sale = load(FOLDER / "copytrack-2018.toml")
    assert sale.supply == 100_000_000 * UNIT
    assert [(t.up_to // UNIT, t.rate) for t in sale.terms.tranches] == [
        (5_000_000, 1554),
        (10_000_000, 1178),
        (20_000_000, 1000),
        (60_000_000, 740),
    ]
    assert (sale.terms.minimum, sale.terms.maximum) == (UNIT // 10, 2500 * UNIT)
    assert sale.terms.accepts_bare_ether


def test_everything_sold_by_tranche_takes_what_the_fractions_say() -> None:
    terms = load(FOLDER / "copytrack-2018.toml").terms
    exact = sum(
        -(-size * UNIT // rate)
        for size, rate in ((5_000_000, 1554), (5_000_000, 1178), (10_000_000, 1000), (40_000_000, 740))
    )
    assert exact == 71_516_039444732144222808
    assert least_proceeds(terms) == exact
    whole = price(terms, 0, 0, 0, 80_000 * UNIT)
    assert (whole.tokens, whole.accepted, whole.credited) == (60_000_000 * UNIT, exact, 80_000 * UNIT - exact)
    assert [part.tokens for part in whole.parts] == [n * 10**6 * UNIT for n in (5, 5, 10, 40)]


@pytest.mark.parametrize("name", ["copytrack-2018", "example"])
def test_shipped_files_print_as_a_table_with_examples_for_every_round(name: str) -> None:
    done = subprocess.run(
        [sys.executable, str(FOLDER / "table.py"), str(FOLDER / f"{name}.toml")],
        capture_output=True,
        text=True,
        check=True,
    )
    sale = load(FOLDER / f"{name}.toml")
    lines = table(sale)
    assert done.stdout.splitlines() == lines
    for part in sale.round_names:
        start = lines.index(f"What a payment buys in `{part}`, in tokens:")
        assert [line.split()[0] for line in lines[start + 2 : start + 6]] == ["0.1", "1", "100", "2,500"]
    assert "  100         155,400         117,800          100,000           74,000" in lines or name == "example"


def test_the_example_of_a_crossing_is_priced_in_each_part() -> None:
    lines = table(load(FOLDER / "copytrack-2018.toml"))
    text = "1 ether that crosses into tranche 2: 777 for 0.5 in tranche 1 + 589 for 0.5 in tranche 2 = 1,366"
    assert lines.count(text) == 2


WALLET = "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"
OPENS = "opens = 2030-03-01T12:00:00Z"
BAD = [
    ('name = "Example"', 'nam = "Example"', [("name", "missing"), ("nam", "unknown key")]),
    ('name = "Example"', 'name = ""', [("name", "1 to 64 characters")]),
    ('name = "Example"', "name = 7", [("name", "must be text")]),
    ('symbol = "GCR"', 'symbol = "LONGSYMBOLNAME"', [("token.symbol", "1 to 11 characters")]),
    ("supply = 1_000_000", "supply = 999_999", [("token.supply", "make 1000000")]),
    ("supply = 1_000_000", 'supply = "1_000_000"', [("token.supply", "must be a number")]),
    ("supply = 1_000_000", "supply = -1", [("token.supply", "must be a number")]),
    ("supply = 1_000_000", "supply = true", [("token.supply", "must be a number")]),
    ("supply = 1_000_000", 'supply = "99999999999999"', [("token.supply", "96 bits")]),
    ('minimum = "0.1"', "minimum = 0.1", [("sale.minimum", 'in quotes: "0.1"')]),
    ('minimum = "0.1"', "minimum = nan", [("sale.minimum", "binary fraction")]),
    ('minimum = "0.1"', 'minimum = "0,1"', [("sale.minimum", "must be a number")]),
    ('minimum = "0.1"', 'minimum = "1e-1"', [("sale.minimum", "must be a number")]),
    ('minimum = "0.1"', 'minimum = "0.0000000000000000001"', [("sale.minimum", "must be a number")]),
    ('minimum = "0.1"', "minimum = 0", [("sale.minimum", "more than 0")]),
    ('minimum = "0.1"', "minimum = 300", [("sale.maximum", "not be less than sale.minimum")]),
    (
        "hard_cap = 1200",
        "hard_cap = 0",
        [("sale.hard_cap", "more than 0"), ("sale.soft_cap", "more than sale.hard_cap")],
    ),
    ("hard_cap = 1200", 'hard_cap = "0.05"', [("sale.soft_cap", "more than"), ("sale.minimum", "more than")]),
    ("soft_cap = 50 ", "soft_cap = 786 ", [("sale.soft_cap", "as little as 785.714285714285714287")]),
    ("soft_cap = 50 ", "soft_cap = 1201 ", [("sale.soft_cap", "sale.hard_cap"), ("sale.soft_cap", "out of reach")]),
    ('bare_ether = "refused"', "bare_ether = false", [("sale.bare_ether", "one of buys, refused")]),
    ("wallet = ", "walet = ", [("sale.wallet", "missing"), ("sale.walet", "unknown key")]),
    (WALLET, WALLET.replace("dC", "dc"), [("sale.wallet", "checksum")]),
    (WALLET, WALLET.lower(), [("sale.wallet", "checksum")]),
    (WALLET, "0x" + "0" * 40, [("sale.wallet", "zero address")]),
    (WALLET, "anna.eth", [("sale.wallet", "must be an address")]),
    (WALLET, OPERATOR, [("sale.wallet", "operator's address")]),
    ("up_to = 200_000", "up_to = 0", [("tranches[1].up_to", "more than where")]),
    ("up_to = 200_000", "up_to = 700_000", [("tranches[2].up_to", "more than where")]),
    ("up_to = 700_000", "up_to = 800_000", [("token.supply", "800000 for sale (tranches[2].up_to)")]),
    ("rate = 1000", "rate = 0", [("tranches[1].rate", "must be 1 to")]),
    ("rate = 1000", "rate = -5", [("tranches[1].rate", "must be 1 to")]),
    ("rate = 1000", 'rate = "1000"', [("tranches[1].rate", "whole number")]),
    ("rate = 1000", "rate = 1000.5", [("tranches[1].rate", "whole number")]),
    ("rate = 1000", "rate = 5_000_000_000", [("tranches[1].rate", "must be 1 to")]),
    ("rate = 1000", "rates = 1000", [("tranches[1].rate", "missing"), ("tranches[1].rates", "unknown key")]),
    (OPENS, OPENS[:-1], [("rounds[1].opens", "an offset")]),
    (OPENS, "opens = 2030-03-01", [("rounds[1].opens", "an offset")]),
    (OPENS, "opens = 1900000000", [("rounds[1].opens", "an offset")]),
    (OPENS, 'opens = "soon"', [("rounds[1].opens", "an offset")]),
    (OPENS, "opens = 2030-03-01T12:00:00.5Z", [("rounds[1].opens", "whole second")]),
    (OPENS, "opens = 1960-03-01T12:00:00Z", [("rounds[1].opens", "before 1970")]),
    ("closes = 2030-03-08T12", "closes = 2030-03-01T12", [("rounds[1].closes", "later")]),
    ("opens = 2030-03-10T12:00:00Z", "opens = 2030-03-08T11:59:59Z", [("rounds[2].opens", "overlap")]),
    ("closes = 2030-04-10T12:00:00Z", "closes = 2031-03-02T12:00:01Z", [("rounds[2].closes", "at most 366 days")]),
    ("closes = 2030-04-10T12", "closes = 2130-04-10T12", [("rounds[2].closes", "at most 366 days")]),
    ('name = "Public sale"', 'name = "Early birds"', [("rounds[2].name", "earlier round")]),
    ('whitelist = "list"', 'whitelist = "kyc"', [("rounds[1].whitelist", "one of none, list")]),
    ("bonus_percent = 5", "bonus_percent = 2.5", [("rounds[1].bonus_percent", "a percentage")]),
    ("bonus_percent = 5", "bonus_percent = -5", [("rounds[1].bonus_percent", "a percentage")]),
    ("bonus_percent = 5", "bonus_percent = 656", [("rounds[1].bonus_percent", "a percentage")]),
    ("bonus_percent = 5", "bonus_percent = 5\nrate = 0", [("rounds[1].rate", "must be 1 to")]),
    ("bonus_percent = 5", "bonus_percent = 5\ncap = 1", [("rounds[1].cap", "unknown key")]),
    ("tokens = 300_000", "tokens = 200_000", [("token.supply", "200000 for the team")]),
    ("cliff_days = 365", "cliff_days = 1461", [("team.cliff_days", "not be more than")]),
    ("cliff_days = 365", "cliff_days = -1", [("team.cliff_days", "must be 0 to")]),
    ("vesting_start = 2030-04", "vesting_start = 2029-04", [("team.vesting_start", "first round")]),
    (f'["{OPERATOR}"]', "[]", [("roles.operators", "one or more")]),
    (f'["{OPERATOR}"]', f'"{OPERATOR}"', [("roles.operators", "list of")]),
    (f'["{OPERATOR}"]', f'["{OPERATOR}", "x"]', [("roles.operators[2]", "must be an address")]),
    (f'["{OPERATOR}"]', f'["{OPERATOR}", "{OPERATOR}"]', [("roles.operators[2]", "named twice")]),
    (f'["{OPERATOR}"]', f'["{ADMIN}"]', [("roles.admin", "must not be an operator")]),
    ("[team]", "[teams]", [("team", "missing"), ("teams", "unknown key")]),
    ("[roles]", "[[roles]]", [("roles", "as a table: [roles]")]),
    ('symbol = "GCR"', 'symbol = "GCR"\nsymbol = "GCR"', [("line 10, column 15", "not TOML: Cannot overwrite")]),
    ('symbol = "GCR"', "symbol = GCR", [("line 9, column 10", "not TOML: Invalid value")]),
    ('symbol = "GCR"', 'symbol = "GCR', [("line 9, column 14", "not TOML: Illegal character")]),
]


@pytest.mark.parametrize(("old", "new", "expected"), BAD, ids=[f"{old} -> {new}"[:70] for old, new, _ in BAD])
def test_load_names_the_key_of_a_mistake(tmp_path: Path, old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert TEXT.count(old) == 1
    found = mistakes(tmp_path, TEXT.replace(old, new))
    assert [place for place, _ in found] == [place for place, _ in expected]
    for (_, message), (_, part) in zip(found, expected, strict=True):
        assert part in message


def test_load_names_every_mistake_at_once(tmp_path: Path) -> None:
    text = TEXT.replace("rate = 1000", "rate = 0").replace('"0.1"', "0.1").replace(OPENS, "").replace("GCR", "")
    places = [place for place, _ in mistakes(tmp_path, text)]
    assert places == ["token.symbol", "sale.minimum", "rounds[1].opens", "tranches[1].rate"]


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (b"", "name", "missing"),
        (b"name = '\xff'", "line 1", "not UTF-8"),
        (TEXT.encode() + b"\n\xc3(", f"line {TEXT.count(chr(10)) + 2}", "not UTF-8"),
        (TEXT.encode("utf-16"), "line 1", "not UTF-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "line 1, column 1", "not TOML"),
        (b"#" * 100_000, "file", "larger than 65536 bytes"),
        (b"[", "line 1", "not TOML"),
    ],
)
def test_load_refuses_what_is_no_parameters_file(tmp_path: Path, data: bytes, place: str, message: str) -> None:
    found = mistakes(tmp_path, data)
    assert found[0][0] == place
    assert message in found[0][1]


def test_table_script_ends_with_2_and_the_mistakes(tmp_path: Path) -> None:
    (tmp_path / "sale.toml").write_text(TEXT.replace("rate = 1000", "rate = 0"))
    command = [sys.executable, str(FOLDER / "table.py"), str(tmp_path / "sale.toml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "tranches[1].rate: must be 1 to 4294967295, not 0" in done.stderr

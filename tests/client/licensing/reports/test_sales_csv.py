"""Trouble in files of sales: every error told with line and column, nothing kept unless bad lines are skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry_client.chain.connection import Connection
from registry_client.chain.licences import LicenceCalls
from registry_client.errors import SalesInvalid
from registry_client.licensing.reports.sales_csv import COLUMNS, MAX_LINE_BYTES, RowError, digest_of_file, open_sales
from registry_client.licensing.reports.submit import PreparedReport
from registry_client.models import Network, Scope
from registry_client.rights.instant import format_instant
from tests.client.licensing.reports.conftest import Scene, new_scene
from tests.client.licensing.reports.world import DAY, World, row, write_sales

BIG = 10 * 1024 * 1024


@pytest.fixture(scope="module")
def shared(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One scene for the module's tests, which only read the chain. Mandates after the scene's two, of anna's: 3 for one
    work, Germany and the web; 4 that begins later; 5 revoked; 6 a stranger's; 7 of an owner without a key."""
    connection = Connection(network)
    snapshot = connection.request("evm_snapshot", [])
    world = World(network, tmp_path_factory.mktemp("world"))
    scene = new_scene(world)
    anna, agency = scene.anna, scene.agency.address
    until = world.now + 100 * DAY
    narrow = Scope(1 << 40, 1, 0, 2_000_000_000)
    anna.give_mandate(agency, until, work_id=world.works[anna.address][0], scope=narrow)
    anna.give_mandate(agency, until, start=world.now + 50 * DAY)
    anna.give_mandate(agency, until)
    anna.send(LicenceCalls().revoke_mandate(5))
    anna.give_mandate(scene.stranger.address, until)
    keyless = world.party()
    keyless.give_mandate(agency, until)
    world.pass_time(4_000)
    yield scene
    world.journal.close()
    connection.request("evm_revert", [snapshot])


def good(scene: Scene, reference: str = "good", **cells: str) -> dict[str, str]:
    anna = scene.anna.address
    return row(scene.world.works[anna][0], scene.mandates[anna], scene.sold_at, reference, **cells)


def prepare(scene: Scene, path: Path, home: Path, skip_bad: bool = False) -> tuple[PreparedReport, list[RowError]]:
    told: list[RowError] = []
    reporter = scene.world.reporter(scene.agency, home)
    return reporter.prepare(path, scene.through, skip_bad, told.append), told


def errors_of(scene: Scene, path: Path, home: Path) -> list[str]:
    with pytest.raises(SalesInvalid) as caught:
        prepare(scene, path, home)
    assert caught.value.total == len(caught.value.errors)
    assert not any(report.built for report in scene.world.reporter(scene.agency, home).books.reports())
    return list(caught.value.errors)


CELLS = {
    "formula in the reference": ({"reference": "=1+1"}, "reference", "formula"),
    "formula in the licensee's name": ({"licensee_name": "+49 30 123"}, "licensee_name", "formula"),
    "formula after white space": ({"licensee_name": '\t @SUM("A1")'}, "licensee_name", "formula"),
    "formula in the end user": ({"end_user": "-cmd|calc"}, "end_user", "formula"),
    "full-width formula": ({"licensee_name": "＝1+1"}, "licensee_name", "formula"),
    "no reference": ({"reference": ""}, "reference", "1 to 200"),
    "long reference": ({"reference": "x" * 201}, "reference", "1 to 200"),
    "no licensee": ({"licensee_name": " "}, "licensee_name", "1 to 200"),
    "control characters": ({"licensee_name": "a\x1bb"}, "licensee_name", "control"),
    "text turned around": ({"licensee_name": "a\u202eb"}, "licensee_name", "invisible"),
    "no work": ({"work": ""}, "work", "64 hex digits"),
    "a work in decimal": ({"work": "12345"}, "work", "64 hex digits"),
    "a short work": ({"work": "0x1234"}, "work", "64 hex digits"),
    "the zero work": ({"work": "0x" + "0" * 64}, "work", "64 hex digits"),
    "a work without title": ({"work": "0x" + "5" * 64}, "work", "title was not"),
    "a mandate that there is not": ({"mandate": "999"}, "mandate", "no mandate 999"),
    "a mandate that is no number": ({"mandate": "x1"}, "mandate", "no whole number"),
    "a mandate of 65 bits": ({"mandate": str(2**64)}, "mandate", "64 bits"),
    "a negative mandate": ({"mandate": "-1"}, "mandate", "no whole number"),
    "a mandate that begins later": ({"mandate": "4"}, "sold_at", "not live then"),
    "a mandate of another agent": ({"mandate": "6"}, "mandate", "not this agency's"),
    "another owner's work": ({"mandate": "2"}, "work", "title was not"),
    "own sale of another's work": ({"mandate": "0"}, "work", "title was not"),
    "an owner without a key": ({"mandate": "7"}, "mandate", "published no sealing key"),
    "media beyond the mandate": ({"mandate": "3"}, "media", "beyond mandate 3"),
    "no time of day": ({"sold_at": "2026-11-24"}, "sold_at", "no instant"),
    "no zone": ({"sold_at": "2026-11-24T10:00:00"}, "sold_at", "without a zone"),
    "no such day": ({"sold_at": "2026-02-30T10:00:00Z"}, "sold_at", "no such day"),
    "a German date": ({"sold_at": "24.11.2026 10:00"}, "sold_at", "no date"),
    "milliseconds": ({"sold_at": "1795559999000000"}, "sold_at", "milliseconds"),
    "no date of sale": ({"sold_at": ""}, "sold_at", "no date"),
    "a sale of the next report": ({"sold_at": "2031-01-01T00:00:00Z"}, "sold_at", "later report"),
    "from without zone": ({"start": "2026-11-24 10:00"}, "from", "without a zone"),
    "an end before the beginning": ({"until": "2020-01-01"}, "until", "ends before"),
    "no end": ({"until": ""}, "until", "no date"),
    "an unknown medium": ({"media": "2WEB,9ZZZ"}, "media", "'9ZZZ' is no"),
    "no medium": ({"media": ""}, "media", "no"),
    "an unknown territory": ({"territories": "DE, QQ"}, "territories", "'QQ' is no"),
    "no territory": ({"territories": ""}, "territories", "no"),
    "no terms": ({"terms": ""}, "terms", "64 hex digits"),
    "terms that are no digest": ({"terms": "https://example.com"}, "terms", "64 hex digits"),
    "an unknown flag": ({"flags": "revocable;forever"}, "flags", "'forever' is none of"),
    "exclusive under a mandate that is not": ({"flags": "exclusive"}, "flags", "not exclusive"),
    "seats that are no number": ({"seats": "many"}, "seats", "no whole number"),
    "too many seats": ({"seats": str(2**32)}, "seats", "32 bits"),
    "nobody and no seat": ({"end_user": ""}, "end_user", "seats"),
    "seats that nobody holds": ({"end_user": "", "seats": "2"}, "end_user", "licensee's account"),
    "an address as end user": ({"end_user": "https://127.0.0.1/"}, "end_user", "IP address"),
    "a party without its prefix": ({"end_user": "Acme GmbH"}, "end_user", "party:NAME"),
    "an end user too long": ({"end_user": "x" * 3_000}, "end_user", "2000"),
    "an unknown visibility": ({"visibility": "secret"}, "visibility", "neither sealed nor open"),
    "a licensee that is no address": ({"licensee": "0x1234"}, "licensee", "not an address"),
    "a mistyped licensee": ({"licensee": "0xD8dA6BF26964aF9D7eEd9e03E53415D37aA96045"}, "licensee", "ERC-55"),
    "another owner than the mandate's": ({"owner": "0x" + "11" * 20}, "owner", "not this owner's"),
}


@pytest.mark.parametrize(("cells", "column", "fragment"), CELLS.values(), ids=CELLS.keys())
def test_prepare_tells_what_is_wrong_in_a_cell(
    cells: dict[str, str], column: str, fragment: str, shared: Scene, tmp_path: Path
) -> None:
    path = write_sales(tmp_path / "sales.csv", [good(shared), good(shared, **{"reference": "bad", **cells})])
    errors = errors_of(shared, path, tmp_path / "home")
    assert any(error.startswith(f"line 3, {column}: ") and fragment in error for error in errors), errors
    assert {error.split(",")[0] for error in errors} == {"line 3"}
    prepared, told = prepare(shared, path, tmp_path / "home", skip_bad=True)
    assert (prepared.count, prepared.skipped) == (1, 1)
    assert list(map(str, told)) == errors == list(map(str, prepared.errors))


def test_prepare_sale_under_a_revoked_mandate_is_refused(shared: Scene, tmp_path: Path) -> None:
    ended = shared.world.reader.mandate(5).ends_at
    late = good(shared, mandate="5", sold_at=format_instant(ended))
    reporter = shared.world.reporter(shared.agency, tmp_path / "home")
    with pytest.raises(SalesInvalid) as caught:
        reporter.prepare(write_sales(tmp_path / "sales.csv", [late]), shared.world.now - 1)
    assert caught.value.errors[0].startswith("line 2, sold_at: mandate 5 was not live then")


def test_prepare_tells_every_error_of_a_row_and_of_every_row(shared: Scene, tmp_path: Path) -> None:
    bad = {"work": "0x", "sold_at": "2026", "media": "nothing", "terms": "", "visibility": "?", "seats": "x"}
    path = write_sales(tmp_path / "sales.csv", [good(shared, "a", **bad), good(shared, "b"), good(shared, "c", **bad)])
    errors = errors_of(shared, path, tmp_path / "home")
    told = [tuple(error.split(":")[0].split(", ")) for error in errors]
    columns = {"work", "sold_at", "media", "terms", "visibility", "seats"}
    assert set(told) == {(f"line {line}", column) for line in (2, 4) for column in columns}


def test_prepare_reference_twice_in_a_file_is_refused(shared: Scene, tmp_path: Path) -> None:
    rows = [good(shared, f"R{number}") for number in range(2_500)]
    path = write_sales(tmp_path / "sales.csv", [*rows, good(shared, "R7"), good(shared, " R2499 ")])
    errors = errors_of(shared, path, tmp_path / "home")
    assert errors == [
        "line 2502, reference: 'R7' stands already in an earlier line",
        "line 2503, reference: 'R2499' stands already in line 2501",
    ]


def test_prepare_without_one_good_line_is_no_empty_report(shared: Scene, tmp_path: Path) -> None:
    path = write_sales(tmp_path / "sales.csv", [good(shared, work="0x")])
    with pytest.raises(SalesInvalid, match="no good line"):
        prepare(shared, path, tmp_path / "home", skip_bad=True)


LINES = {
    "a cell too few": (b"a,b\n", "2 cells where the header has 16"),
    "a quote that is not closed": (b'"abc,' + b"," * 15 + b"\n", "not closed"),
    "something after a quote": (b'"a"b,' + b"," * 14 + b"\n", "quote"),
    "Latin-1": ("Müller".encode("latin-1") + b"," * 15 + b"\n", "not UTF-8"),
    "half a character": (b"\xc3," + b"," * 14 + b"\n", "not UTF-8"),
    "NUL bytes": (b"a\0b," + b"," * 14 + b"\n", "NUL"),
    "a carriage return inside": (b"a\rb," + b"," * 14 + b"\n", "carriage return"),
    "a line of 10 MB": (b"x" * BIG + b"\n", "more than 65536 bytes"),
    "a line of one byte too much": (b"x" * (MAX_LINE_BYTES + 1) + b"\n", "more than 65536 bytes"),
    "10 MB of a quoted cell": (b'"' + b"x" * BIG + b'"' + b"," * 15 + b"\n", "more than 65536 bytes"),
}


@pytest.mark.parametrize(("line", "fragment"), LINES.values(), ids=LINES.keys())
def test_prepare_tells_what_is_wrong_with_a_line(line: bytes, fragment: str, shared: Scene, tmp_path: Path) -> None:
    path = write_sales(tmp_path / "sales.csv", [good(shared)])
    with path.open("ab") as file:
        file.write(line)
    with path.open("a", encoding="utf-8") as file:
        file.write(path.read_bytes().splitlines()[1].decode().replace("good", "after") + "\n")
    errors = errors_of(shared, path, tmp_path / "home")
    assert len(errors) == 1
    assert errors[0].startswith("line 3: ")
    assert fragment in errors[0]
    prepared, _ = prepare(shared, path, tmp_path / "home", skip_bad=True)
    assert (prepared.count, prepared.skipped) == (2, 1)


HEADER = ",".join(COLUMNS).encode()
FILES = {
    "nothing at all": (b"", "begins without a header"),
    "a blank line first": (b"\n" + HEADER + b"\n", "begins without a header"),
    "UTF-16 with its mark": (("\ufeff" + HEADER.decode()).encode("utf-16-le"), "UTF-16"),
    "UTF-16 without a mark": (HEADER.decode().encode("utf-16-be"), "UTF-16"),
    "a workbook": (b"PK\x03\x04" + bytes(100), "workbook"),
    "a missing column": (HEADER.replace(b"terms", b"flags") + b"\n", "'terms' is missing"),
    "a column twice": (HEADER + b",terms\n", "'terms' stands twice"),
    "an unknown column": (HEADER + b",price\n", "'price' is unknown"),
    "an empty column": (HEADER + b",\n", "'' is unknown"),
    "semicolons": (HEADER.replace(b",", b";") + b"\n", "not separated by commas"),
    "a header of 10 MB": (b"x" * BIG + b"\n", "65536"),
    "a header in Latin-1": (HEADER + ",Größe".encode("latin-1"), "not UTF-8"),
}


@pytest.mark.parametrize(("data", "fragment"), FILES.values(), ids=FILES.keys())
def test_open_sales_of_a_file_that_is_none(data: bytes, fragment: str, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(data)
    with pytest.raises(SalesInvalid, match=fragment):
        with open_sales(path):
            pass


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_open_sales_takes_marks_line_ends_and_other_orders(mark: str, end: str, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    names = [name.upper() + " " for name in reversed(COLUMNS)]
    lines = [",".join(names), ",".join('"a, ""b"""' for _ in names), "", "," * (len(names) - 1), ",".join(COLUMNS)]
    path.write_bytes((mark + end.join(lines)).encode())
    with open_sales(path) as file:
        rows = list(file.rows())
    assert [found.line for found in rows] == [2, 5]
    assert rows[0].cells == dict.fromkeys(COLUMNS, 'a, "b"')
    assert rows[1].cells["reference"] == "terms"


def test_open_sales_of_no_file(tmp_path: Path) -> None:
    with pytest.raises(SalesInvalid, match="cannot be read"):
        with open_sales(tmp_path / "none.csv"):
            pass
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SalesInvalid, match="no pipe"):
        digest_of_file(tmp_path / "pipe")


def test_open_sales_of_long_lines_takes_bounded_memory(tmp_path: Path) -> None:
    """Invariant R6."""
    path = tmp_path / "sales.csv"
    with path.open("wb") as file:
        file.write(HEADER + b"\n")
        for _ in range(40):
            file.write(b"x" * BIG + b"\n")
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from registry_client.licensing.reports.sales_csv import open_sales\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "with open_sales(Path(sys.argv[1])) as file: errors = sum(len(row.errors) for row in file.rows())\n"
        "print(errors, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=True, capture_output=True, text=True)
    errors, grown = map(int, done.stdout.split())
    assert errors == 40
    assert grown < 16 * 1024  # KiB: some chunks, not a line

"""A report from the file of sales to a proof that the chain accepts, over the real chain and a real Kubo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from registry_client.chain.sealing import sealing_secret
from registry_client.content.cid import cid_of_digest
from registry_client.errors import ConfigurationError, ContractError, SalesInvalid, SealedUnreadable
from registry_client.licensing.reports.index import read_index
from registry_client.licensing.reports.opened import inclusion_in, open_report, sealed_rows_of
from registry_client.licensing.reports.tree import root_from
from registry_client.models import Outside, Report, ReportRow, Use
from registry_client.rights.vocabulary import parse_media, parse_territories
from tests.client.licensing.reports.conftest import Scene
from tests.client.licensing.reports.world import Party, row, write_sales

ROWS = 300


def sales_of(scene: Scene, count: int = ROWS, prefix: str = "S") -> list[dict[str, str]]:
    """Owners in turn; every tenth open, every seventh to be named later."""
    owners = [scene.anna.address, scene.ben.address, scene.agency.address]
    found = []
    for number in range(count):
        owner = owners[number % 3]
        works = scene.world.works[owner]
        cells = {"visibility": "open"} if number % 10 == 0 else {}
        if number % 7 == 3:
            cells |= {"end_user": "", "seats": "2", "flags": "transferable; revocable"}
        else:
            cells["end_user"] = f"kunde-{number}.example"
        cells["licensee"] = scene.stranger.address if number % 4 == 0 or not cells["end_user"] else ""
        found.append(
            row(works[number % len(works)], scene.mandates[owner], scene.sold_at + number, f"{prefix}{number}", **cells)
        )
    return found


def submitted(scene: Scene, path: Path | None, home: Path) -> Report:
    reporter = scene.world.reporter(scene.agency, home)
    reporter.submit(reporter.prepare(path, scene.through))
    reporter.store.push_quietly()  # type: ignore[attr-defined]
    return scene.world.reports(scene.agency)[-1]


def references(scene: Scene, report: Report, party: Party) -> set[str]:
    """Of the rows that were unsealed for a party; what else it sees is open to everybody."""
    store = scene.world.store(party.address)
    secret = sealing_secret(party.account)
    found = list(open_report(report, store, scene.world.ids, party.address, secret))
    assert all(opened.sale.is_open for opened in found if not opened.sale.reference)
    return {opened.sale.reference for opened in found if opened.sale.reference}


def test_report_of_three_owners_end_to_end(scene_with_kubo: Scene, tmp_path: Path) -> None:
    """Invariant R2."""
    scene, world = scene_with_kubo, scene_with_kubo.world
    sales = sales_of(scene)
    report = submitted(scene, write_sales(tmp_path / "sales.csv", sales), tmp_path / "agency")
    assert (report.header.count, report.header.complete_through) == (ROWS, scene.through)

    by_owner = [{sale["reference"] for sale in sales[start::3]} for start in range(3)]
    assert references(scene, report, scene.anna) == by_owner[0]
    assert references(scene, report, scene.ben) == by_owner[1]
    assert references(scene, report, scene.agency) == set().union(*by_owner)

    # Whoever is neither sees the open rows, without names; and so does everybody without a key.
    store = world.store("stranger")
    secret = sealing_secret(scene.stranger.account)
    seen = list(open_report(report, store, world.ids, scene.stranger.address, secret))
    assert seen == list(open_report(report, store, world.ids))
    opened = [number for number in range(0, ROWS, 10) if sales[number]["end_user"]]
    assert sorted(found.row for found in seen) == opened
    assert {(found.sale.reference, found.sale.licensee_name) for found in seen} == {("", "")}
    sealed = sealed_rows_of(report, store)
    owners = [scene.anna.address, scene.ben.address, scene.agency.address]
    assert sealed == {
        owner: ROWS // 3 - sum(number % 3 == place for number in opened) for place, owner in enumerate(owners)
    }

    # One sale, found in the agency's books, is proven on chain; its proof from the public parts alone is the same.
    reporter = world.reporter(scene.agency, tmp_path / "agency")
    found = reporter.books.find_row("S102")
    assert found is not None
    assert found == reporter.books.find_row(found.licence_id)
    assert found.place == ReportRow(scene.agency.address, report.index, 102)
    inclusion = reporter.books.inclusion_of(report.index, 102)
    assert inclusion == inclusion_in(report, store, 102)
    assert root_from(found.licence_id, 102, inclusion.proof) == report.root
    name, salt = found.sale.name, found.sale.salt
    assert (name, found.known().name) == ("kunde-102.example", "kunde-102.example")
    assert name is not None
    assert salt is not None
    use = Use(name, scene.through + 10, parse_media("2WEB"), parse_territories("DE"), salt)
    assert world.reader.covers_reported(found.sale.licence, use, inclusion) == Outside.NONE
    abroad = replace(use, territories=parse_territories("FR"))
    assert world.reader.covers_reported(found.sale.licence, abroad, inclusion) == Outside.TERRITORIES
    with pytest.raises(ContractError, match="LicenceEndUserMismatch"):
        world.reader.covers_reported(found.sale.licence, replace(use, salt=bytes(32)), inclusion)
    wrong = replace(inclusion, row=103)
    with pytest.raises(ContractError, match="ReportProofInvalid"):
        world.reader.covers_reported(found.sale.licence, use, wrong)


def test_report_every_row_is_accepted_by_the_chain(scene: Scene, tmp_path: Path) -> None:
    world = scene.world
    submitted(scene, write_sales(tmp_path / "sales.csv", sales_of(scene, 21)), tmp_path / "agency")
    reporter = world.reporter(scene.agency, tmp_path / "agency")
    for number in range(21):
        found = reporter.books.find_row(f"S{number}")
        assert found is not None
        inclusion = reporter.books.inclusion_of(0, number)
        if found.sale.name is None or found.sale.salt is None:
            with pytest.raises(ContractError, match="LicenceEndUserMismatch"):
                world.reader.covers_reported(found.sale.licence, Use("nobody", scene.through), inclusion)
        else:
            use = Use(found.sale.name, scene.through, salt=found.sale.salt)
            assert world.reader.covers_reported(found.sale.licence, use, inclusion) == Outside.NONE


def test_report_of_nothing_says_so(scene: Scene, tmp_path: Path) -> None:
    report = submitted(scene, None, tmp_path / "agency")
    assert (report.root, report.header.count) == (bytes(32), 0)
    store = scene.world.reporter(scene.agency, tmp_path / "agency").store
    assert read_index(report, store).blocks == ()
    assert list(open_report(report, store, scene.world.ids, scene.agency.address, bytes(32))) == []
    assert scene.world.reader.books(scene.agency.address).complete_through == scene.through


def test_report_of_a_header_alone_is_empty_too(scene: Scene, tmp_path: Path) -> None:
    report = submitted(scene, write_sales(tmp_path / "sales.csv", []), tmp_path / "agency")
    assert report.header.count == 0


def test_report_of_one_row_has_its_leaf_as_root(scene: Scene, tmp_path: Path) -> None:
    report = submitted(scene, write_sales(tmp_path / "sales.csv", sales_of(scene, 1)), tmp_path / "agency")
    found = scene.world.reporter(scene.agency, tmp_path / "agency").books.find_row("S0")
    assert found is not None
    assert root_from(found.licence_id, 0, ()) == report.root


def test_submit_called_again_sends_nothing(scene: Scene, tmp_path: Path) -> None:
    path = write_sales(tmp_path / "sales.csv", sales_of(scene, 5))
    reporter = scene.world.reporter(scene.agency, tmp_path / "agency")
    first = reporter.submit(reporter.prepare(path, scene.through))
    prepared = reporter.prepare(path, scene.through)
    assert prepared.is_submitted
    assert reporter.submit(prepared) == first
    assert first.gas_used <= 75_000
    assert len(scene.world.reports(scene.agency)) == 1


def test_prepare_again_with_the_same_file_gives_the_same_report(scene: Scene, tmp_path: Path) -> None:
    path = write_sales(tmp_path / "sales.csv", sales_of(scene, 5))
    first = scene.world.reporter(scene.agency, tmp_path / "agency").prepare(path, scene.through)
    assert scene.world.reporter(scene.agency, tmp_path / "agency").prepare(path, scene.through) == first


def test_prepare_with_a_mended_file_replaces_what_was_not_submitted(scene: Scene, tmp_path: Path) -> None:
    reporter = scene.world.reporter(scene.agency, tmp_path / "agency")
    first = reporter.prepare(write_sales(tmp_path / "sales.csv", sales_of(scene, 5)), scene.through)
    second = reporter.prepare(write_sales(tmp_path / "sales.csv", sales_of(scene, 6)), scene.through)
    with pytest.raises(SalesInvalid, match="prepared anew"):
        reporter.submit(first)
    reporter.submit(second)
    assert [report.root for report in scene.world.reports(scene.agency)] == [second.root]


def test_prepare_another_file_for_a_closed_time_is_refused(scene: Scene, tmp_path: Path) -> None:
    submitted(scene, None, tmp_path / "agency")
    reporter = scene.world.reporter(scene.agency, tmp_path / "agency")
    path = write_sales(tmp_path / "sales.csv", sales_of(scene, 5))
    with pytest.raises(SalesInvalid, match="submitted already, from another file"):
        reporter.prepare(path, scene.through)
    with pytest.raises(SalesInvalid, match="closed"):
        reporter.prepare(path, scene.through - 1)
    with pytest.raises(SalesInvalid, match="before the present"):
        reporter.prepare(path, scene.world.now + 100)


def test_second_report_refuses_references_and_times_of_the_first(scene: Scene, tmp_path: Path) -> None:
    """Invariant R8."""
    submitted(scene, write_sales(tmp_path / "sales.csv", sales_of(scene, 5)), tmp_path / "agency")
    reporter = scene.world.reporter(scene.agency, tmp_path / "agency")
    works = scene.world.works[scene.anna.address]
    mandate = scene.mandates[scene.anna.address]
    later = scene.through + 100
    sales = [row(works[0], mandate, scene.through + 1, "S3"), row(works[0], mandate, scene.through, "late")]
    with pytest.raises(SalesInvalid) as caught:
        reporter.prepare(write_sales(tmp_path / "next.csv", sales), later)
    assert "line 2, reference: 'S3' stands already in the report through" in caught.value.errors[0]
    assert "line 3, sold_at: the books are closed through" in caught.value.errors[1]
    skipped = [*sales, row(works[0], mandate, scene.through + 1, "new")]
    prepared = reporter.prepare(write_sales(tmp_path / "next.csv", skipped), later, skip_bad=True)
    assert (prepared.count, prepared.skipped, [error.line for error in prepared.errors]) == (1, 2, [2, 3])
    result = reporter.submit(prepared)
    assert (result.index, result.count, result.skipped) == (1, 1, 2)
    assert result.gas_used <= 58_000
    assert scene.world.reports(scene.agency)[1].header.previous_through == scene.through


def test_prepare_without_the_agencys_key_is_refused(scene: Scene, tmp_path: Path) -> None:
    newcomer = scene.world.party()
    with pytest.raises(ConfigurationError, match="published no sealing key"):
        scene.world.reporter(newcomer, tmp_path / "newcomer").prepare(None, scene.through)


def test_open_report_with_another_key_says_so(scene: Scene, tmp_path: Path) -> None:
    report = submitted(scene, write_sales(tmp_path / "sales.csv", sales_of(scene, 6)), tmp_path / "agency")
    store = scene.world.reporter(scene.agency, tmp_path / "agency").store
    for account in (scene.anna.address, scene.agency.address):
        with pytest.raises(SealedUnreadable, match=f"report 0 of {scene.agency.address}.*another key"):
            list(open_report(report, store, scene.world.ids, account, sealing_secret(scene.stranger.account)))


def test_sealed_blocks_hold_no_end_user_in_the_clear(scene: Scene, tmp_path: Path) -> None:
    """Invariant R3."""
    report = submitted(scene, write_sales(tmp_path / "sales.csv", sales_of(scene, 60)), tmp_path / "agency")
    store = scene.world.reporter(scene.agency, tmp_path / "agency").store
    sealed = [store.get(block.cid) for block in read_index(report, store).blocks if not block.is_open]
    assert sealed
    assert not any(b"kunde" in block or b"Studio" in block for block in sealed)
    opened = [store.get(block.cid) for block in read_index(report, store).blocks if block.is_open]
    assert any(b"kunde-0.example" in block for block in opened)
    assert not any(b"Studio" in block for block in opened)
    assert store.get(cid_of_digest(report.rows_digest))

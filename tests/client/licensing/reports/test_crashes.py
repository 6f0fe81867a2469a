"""Killed at random moments, the same call given again submits one report, the one that was begun."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from registry_client.chain.licences import LicenceReader
from registry_client.chain.sealing import sealing_secret
from registry_client.errors import ChainUnavailable, ReportInvalid, SalesInvalid
from registry_client.licensing.reports.books import AgencyBooks
from registry_client.licensing.reports.opened import open_report
from registry_client.licensing.reports.protocols import folder_of
from registry_client.models import Report
from tests.client.licensing.reports.conftest import Scene
from tests.client.licensing.reports.test_reports import sales_of
from tests.client.licensing.reports.world import write_sales

ROWS = 1_500
KILLS = 4


def seeds(scene: Scene, home: Path) -> set[bytes]:
    """Of the reports that the agency's books hold."""
    folder = folder_of(home, scene.world.network.chain_id, scene.world.contract, scene.agency.address)
    books = AgencyBooks(folder, scene.agency.address)
    found = {report.seed for report in books.reports()}
    books.close()
    return found


@pytest.mark.parametrize("trial", range(6))
def test_report_killed_at_random_moments_is_submitted_once(
    trial: int, scene: Scene, devnet_home: Path, tmp_path: Path
) -> None:
    """Invariant R1."""
    world, home = scene.world, tmp_path / "agency"
    home.mkdir()
    path = write_sales(tmp_path / "sales.csv", sales_of(scene, ROWS))
    command = [sys.executable, "-m", "tests.client.licensing.reports.report_once", str(devnet_home), str(home)]
    command += [scene.agency.account.key.hex(), str(path), str(scene.through)]

    def nonce() -> int:
        return int(world.connection.request("eth_getTransactionCount", [scene.agency.address, "latest"]), 16)

    before, kept = nonce(), set[bytes]()
    for _ in range(KILLS):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        moment = random.uniform(0.6, 3.0)
        print(f"killed after {moment:.3f} s")  # noqa: T201
        time.sleep(moment)
        process.kill()
        process.wait()
        kept |= seeds(scene, home)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    root, count = done.stdout.split()
    assert int(count) == ROWS
    assert nonce() == before + 1
    reports = world.reports(scene.agency)
    assert [report.root.hex() for report in reports] == [root]
    assert len(kept | seeds(scene, home)) == 1

    # What is on chain is what the agency's own books and the sealed rows say.
    reporter = world.reporter(scene.agency, home)
    secret = sealing_secret(scene.agency.account)
    opened = open_report(reports[0], reporter.store, world.ids, scene.agency.address, secret)
    found = {row.row: row.sale.reference for row in opened}
    assert found == {number: f"S{number}" for number in range(ROWS)}
    assert reporter.books.inclusion_of(0, ROWS - 1).header == reports[0].header


def test_report_begun_anew_before_it_was_built_has_the_same_root(scene: Scene, tmp_path: Path) -> None:
    path = write_sales(tmp_path / "sales.csv", sales_of(scene, 50))
    reporter = scene.world.reporter(scene.agency, tmp_path / "agency")

    def stop(phase: str, done: int, total: int) -> None:
        if phase == "seal":
            roots.append(reporter.books.tree_path(reporter.books.reports()[0]).read_bytes()[-32:])
            raise KeyboardInterrupt

    roots: list[bytes] = []
    with pytest.raises(KeyboardInterrupt):
        reporter.prepare(path, scene.through, progress=stop)
    assert reporter.books.reports()[0].built is None
    assert [reporter.prepare(path, scene.through).root] == roots


class Forgetful(LicenceReader):
    """A node that mined a report and then cannot be asked for it."""

    def reports(self, agent: str, first: int, last: int) -> list[Report]:
        raise ChainUnavailable("gone")


def left_unrecorded(scene: Scene, home: Path, path: Path) -> bytes:
    """A report that is on chain, while the books know only that it was built; its root."""
    reporter = scene.world.reporter(scene.agency, home)
    reporter.reader = Forgetful(scene.world.connection)
    prepared = reporter.prepare(path, scene.through)
    with pytest.raises(ChainUnavailable):
        reporter.submit(prepared)
    assert reporter.books.reports()[0].placed is None
    return prepared.root


def test_report_mined_but_not_recorded_is_not_sent_again(scene: Scene, tmp_path: Path) -> None:
    path = write_sales(tmp_path / "sales.csv", sales_of(scene, 20))
    root = left_unrecorded(scene, tmp_path / "agency", path)
    reporter = scene.world.reporter(scene.agency, tmp_path / "agency")
    prepared = reporter.prepare(path, scene.through)
    assert (prepared.is_submitted, prepared.root) == (True, root)
    assert reporter.submit(prepared).index == 0
    assert [report.root for report in scene.world.reports(scene.agency)] == [root]


def test_next_report_settles_the_one_that_was_not_recorded(scene: Scene, tmp_path: Path) -> None:
    root = left_unrecorded(scene, tmp_path / "agency", write_sales(tmp_path / "sales.csv", sales_of(scene, 20)))
    reporter = scene.world.reporter(scene.agency, tmp_path / "agency")
    result = reporter.submit(reporter.prepare(None, scene.through + 1))
    assert result.index == 1
    assert [report.root for report in scene.world.reports(scene.agency)] == [root, bytes(32)]
    assert reporter.books.find_row("S7") is not None


def test_report_overtaken_from_another_device_says_so(scene: Scene, tmp_path: Path) -> None:
    path = write_sales(tmp_path / "sales.csv", sales_of(scene, 20))
    here, there = (scene.world.reporter(scene.agency, tmp_path / name) for name in ("here", "there"))
    overtaken = here.prepare(path, scene.through)
    there.submit(there.prepare(None, scene.through - 100))
    with pytest.raises(ReportInvalid, match="submitted from elsewhere"):
        here.submit(overtaken)
    assert here.books.report_at(1) is not None
    assert here.books.inclusion_of(1, 3).header == scene.world.reports(scene.agency)[1].header


def test_prepare_again_after_a_report_from_another_device_judges_anew(scene: Scene, tmp_path: Path) -> None:
    path = write_sales(tmp_path / "sales.csv", sales_of(scene, 20))
    here, there = (scene.world.reporter(scene.agency, tmp_path / name) for name in ("here", "there"))
    here.prepare(path, scene.through)
    there.submit(there.prepare(None, scene.sold_at + 9))
    with pytest.raises(SalesInvalid) as caught:
        here.prepare(path, scene.through)
    assert [error.split(":")[0] for error in caught.value.errors] == [f"line {line}, sold_at" for line in range(2, 12)]

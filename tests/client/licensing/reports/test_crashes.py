"""Killed at random moments, the same call given again submits one report, the one that was begun."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from registry_client.chain.sealing import sealing_secret
from registry_client.licensing.reports.books import AgencyBooks
from registry_client.licensing.reports.opened import open_report
from registry_client.licensing.reports.protocols import folder_of
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
        moment = random.uniform(0.7, 3.5)
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

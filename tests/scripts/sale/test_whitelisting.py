"""Whitelisting thousands: by 500, killed in the middle, run again; nothing is sent twice."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from registry_client.chain.connection import Connection
from registry_client.chain.sale import SaleReader
from registry_client.errors import ContractError
from scripts.devnet import Devnet
from scripts.processes import ROOT
from scripts.sale.setting import Setting, setting
from scripts.sale.whitelist import whitelist
from tests.client.sale_fixtures import OPERATOR
from tests.scripts.sale.brownie_steps import Steps

COUNT = 5_000


def buyers(count: int, tag: str) -> list[str]:
    return [to_checksum_address(keccak(text=f"{tag} {number}")[-20:]) for number in range(count)]


def nonce(connection: Connection, address: str) -> int:
    return int(connection.request("eth_getTransactionCount", [address, "latest"]), 16)


def sent(reader: SaleReader, address: str) -> Counter[str]:
    """How often each address was listed, by the events."""
    return Counter(str(event.values["account"]) for event in reader.events(("AccountWhitelisted",)))


@pytest.mark.parametrize("batches_before_the_kill", [0, 5])
def test_whitelisting_5000_killed_in_the_middle_and_run_again_lists_each_once(
    batches_before_the_kill: int, devnet: Devnet, sale_reader: SaleReader, tmp_path: Path
) -> None:
    steps = Steps(devnet, tmp_path)
    steps.account("operator", OPERATOR)
    wanted = buyers(COUNT, f"killed after {batches_before_the_kill}")
    (tmp_path / "buyers.csv").write_text("address\n" + "\n".join(wanted) + "\n")
    given = {"SALE_WHITELIST": tmp_path / "buyers.csv", "SALE_ACCOUNT": "operator"}
    before = nonce(sale_reader.connection, OPERATOR.address)

    process = subprocess.Popen(
        steps.command("whitelist", "without_asking"),
        cwd=ROOT,
        env=steps.environment(given),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    heard = []
    for line in process.stdout:
        heard.append(line)
        if line.startswith(f"{batches_before_the_kill * 500} of {COUNT} listed"):
            break
    else:
        pytest.fail("the step ended before it was killed: " + "".join(heard))
    moment = random.uniform(0.0, 1.2)  # any moment of a batch is a test; the next line tells which
    print(f"killed {moment:.3f} s into batch {batches_before_the_kill + 1}")  # noqa: T201
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not all(sale_reader.listed(wanted))

    text = steps.run("whitelist", **given)
    added, already = map(int, re.search(r"added (\d+), listed before (\d+)", text).groups())  # type: ignore[union-attr]
    assert added + already == COUNT
    assert already >= batches_before_the_kill * 500
    assert all(sale_reader.listed(wanted))
    assert sent(sale_reader, OPERATOR.address) == Counter(wanted)
    assert nonce(sale_reader.connection, OPERATOR.address) - before == COUNT // 500

    again = steps.run("whitelist", **given)
    assert f"added 0, listed before {COUNT}" in again
    assert nonce(sale_reader.connection, OPERATOR.address) - before == COUNT // 500


def test_whitelist_passes_over_the_listed_and_counts_gas(operator: Setting, sale_reader: SaleReader) -> None:
    wanted = buyers(700, "counted")
    first = whitelist(operator, wanted[:200])
    seen: list[int] = []
    second = whitelist(operator, wanted, seen.append)
    assert (first.added, first.already, len(first.transactions)) == (200, 0, 1)
    assert (second.added, second.already, len(second.transactions)) == (500, 200, 1)
    assert second.gas_used / 500 <= 26_000
    assert seen == [200, 700]
    assert whitelist(operator, wanted).transactions == ()


def test_whitelist_by_somebody_who_is_no_operator_sends_nothing(
    new_account: object, sale_reader: SaleReader, tmp_path: Path
) -> None:
    stranger = setting(sale_reader.connection.network, new_account(), tmp_path / "journal")  # type: ignore[operator]
    with pytest.raises(ContractError) as caught:
        whitelist(stranger, buyers(3, "stranger"))
    assert caught.value.name == "AccessManagedUnauthorized"
    assert nonce(sale_reader.connection, stranger.sender.address) == 0


def test_the_step_names_the_lines_of_a_bad_file_and_sends_nothing(
    devnet: Devnet, sale_reader: SaleReader, tmp_path: Path
) -> None:
    steps = Steps(devnet, tmp_path)
    steps.account("operator", OPERATOR)
    before = nonce(sale_reader.connection, OPERATOR.address)
    (tmp_path / "buyers.csv").write_text("address\n" + buyers(1, "x")[0].lower() + "\n\n")
    text = steps.run("whitelist", code=1, SALE_WHITELIST=tmp_path / "buyers.csv", SALE_ACCOUNT="operator")
    assert "2 mistakes" in text
    assert "line 2" in text
    assert "line 3: empty" in text
    assert nonce(sale_reader.connection, OPERATOR.address) == before

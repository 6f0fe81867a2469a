"""Buying once: whatever moment the process dies at, and whatever the node says."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from registry_client.chain.connection import Connection
from registry_client.chain.journal import Journal, SignedTransaction
from registry_client.chain.keystore import Keystore
from registry_client.chain.sale import SaleReader
from registry_client.chain.sender import Sender
from registry_client.errors import ChainUnavailable, ContractError
from registry_client.models import Network, Quote, Receipt
from registry_client.sale.amounts import UNIT
from registry_client.sale.purchase import Purchase, Purchaser, offer
from tests.client.sale_fixtures import Clock

List = Callable[[Sequence[str]], None]


class Killed(BaseException):
    """Stands for SIGKILL: nothing catches it."""


class DyingSender(Sender):
    """Dies before it has signed, when it has signed, or when its transaction is mined."""

    dies = ""

    def _sign(self, key: str, to: str, data: bytes, value: int, gas: int | None) -> SignedTransaction:
        if self.dies == "before":
            raise Killed
        return super()._sign(key, to, data, value, gas)

    def _settled(self, entry: SignedTransaction) -> Receipt:
        if self.dies == "signed":
            raise Killed
        if self.dies == "broadcast":
            self._broadcast(entry)
            raise Killed
        receipt = super()._settled(entry)
        if self.dies == "mined":
            raise Killed
        return receipt


@pytest.fixture
def buyer(
    sale_reader: SaleReader, new_account: Callable[[], LocalAccount], whitelist: List, clock: Clock
) -> LocalAccount:
    """Listed, with 10 ether, in the open public round."""
    account = new_account()
    whitelist([account.address])
    clock.open(2)
    return account


@pytest.fixture
def journals(tmp_path: Path) -> Iterator[Callable[[], Journal]]:
    """The same journal as a new process opens it."""
    opened: list[Journal] = []

    def reopen() -> Journal:
        for journal in opened:
            journal.close()
        opened[:] = [Journal(tmp_path / "buyer.sqlite")]
        return opened[0]

    yield reopen
    for journal in opened:
        journal.close()


def purchaser(reader: SaleReader, journal: Journal, account: LocalAccount, dies: str = "") -> Purchaser:
    sender = DyingSender(reader.connection, journal, account, wait_seconds=20)
    sender.dies = dies
    return Purchaser(reader, sender, journal, f"31337:{reader.address}")


@pytest.mark.parametrize("dies", ["before", "signed", "broadcast", "mined"])
def test_buy_that_died_is_finished_and_paid_once(
    dies: str, sale_reader: SaleReader, buyer: LocalAccount, journals: Callable[[], Journal]
) -> None:
    with pytest.raises(Killed):
        purchaser(sale_reader, journals(), buyer, dies).buy(UNIT)
    found = purchaser(sale_reader, journals(), buyer).buy(UNIT)
    assert (found.amount, found.tokens, found.earlier) == (UNIT, 1000 * UNIT, dies != "before")
    assert sale_reader.buyer(buyer.address).contribution == UNIT


def test_buy_answers_an_untold_purchase_until_it_is_told_and_then_buys_anew(
    sale_reader: SaleReader, buyer: LocalAccount, journals: Callable[[], Journal]
) -> None:
    first = purchaser(sale_reader, journals(), buyer).buy(UNIT)
    for amount in (UNIT, 2 * UNIT):
        again = purchaser(sale_reader, journals(), buyer).buy(amount)
        assert (again.transaction, again.amount, again.earlier) == (first.transaction, UNIT, True)
    purchaser(sale_reader, journals(), buyer).told(first)
    second = purchaser(sale_reader, journals(), buyer).buy(UNIT)
    assert second.transaction != first.transaction
    assert (second.earlier, second.number) == (False, first.number + 1)
    assert sale_reader.buyer(buyer.address).contribution == 2 * UNIT


def test_buy_that_is_refused_leaves_nothing_to_finish(
    sale_reader: SaleReader, buyer: LocalAccount, journals: Callable[[], Journal]
) -> None:
    with pytest.raises(ContractError) as caught:
        purchaser(sale_reader, journals(), buyer).buy(UNIT, min_tokens=1001 * UNIT)
    assert caught.value.name == "SaleInsufficientTokens"
    found = purchaser(sale_reader, journals(), buyer).buy(2 * UNIT)
    assert (found.amount, found.earlier) == (2 * UNIT, False)
    assert sale_reader.buyer(buyer.address).contribution == 2 * UNIT


def test_two_accounts_and_two_sales_do_not_meet_in_the_journal(
    sale_reader: SaleReader, buyer: LocalAccount, journals: Callable[[], Journal]
) -> None:
    journal = journals()
    purchaser(sale_reader, journal, buyer).buy(UNIT)
    other = Purchaser(sale_reader, DyingSender(sale_reader.connection, journal, buyer), journal, "1:0x00")
    assert other.buy(UNIT).earlier is False


def test_offer_refuses_a_quote_that_does_not_follow_from_the_terms(sale_reader: SaleReader, clock: Clock) -> None:
    clock.open(2)

    class Lying(SaleReader):
        def at(self, block: int) -> SaleReader:
            return Lying(self.connection, block)

        def quote(self, buyer: str, amount: int, rounds: int) -> Quote:
            found = super().quote(buyer, amount, rounds)
            return replace(found, tokens=found.tokens + 1)

    with pytest.raises(ChainUnavailable, match="does not follow from the sale's terms"):
        offer(Lying(sale_reader.connection), None, UNIT)


def test_registry_sale_buy_killed_at_random_moments_pays_once(
    devnet_home: Path, network: Network, sale_network: Network, sale_reader: SaleReader, whitelist: List, clock: Clock,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Killed again and again while it buys for 1 ether; the run that ends has paid once, or twice where a run that was
    killed had told its end before."""
    home = tmp_path / "home"
    shutil.copytree(devnet_home / "networks", home / "networks")
    (home / "passphrase").write_text("secret\n")
    anna = Keystore(home / "keys", 1 << 10).new("anna", "secret")
    Connection(network).request("anvil_setBalance", [anna, hex(100 * UNIT)])
    whitelist([anna])
    clock.open(2)
    command = [sys.executable, "-m", "registry_client.cli.main", "sale", "buy", "1", "--account", "anna", "--json"]
    command += ["--passphrase-file", str(home / "passphrase")]
    environment = {**os.environ, "REGISTRY_HOME": str(home)}
    told: list[str] = []
    for trial in range(8):
        moment = random.uniform(0.3, 2.2)  # any moment of the run is a test; the next line tells which
        print(f"trial {trial}: killed after {moment:.3f} s")  # noqa: T201
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
        told += [json.loads(line)["transaction"] for line in out.splitlines()]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    told.append(json.loads(done.stdout)["transaction"])
    bought = {event.transaction for event in sale_reader.events(("TokensPurchased",), anna)}
    assert bought == set(told)
    assert sale_reader.buyer(anna).contribution == len(bought) * UNIT


def test_a_purchase_keeps_what_its_events_say(
    sale_reader: SaleReader, buyer: LocalAccount, journals: Callable[[], Journal]
) -> None:
    found = purchaser(sale_reader, journals(), buyer).buy(3 * UNIT)
    assert isinstance(found, Purchase)
    assert (found.accepted, found.credited, found.tokens) == (3 * UNIT, 0, 3000 * UNIT)
    assert 0 < found.gas_used <= 95_000

"""The report: whole, self-contained, reconciled with the chain, and loud where it is not."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from registry_client.chain.sale import SaleReader
from registry_client.chain.sender import Sender
from registry_client.models import SaleEvent
from registry_client.sale.amounts import UNIT
from scripts.devnet import Devnet, quick_blocks
from scripts.sale.drawing import edges_for, histogram, progress, steps
from scripts.sale.report import FILES, PAGE, write
from scripts.sale.report_data import gather
from scripts.sale.setting import Setting, setting
from tests.client.sale_fixtures import Clock


class Balanced(HTMLParser):
    """Fails on a tag that is closed and was not opened; ``open`` are those left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Closed at once."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def sold(
    devnet: Devnet, operator: Setting, sale_reader: SaleReader, clock: Clock, tmp_path: Path,
    new_account: Callable[[], LocalAccount], whitelist: Callable[[Sequence[str]], None],
) -> list[str]:  # fmt: skip
    """Three buyers in two rounds; one crosses into the second tranche, one buys twice, the last is credited."""
    accounts = [new_account() for _ in range(6)]
    whitelist([account.address for account in accounts])
    for account in accounts:
        sale_reader.connection.request("anvil_setBalance", [account.address, hex(1000 * UNIT)])

    def buy(who: int, amount: int) -> None:
        one = setting(sale_reader.connection.network, accounts[who], tmp_path / f"journal-{who}")
        sender: Sender = one.sender
        sender.send("buy", sale_reader.address, sale_reader.buy_data(sender.address, 0), amount, repeatable=True)
        one.close()

    with quick_blocks(sale_reader.connection.network.rpc_url, devnet.block_seconds):
        clock.open()
        buy(0, UNIT // 10)
        buy(1, 20 * UNIT)
        clock.open(2)
        buy(1, 200 * UNIT)
        for who in (2, 3, 4):
            buy(who, 250 * UNIT)
    return [account.address for account in accounts[:5]]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_write_makes_a_page_and_figures_that_agree(
    sold: list[str], operator: Setting, sale_reader: SaleReader, tmp_path: Path
) -> None:
    report = write(operator, tmp_path, 'Sale <of> "tests"', ["Early <birds>", "Public & open"])
    assert report.reconciled, report.checks
    assert len(report.checks) == 9
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix in (".csv", ".html")) == sorted(
        [PAGE, *FILES]
    )

    purchases = read(tmp_path / "purchases.csv")
    state = sale_reader.state(2)
    assert sum(int(row["wei"]) for row in purchases) == state.wei_raised
    assert sum(int(row["units"]) for row in purchases) == state.tokens_sold
    buyers = {row["address"]: row for row in read(tmp_path / "buyers.csv")}
    assert set(buyers) == set(sold)
    assert buyers[sold[1]]["payments"] == "2"
    assert buyers[sold[1]]["wei"] == str(220 * UNIT)
    assert buyers[sold[4]]["wei_credit"] == str(146_105 * 10**15)
    rounds = read(tmp_path / "rounds.csv")
    assert [row["payments"] for row in rounds] == ["2", "4"]
    assert sum(int(row["buyers"]) for row in read(tmp_path / "distribution.csv")) == len(sold)
    assert {row["holds"] for row in read(tmp_path / "checks.csv")} == {"yes"}

    text = (tmp_path / PAGE).read_text()
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    assert "Sale &lt;of&gt; &quot;tests&quot;" in text
    assert "Early &lt;birds&gt;" in text
    assert text.count("<svg") == 3
    assert "<script" not in text
    assert set(re.findall(r'(?:href|src)="([^"]*)"', text)) == set(FILES)
    assert re.findall(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", text) == []
    assert "reconciled: events, totals" in text


def test_a_report_can_be_read_at_an_earlier_block(
    sold: list[str], operator: Setting, sale_reader: SaleReader, tmp_path: Path
) -> None:
    first = gather(operator).purchases[0]
    report = write(operator, tmp_path, "then", block=first.block)
    assert report.reconciled
    assert (report.state.block, len(report.purchases), report.state.wei_raised) == (first.block, 1, UNIT // 10)


def test_a_report_of_a_sale_where_nobody_bought_yet(operator: Setting, clock: Clock, tmp_path: Path) -> None:
    report = write(operator, tmp_path, "empty")
    assert report.reconciled
    assert report.purchases == []
    assert "not open yet" in (tmp_path / PAGE).read_text()


class Forgetful(SaleReader):
    """A node that leaves out the first purchase."""

    def at(self, block: int) -> SaleReader:
        return Forgetful(self.connection, block)

    def events(self, names: Sequence[str], account: str | None = None, block: int | None = None) -> list[SaleEvent]:
        found = super().events(names, account, block)
        first = next((event for event in found if event.name == "TokensPurchased"), None)
        return [event for event in found if event is not first]


def test_a_report_says_where_it_does_not_reconcile(
    sold: list[str], operator: Setting, sale_reader: SaleReader, tmp_path: Path
) -> None:
    operator.reader = Forgetful(sale_reader.connection)
    report = write(operator, tmp_path, "forgotten")
    assert not report.reconciled
    failing = [what for holds, what, _ in report.checks if not holds]
    assert failing[:2] == ["ether of all purchases = weiRaised", "tokens of all purchases = tokensSold"]
    text = (tmp_path / PAGE).read_text()
    assert "NOT reconciled" in text
    assert text.count("DOES NOT HOLD") == len(failing)


@pytest.mark.parametrize(
    ("least", "most", "edges"),
    [
        (0.1, 2500, [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]),
        (1, 1, [1, 2]),
        (0.15, 0.15, [0.1, 0.2]),
        (3, 4, [2, 5]),
        (1e-18, 1e-18, [1e-18, 2e-18]),
    ],
)
def test_edges_enclose_what_is_counted(least: float, most: float, edges: list[float]) -> None:
    assert edges_for(least, most) == edges


def test_pictures_of_nothing_and_of_much_are_whole() -> None:
    much = [(1_600_000_000 + second, float(second)) for second in range(100_000)]
    drawn = [
        progress([("All", "0", 0.0, "none")], []),
        steps([], 0, 1, 0.0, [], "ether"),
        steps(much, much[0][0], much[-1][0], 5000.0, [(much[0][0], "<one>")], "ether"),
        histogram([0.1, 1.0], [0], "ether"),
    ]
    for svg in drawn:
        parser = Balanced()
        parser.feed(svg)
        assert parser.open == []
        assert "nan" not in svg
    assert len(drawn[2]) < 100_000
    assert "&lt;one&gt;" in drawn[2]

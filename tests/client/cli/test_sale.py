"""``registry sale`` on a real chain: quote, buy, claim, refund, credit; exit codes and refusals."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from eth_account import Account

from registry_client.chain.approvals import approval_text, sign_approval
from registry_client.chain.connection import Connection
from registry_client.chain.sale import SaleReader
from registry_client.models import Approval, Network
from registry_client.sale.amounts import UNIT
from scripts.sale.setting import Setting
from tests.client.cli.test_commands import Home
from tests.client.sale_fixtures import OPERATOR, Clock

List = Callable[[Sequence[str]], None]


@pytest.fixture
def home(devnet_home: Path, network: Network, sale_network: Network, tmp_path: Path) -> Home:
    shutil.copytree(devnet_home / "networks", tmp_path / "home" / "networks")
    return Home(tmp_path / "home", network)


def rich(network: Network, address: str, ether: int = 10_000) -> str:
    Connection(network).request("anvil_setBalance", [address, hex(ether * UNIT)])
    return address


def approval(home: Home, network: Network, buyer: str, **change: object) -> Path:
    fields = {"buyer": buyer, "signer": OPERATOR.address, "nonce": 0, "expiry": 2**40 - 1, **change}
    path = home.folder / "approval.json"
    signed = sign_approval(OPERATOR, network, Approval(**fields))  # type: ignore[arg-type]
    path.write_text(approval_text(network, signed))
    return path


def test_status_tells_phase_and_buyer(home: Home, clock: Clock, whitelist: List) -> None:
    anna = home.key("anna")
    before = home.json("sale", "status")
    assert (before["phase"], before["round"], before["wei_raised"]) == ("not open yet", None, "0")
    whitelist([anna])
    clock.open()
    now = home.json("sale", "status", "anna")
    assert (now["phase"], now["round"]) == ("open", 0)
    assert now["buyer"] == {
        "address": anna, "contribution": "0", "tokens": "0", "credit": "0", "whitelisted": True, "blocked": False,
    }  # fmt: skip
    text = home.run("sale", "status", anna).output
    assert "sold      0 of 700,000 tokens (0.00 %)" in text
    assert "5 % bonus  <- now" in text
    assert f"buyer     {anna}: on the whitelist" in text


def test_quote_names_parts_credit_and_what_is_in_the_way(
    home: Home, network: Network, clock: Clock, whitelist: List
) -> None:
    anna = rich(network, home.key("anna"))
    closed = home.json("sale", "quote", "1", code=1)
    assert closed["refusal"] == "no round is open now"
    clock.open()
    assert home.json("sale", "quote", "1")["tokens"] == str(1050 * UNIT)
    assert "not on the whitelist" in home.json("sale", "quote", "1", "--buyer", "anna", code=1)["refusal"]
    whitelist([anna])
    assert home.json("sale", "quote", "1", "--buyer", "anna")["refusal"] is None
    poor = home.json("sale", "quote", "0.05", "--buyer", anna, code=1)
    assert poor["refusal"] == "0.05 ether is below the minimum of 0.1 a payment"
    much = home.json("sale", "quote", "250.1", "--buyer", "anna", code=1)
    assert much["refusal"] == f"{anna} would have paid 250.1 ether in all; 250 is the most"
    few = home.json("sale", "quote", "1", "--buyer", "anna", "--min-tokens", "1051", code=1)
    assert few["refusal"] == "it buys 1050 tokens now, fewer than the 1051 asked for"
    assert "registry sale quote" not in home.run("sale", "quote", "1").output


def test_quote_across_a_tranche_is_exact_and_says_its_parts(home: Home, clock: Clock) -> None:
    clock.open(2)
    found = home.json("sale", "quote", "240.5")
    assert [(part["tranche"], part["wei_amount"], part["tokens"]) for part in found["parts"]] == [
        (0, str(200 * UNIT), str(200_000 * UNIT)),
        (1, str(40 * UNIT + UNIT // 2), str(32_400 * UNIT)),
    ]
    text = home.run("sale", "quote", "240.5").output
    assert "240.5 ether buys 232,400 tokens now" in text
    assert "  32,400 for 40.5 ether: tranche 2 in round 2, 800 tokens an ether" in text


def test_buy_claim_and_credit_from_opening_to_the_end(
    home: Home, network: Network, clock: Clock, whitelist: List, operator: Setting, sale_reader: SaleReader
) -> None:
    names = ["anna", "ben", "carl", "dora"]
    people = [rich(network, home.key(name)) for name in names]
    whitelist(people)
    clock.open(2)
    for name in names[:3]:
        home.json("sale", "buy", "250", *home.account(name))
    last = home.json("sale", "buy", "20", "--min-tokens", "16000", *home.account("dora"))
    bought = home.json("sale", "buy", "0.5", *home.account("dora"))
    assert (last["earlier"], bought["wei_credited"]) == (False, "0")
    state = sale_reader.state(2)
    assert state.wei_raised == 770 * UNIT + UNIT // 2 == sum(sale_reader.buyer(one).contribution for one in people)
    assert "the sale is not finalised" in home.json("sale", "claim", *home.account("anna"), code=1)["error"]
    assert home.json("sale", "credit", *home.account("anna"), code=1)["status"] == "nothing"
    clock.close()
    operator.sender.send("finalise", sale_reader.address, sale_reader.finalise_data())
    assert home.json("sale", "status")["phase"] == "succeeded"
    owed = sale_reader.buyer(people[3]).tokens
    receiver = Account.create().address
    done = home.json("sale", "claim", *home.account("dora"), "--to", receiver)
    assert (done["status"], done["amount"], done["receiver"]) == ("done", str(owed), receiver)
    assert sale_reader.token_balance(receiver) == owed
    again = home.json("sale", "claim", *home.account("dora"))
    assert (again["status"], again["transaction"], again["receiver"]) == ("earlier", done["transaction"], receiver)
    assert "SaleReachedGoal" in home.json("sale", "refund", *home.account("dora"), code=1)["error"]


def test_the_last_payment_is_filled_partly_and_its_rest_fetched(
    home: Home, network: Network, clock: Clock, whitelist: List, sale_reader: SaleReader
) -> None:
    names = ["anna", "ben", "carl", "dora"]
    whitelist([rich(network, home.key(name)) for name in names])
    clock.open(2)
    for name in names[:3]:
        home.json("sale", "buy", "250", *home.account(name))
    home.json("sale", "buy", "60", *home.account("dora"))
    assert "is credited back" in home.run("sale", "quote", "190", "--buyer", "dora").output
    text = home.run("sale", "buy", "190", *home.account("dora")).output
    state = sale_reader.state(2)
    assert (state.sold_out, state.tokens_sold, state.wei_raised) == (True, 700_000 * UNIT, 825 * UNIT)
    credit = sale_reader.buyer(dict(_keys(home))["dora"]).credit
    assert credit == 175 * UNIT
    assert "credited back 175 ether" in text
    assert home.json("sale", "credit", *home.account("dora"))["amount"] == str(credit)
    assert home.json("sale", "credit", *home.account("dora"))["status"] == "earlier"
    assert home.json("sale", "quote", "1", code=1)["refusal"] == "everything is sold"


def _keys(home: Home) -> list[tuple[str, str]]:
    return [(row["name"], row["address"]) for row in home.json("keys", "list")["keys"]]


def test_a_failed_sale_refunds_all(
    home: Home, network: Network, clock: Clock, whitelist: List, operator: Setting, sale_reader: SaleReader
) -> None:
    anna = rich(network, home.key("anna"))
    whitelist([anna])
    clock.open()
    home.json("sale", "buy", "49.9", *home.account("anna"))
    clock.close()
    operator.sender.send("finalise", sale_reader.address, sale_reader.finalise_data())
    assert home.json("sale", "status")["phase"] == "failed"
    assert "SaleMissedGoal" in home.json("sale", "claim", *home.account("anna"), code=1)["error"]
    done = home.json("sale", "refund", *home.account("anna"))
    assert (done["status"], done["amount"]) == ("done", str(499 * UNIT // 10))
    assert home.json("sale", "refund", *home.account("anna"))["status"] == "earlier"
    home.key("ben")
    assert home.json("sale", "refund", *home.account("ben"), code=1)["status"] == "nothing"
    assert "was paid out before: 49.9 ether" in home.run("sale", "refund", *home.account("anna")).output


def test_a_buyer_with_too_little_ether_hears_so(
    home: Home, network: Network, sale_network: Network, clock: Clock, whitelist: List
) -> None:
    anna, ben = home.key("anna"), home.key("ben")
    whitelist([anna])
    clock.open(2)
    quoted = home.json("sale", "quote", "11", "--buyer", "anna", code=1)
    assert (quoted["refusal"], quoted["affordable"]) == ("the buyer has less ether than that", False)
    path = approval(home, sale_network, ben)
    assert home.json("sale", "quote", "11", "--approval", path, code=1)["refusal"] == quoted["refusal"]
    refused = home.json("sale", "buy", "11", *home.account("anna"), code=3)
    assert refused["error"] == f"{anna} has 10 ether, less than the 11 to pay"
    assert home.json("sale", "buy", "9", *home.account("anna"))["earlier"] is False


def test_buy_with_an_approval(home: Home, network: Network, sale_network: Network, clock: Clock) -> None:
    anna = rich(network, home.key("anna"))
    clock.open(2)
    refused = home.json("sale", "buy", "1", *home.account("anna"), code=1)
    assert "SaleUnlistedBuyer" in refused["error"]
    path = approval(home, sale_network, anna)
    assert home.json("sale", "quote", "1", "--approval", path)["refusal"] is None
    done = home.json("sale", "buy", "1", *home.account("anna"), "--approval", path)
    assert done["tokens"] == str(1000 * UNIT)
    used = home.json("sale", "quote", "1", "--approval", path, code=1)
    assert used["refusal"].startswith("the approval was used (then buy without it)")
    assert home.json("sale", "buy", "1", *home.account("anna"))["earlier"] is False


def test_an_approval_of_the_early_round_or_another_buyer_is_refused(
    home: Home, network: Network, sale_network: Network, clock: Clock
) -> None:
    anna, ben = (rich(network, home.key(name)) for name in ("anna", "ben"))
    clock.open()
    path = approval(home, sale_network, anna)
    early = home.json("sale", "buy", "1", *home.account("anna"), "--approval", path, code=1)
    assert "SaleUnlistedBuyer" in early["error"]
    clock.open(2)
    refused = home.json("sale", "quote", "1", "--buyer", ben, "--approval", path, code=1)
    assert refused["refusal"] == f"the approval is for {anna}, not for {ben}"
    late = approval(home, sale_network, anna, expiry=1)
    assert "has expired" in home.json("sale", "quote", "1", "--approval", late, code=1)["refusal"]


def test_a_network_without_a_sale_says_so(home: Home, devnet_home: Path) -> None:
    path = home.folder / "networks" / "local.json"
    value = json.loads(path.read_text())
    path.write_text(json.dumps({key: item for key, item in value.items() if key not in ("sale", "token")}))
    assert home.json("sale", "status", code=2)["error"] == "network local has no token sale"


@pytest.mark.parametrize("amount", ["", "1,5", "1e3", "-1", "one", "0.0000000000000000001", "1.", ".5", "0x10", "٣"])
def test_an_amount_that_is_none_is_bad_usage(home: Home, amount: str) -> None:
    result = home.run("sale", "quote", "--json", "--", amount)
    assert result.exit_code == 2
    assert "not an amount" in json.loads(result.stdout)["error"]

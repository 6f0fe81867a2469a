"""Every error that the sale can answer a buyer with has a sentence for people."""

from __future__ import annotations

import pytest

from registry_client.chain.abi import load_abi
from registry_client.errors import ContractError
from registry_client.sale.amounts import UNIT
from registry_client.sale.refusals import explain

ADDRESS = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"
CONSTRUCTOR = {
    "SaleInvalidLengths", "SaleInvalidLimits", "SaleInvalidRound", "SaleInvalidTranche", "SaleUnheldTokens",
    "SaleUnreachableGoal", "SaleZeroAddress",
}  # fmt: skip
NOT_ASKED = {"SaleRefusedEther", "SaleUnauthorizedReceiver"}  # the client never sends what they refuse
ERRORS = [
    entry
    for entry in load_abi("TokenSale")
    if entry["type"] == "error" and entry["name"].startswith("Sale") and entry["name"] not in CONSTRUCTOR | NOT_ASKED
]


@pytest.mark.parametrize("entry", ERRORS, ids=lambda entry: entry["name"])
def test_each_error_is_explained_with_its_figures(entry: dict) -> None:
    values = tuple(ADDRESS if item["type"] == "address" else UNIT // 4 for item in entry["inputs"])
    text = explain(ContractError(entry["name"], values))
    assert "the contract refused" not in text
    assert entry["name"] not in text
    assert "{" not in text
    assert ADDRESS not in text, "addresses carry their checksum"
    assert str(UNIT // 4) not in text, "amounts are ether and tokens"


def test_an_error_that_is_not_the_sales_is_told_as_it_came() -> None:
    assert explain(ContractError("Panic", (17,))) == "the contract refused: Panic(17)"
    assert explain(ContractError("SaleExceededMaximum", ())) == "the contract refused: SaleExceededMaximum()"

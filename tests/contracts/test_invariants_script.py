"""scripts/invariants.py fails when it should."""

from __future__ import annotations

import pytest

from scripts import invariants
from tests.contracts.support import ROOT

WANTED = {"fuzz": 256, "runs": 256, "depth": 64}
EXPECTED = {"SaleHandler.buy", "SaleHandler.claim"}


def results(**changes):
    metrics = {
        f"tests/contracts/forge/SaleHandler.sol:{name}": {"calls": 5, "reverts": 0, "discards": 0}
        for name in sorted(EXPECTED)
    }
    whole = {
        "A.invariantIt()": {
            "status": "Success",
            "reason": None,
            "kind": {"Invariant": {"runs": 256, "calls": 16_384, "reverts": 0, "metrics": metrics}},
        },
        "A.testIt(uint256)": {"status": "Success", "reason": None, "kind": {"Fuzz": {"runs": 256}}},
    }
    for (test, *path), value in changes.get("at", []):
        place = whole[test]
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
    return {"code": changes.get("code", 0), "tests": whole}


HANDLER = "tests/contracts/forge/SaleHandler.sol:SaleHandler.buy"
INVARIANT = ("A.invariantIt()", "kind", "Invariant")


def test_failures_is_empty_for_whole_results():
    assert invariants.failures(results(), WANTED, EXPECTED) == []


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ([(("A.testIt(uint256)", "status"), "Failure")], "A.testIt(uint256): Failure"),
        ([(("A.invariantIt()", "status"), "Failure"), (("A.invariantIt()", "reason"), "S1")], "A.invariantIt(): S1"),
        ([(("A.testIt(uint256)", "kind", "Fuzz", "runs"), 255)], "A.testIt(uint256): 255 runs instead of 256"),
        ([((*INVARIANT, "runs"), 255)], "A.invariantIt(): 255 runs, 16384 calls are too few"),
        ([((*INVARIANT, "calls"), 16_383)], "A.invariantIt(): 256 runs, 16383 calls are too few"),
        ([((*INVARIANT, "metrics", HANDLER, "reverts"), 1)], "SaleHandler.buy: 1 reverts, 0 discards"),
        ([((*INVARIANT, "metrics", HANDLER, "calls"), 0)], "SaleHandler.buy was never called"),
    ],
)
def test_failures_names_what_is_wrong(at, expected):
    assert invariants.failures(results(at=at), WANTED, EXPECTED) == [expected]


def test_failures_names_a_handler_that_the_report_forgot():
    answer = invariants.failures(results(), WANTED, {*EXPECTED, "SaleHandler.refund"})
    assert answer == ["SaleHandler.refund was never called"]


def test_failures_names_a_failed_run_without_a_failed_test():
    assert invariants.failures(results(code=1), WANTED, EXPECTED) == ["forge exited with 1"]


def test_handlers_are_all_that_change_something():
    found = invariants.handlers()
    assert {"SaleHandler.buy", "SaleHandler.attackTheTokens", "SaleHandler.finalise", "SaleHandler.pass"} <= found
    assert len(found) == 19
    assert all(name.startswith("SaleHandler.") for name in found)


def test_limits_are_at_least_what_the_issue_asks():
    wanted, many = invariants.limits("default"), invariants.limits("fuzz")
    assert wanted["runs"] >= 256
    assert wanted["depth"] >= 64
    assert min(many["runs"], many["fuzz"]) >= 10_000
    assert many["depth"] >= 64


def test_a_handler_that_reverts_fails_the_run(tmp_path):
    """Forge itself, with this repository's settings for invariants, on a contract whose handler reverts."""
    folder = tmp_path / "test"
    folder.mkdir()
    text = (ROOT / "foundry.toml").read_text(encoding="utf-8")
    text = text.replace('"contracts"', '"test"').replace('"tests/contracts/forge"', '"test"')
    text = text.replace('"scripts/toolchain/solc-v0.8.30"', f'"{ROOT / "scripts" / "toolchain" / "solc-v0.8.30"}"')
    (tmp_path / "foundry.toml").write_text(text, encoding="utf-8")
    (folder / "Some.t.sol").write_text(
        """// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;
contract SomeHandler { function act(uint256 dice) external pure { require(dice % 3 != 0); } }
contract SomeTest {
    address private _handler;
    function setUp() public { _handler = address(new SomeHandler()); }
    function targetContracts() external view returns (address[] memory found) {
        found = new address[](1);
        found[0] = _handler;
    }
    function invariantNothing() external pure {}
}
""",
        encoding="utf-8",
    )
    found = invariants.run("default", tmp_path)
    assert found["code"] != 0
    assert invariants.failures(found, WANTED, set()) != []

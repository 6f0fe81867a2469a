"""scripts/coverage.py and the Forge it calls fail when they should."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from scripts import coverage
from tests.contracts.support import ROOT

WHOLE = "TN:\nSF:contracts/A.sol\nDA:1,5\nDA:2,1\nBRDA:2,0,0,1\nBRDA:2,0,1,3\nend_of_record\n"


def failures(text, expected=("contracts/A.sol",)):
    return coverage.failures(coverage.parse(text), list(expected))


def test_failures_is_empty_for_a_whole_report():
    assert failures(WHOLE) == []
    assert coverage.missed(coverage.parse(WHOLE)) == []


@pytest.mark.parametrize("hits", ["0", "-"])
def test_failures_names_a_missed_branch(hits):
    text = WHOLE.replace("BRDA:2,0,1,3", f"BRDA:2,0,1,{hits}")
    assert failures(text) == ["50.00 % of branches, below 98.0 %"]
    assert coverage.missed(coverage.parse(text)) == ["contracts/A.sol:2 not run in full"]


def test_failures_names_a_missed_line():
    assert failures(WHOLE.replace("DA:2,1", "DA:2,0")) == ["50.00 % of lines, below 100.0 %"]


def test_failures_names_a_contract_that_the_report_forgot():
    assert failures(WHOLE, ("contracts/A.sol", "contracts/B.sol")) == ["contracts/B.sol is not in the report"]
    assert failures("") == [
        "contracts/A.sol is not in the report",
        "0.00 % of lines, below 100.0 %",
        "0.00 % of branches, below 98.0 %",
    ]


def test_sources_are_the_contracts_with_code_of_their_own():
    assert coverage.sources() == [
        "contracts/CopyrightRegistry.sol",
        "contracts/LicenceRegistry.sol",
        "contracts/licensing/ExclusiveLicences.sol",
        "contracts/licensing/LicenceEvidence.sol",
        "contracts/licensing/LicenceIds.sol",
        "contracts/licensing/MandateLists.sol",
        "contracts/licensing/Mandates.sol",
        "contracts/licensing/SalesReports.sol",
        "contracts/licensing/Scopes.sol",
        "contracts/sale/SalePayouts.sol",
        "contracts/sale/SalePricing.sol",
        "contracts/sale/SaleTable.sol",
        "contracts/sale/SaleTerms.sol",
        "contracts/sale/SaleWhitelist.sol",
        "contracts/sale/TokenSale.sol",
        "contracts/titles/ContentIdentifier.sol",
        "contracts/titles/TimedTitles.sol",
        "contracts/token/RegistryToken.sol",
    ]


@pytest.mark.parametrize(("holds", "code"), [("true", 0), ("false", 1)])
def test_a_failing_forge_test_fails_the_run(tmp_path, holds, code):
    folder = tmp_path / "test"
    folder.mkdir()
    text = f"pragma solidity 0.8.30;\ncontract SomeTest {{ function testIt() public pure {{ assert({holds}); }} }}\n"
    (folder / "Some.t.sol").write_text("// SPDX-License-Identifier: MIT\n" + text, encoding="utf-8")
    compiler = ROOT / "scripts" / "toolchain" / "solc-v0.8.30"
    settings = f'[profile.default]\nsrc = "test"\noffline = true\nsolc = "{compiler}"\n'
    (tmp_path / "foundry.toml").write_text(settings, encoding="utf-8")
    assert shutil.which("node")
    done = subprocess.run([coverage.FORGE, "test"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert "testIt()" in done.stdout

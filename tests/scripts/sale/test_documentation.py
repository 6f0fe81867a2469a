"""Every step is described, tells what it reads from the environment, and can be run without being asked."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from scripts.processes import ROOT
from scripts.sale.parameters import FOLDER

NOT_STEPS = {"table", "onto_devnet"}
STEPS = sorted(
    path for path in FOLDER.glob("*.py") if "\ndef main()" in path.read_text() and path.stem not in NOT_STEPS
)


@pytest.mark.parametrize("path", STEPS, ids=lambda path: path.stem)
def test_each_step_is_in_the_readme_and_says_how_it_is_run(path: Path) -> None:
    text = path.read_text()
    assert f"`{path.stem}`" in (ROOT / "README.md").read_text()
    assert ast.get_docstring(ast.parse(text)).startswith(f"``brownie run sale/{path.stem}``")  # type: ignore[union-attr]


def test_every_variable_that_a_step_reads_is_described() -> None:
    for path in STEPS:
        module = ast.parse(path.read_text())
        told = (ast.get_docstring(module) or "") + (FOLDER / "setting.py").read_text()[:1_200]
        read = set(re.findall(r"SALE_[A-Z_]+", path.read_text()))
        assert [name for name in sorted(read) if name not in told] == [], path.name

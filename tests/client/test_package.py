"""Rules of the code base: layers, sizes, what ships."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.export_abi import CONTRACTS, path_of, rendered

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "registry_client"
# Each layer may import from those named with it, and from the ground: errors, models and the standard library.
LAYERS = {
    "content": set(),
    "chain": {"content"},
    "store": {"content"},
    "rights": {"content"},
    "registration": {"content", "rights"},
    "licensing": {"content", "rights"},
    "checks": {"content", "rights", "registration"},
    "sale": {"content"},
    "cli": {"content", "chain", "store", "rights", "registration", "licensing", "checks", "sale"},
    "abi": set(),
    "deployments": set(),
}
OWNERS = {"web3": "chain", "eth_account": "chain", "ipfshttpclient": "store", "click": "cli"}
SOURCES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield str(node.module)
            if node.module == "registry_client":
                yield from (f"registry_client.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_each_module_imports_only_from_layers_below_it(path: Path) -> None:
    layer = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "registry_client" and len(parts) > 1 and parts[1] not in ("errors", "models", layer):
            assert parts[1] in LAYERS.get(layer, set()), f"{layer} must not import {name}"
        if parts[0] in OWNERS:
            assert layer == OWNERS[parts[0]], f"only {OWNERS[parts[0]]} may import {name}"


@pytest.mark.parametrize(
    "path",
    [
        *SOURCES,
        *(ROOT / "scripts").rglob("*.py"),
        *(ROOT / "contracts").rglob("*.sol"),
        *(ROOT / "interfaces").rglob("*"),
    ],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_each_file_stays_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 320


@pytest.mark.parametrize("name", CONTRACTS)
def test_shipped_abi_equals_a_fresh_compile(name: str) -> None:
    assert path_of(name).read_text(encoding="utf-8") == rendered(name), "run `make abi`"


@pytest.mark.parametrize(
    ("contract", "domain"),
    [
        ("CopyrightRegistry", "Registry"),
        ("LicenceRegistry", ("Licence", "Mandate", "Report")),
        ("TokenSale", "Sale"),
    ],
)
def test_every_contract_error_stands_in_the_specification(contract: str, domain: str | tuple[str, ...]) -> None:
    abi = json.loads((PACKAGE / "abi" / f"{contract}.json").read_text(encoding="utf-8"))
    text = (ROOT / "docs" / "specification.md").read_text(encoding="utf-8")
    names = {entry["name"] for entry in abi if entry["type"] == "error" and entry["name"].startswith(domain)}
    assert names
    assert [name for name in sorted(names) if name not in text] == []


def test_readme_names_every_command() -> None:
    from registry_client.cli.main import main

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in main.commands if f"registry {name}" not in text] == []


def test_every_numbered_invariant_is_named_by_a_test() -> None:
    text = (ROOT / "docs" / "specification.md").read_text(encoding="utf-8")
    registry = re.findall(r"^(\d+)\. ", text[text.index("## 3. Invariants") : text.index("## 4. Client")], re.MULTILINE)
    lettered = set(re.findall(r"^- (?:\*\*)?([KLRSV]\d+)\b", text, re.MULTILINE))
    assert {name[0] for name in lettered} == set("KLRSV")
    tests = "\n".join(
        path.read_text(encoding="utf-8") for kind in ("*.py", "*.sol") for path in (ROOT / "tests").rglob(kind)
    )
    named = set(re.findall(r"[Ii]nvariants?[_ ](\d+)", tests))
    for first, last in re.findall(r"[Ii]nvariants?[_ ](\d+)[_ ]to[_ ](\d+)", tests):
        named |= set(map(str, range(int(first), int(last) + 1)))
    assert [number for number in registry if number not in named] == []
    assert [name for name in sorted(lettered) if not re.search(rf"\b{name}\b|_{name.lower()}_", tests)] == []

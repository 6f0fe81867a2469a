"""The tree in a file against the definition, written plainly."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from registry_client.content.keccak import keccak
from registry_client.errors import ReportInvalid
from registry_client.licensing.reports.tree import MAX_ROWS, ReportTree, depth_of, leaf_of, root_from


def plain_levels(ids: list[bytes]) -> list[list[bytes]]:
    """Every level with its missing places, leaves first."""
    level = [keccak(keccak(one)) for one in ids]
    while len(level) & (len(level) - 1):
        level.append(bytes(32))
    levels = [level]
    while len(level) > 1:
        level = [keccak(level[at] + level[at + 1]) for at in range(0, len(level), 2)]
        levels.append(level)
    return levels


@pytest.mark.parametrize("count", [*range(1, 18), 31, 32, 33, 1_000])
def test_tree_equals_its_definition(count: int, tmp_path: Path) -> None:
    ids = [secrets.token_bytes(32) for _ in range(count)]
    tree = ReportTree.build(iter(ids), count, tmp_path / "tree")
    levels = plain_levels(ids)
    assert tree.root == levels[-1][0]
    assert depth_of(count) == len(levels) - 1
    for row in {0, 1, count // 2, count - 2, count - 1} & set(range(count)):
        expected = tuple(level[(row >> height) ^ 1] for height, level in enumerate(levels[:-1]))
        assert tree.proof(row) == expected
        assert root_from(ids[row], row, tree.proof(row)) == tree.root
        assert tree.leaf(row) == leaf_of(ids[row])
    tree.close()


def test_tree_above_one_buffer_equals_its_definition(tmp_path: Path) -> None:
    ids = [number.to_bytes(32, "big") for number in range(70_001)]
    tree = ReportTree.build(iter(ids), len(ids), tmp_path / "tree")
    assert tree.root == plain_levels(ids)[-1][0]
    assert all(root_from(ids[row], row, tree.proof(row)) == tree.root for row in (0, 32_767, 65_536, 70_000))


@pytest.mark.parametrize(("given", "count"), [(0, 1), (2, 3), (4, 3), (1, 0), (0, MAX_ROWS + 1)])
def test_tree_over_another_number_of_ids_is_refused(given: int, count: int, tmp_path: Path) -> None:
    with pytest.raises(ReportInvalid):
        ReportTree.build([bytes(32)] * given, count, tmp_path / "tree")
    assert not (tmp_path / "tree").exists()


@pytest.mark.parametrize("row", [-1, 3])
def test_proof_of_no_row_is_refused(row: int, tmp_path: Path) -> None:
    tree = ReportTree.build([bytes(32)] * 3, 3, tmp_path / "tree")
    with pytest.raises(ReportInvalid):
        tree.proof(row)


def test_tree_file_of_another_size_is_refused(tmp_path: Path) -> None:
    ReportTree.build([bytes(32)] * 3, 3, tmp_path / "tree").close()
    with pytest.raises(ReportInvalid):
        ReportTree(tmp_path / "tree", 5)

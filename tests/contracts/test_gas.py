"""Gas a transaction uses, as its receipt shows it, and the size of the code: the limits that the design names."""

from __future__ import annotations

import pytest

from tests.contracts.support import ROOT, anchored, report, rpc, work, works

ANCHOR, FIRST_TITLE, LATER_TITLE, CODE = 55_000, 112_000, 95_000, 24_576


@pytest.fixture
def thousand(registry, alice):
    leaves = works(alice, 1000)
    tree, anchor = anchored(registry, leaves, alice)
    return leaves, tree, anchor


def test_anchor_costs_the_same_for_any_number_of_works(registry, alice, thousand):
    one = anchored(registry, [work(alice)], alice)[1].gas
    many = thousand[2].gas
    report(f"anchor: {one} gas for 1 work, {many} for 1,000")
    assert max(one, many) <= ANCHOR
    assert abs(one - many) <= 24 * 12  # a zero byte in the root costs 12 less


def test_register_of_one_work_out_of_a_thousand(registry, alice, bob, thousand):
    leaves, tree, _ = thousand
    order = sorted(leaves, key=lambda leaf: -len(tree.proof(leaf)))
    used = [
        registry.send("register", leaf, tree.root, tree.proof(leaf), sender=bob).gas for leaf in [*order[:3], order[-1]]
    ]
    report(f"register: {used[0]} gas for an owner's first title, {used[1:]} for later ones")
    assert len(tree.proof(order[0])) == 10
    assert used[0] <= FIRST_TITLE
    assert max(used[1:]) <= LATER_TITLE


def test_register_many_costs_less_a_title_than_register(registry, alice, bob, thousand):
    leaves, tree, _ = thousand
    registry.send("register", leaves[0], tree.root, tree.proof(leaves[0]), sender=bob)
    single = registry.send("register", leaves[1], tree.root, tree.proof(leaves[1]), sender=bob).gas
    part = leaves[2:52]
    done = registry.send("registerMany", part, tree.root, [tree.proof(leaf) for leaf in part], sender=bob)
    report(f"registerMany: {done.gas // 50} gas a title of 50, {single} alone")
    assert done.gas / 50 < single - 20_000


@pytest.mark.parametrize("name", ["CopyrightRegistry", "RegistryAccessManager"])
def test_deployed_code_is_within_the_limit(registry, manager, name):
    address = registry.address if name == "CopyrightRegistry" else manager.address
    size = len(rpc("eth_getCode", address, "latest")) // 2 - 1
    report(f"{name}: {size} bytes")
    assert 0 < size <= CODE


def test_sources_stay_short():
    for folder in ("contracts", "interfaces"):
        for path in (ROOT / folder).rglob("*.sol"):
            assert len(path.read_text(encoding="utf-8").splitlines()) < 300, path

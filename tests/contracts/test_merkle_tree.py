"""The client's trees are npm's @openzeppelin/merkle-tree's, and the contract takes their proofs."""

from __future__ import annotations

import json
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_client.content.merkle import MerkleTree
from registry_client.models import Work
from tests.contracts.support import MANIFEST, ROOT, ZERO, registered, rpc, works

SCRIPT = """
const { StandardMerkleTree } = require('@openzeppelin/merkle-tree')
const given = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const answer = given.map(({ values, ask }) => {
  const tree = StandardMerkleTree.of(values, ['bytes32', 'bytes32', 'bytes32', 'address'])
  return { root: tree.root, proofs: ask.map((i) => tree.getProof(i)) }
})
process.stdout.write(JSON.stringify(answer))
"""


def row(leaf):
    return ["0x" + part.hex() for part in (leaf.content_hash, leaf.fingerprint, leaf.metadata)] + [leaf.owner]


def npm_trees(cases):
    """Root and proofs that the npm package gives for (leaves, indices whose proofs are asked)."""
    text = json.dumps([{"values": [row(leaf) for leaf in leaves], "ask": ask} for leaves, ask in cases])
    done = subprocess.run(["node", "-e", SCRIPT], input=text, capture_output=True, text=True, cwd=ROOT, check=True)
    return json.loads(done.stdout)


def expected(leaves, ask):
    tree = MerkleTree(leaves)
    return {"root": "0x" + tree.root.hex(), "proofs": [["0x" + s.hex() for s in tree.proof(leaves[i])] for i in ask]}


@pytest.mark.parametrize("count", [1, 2, 3, 1000, 4097])
def test_tree_equals_npms_and_its_proofs_register(registry, alice, count):
    leaves = works(alice, count)
    ask = sorted({0, count // 3, count // 2, count - 1})
    assert npm_trees([(leaves, list(range(count)))]) == [expected(leaves, list(range(count)))]
    tree = MerkleTree(leaves)
    anchor = registry.send("anchor", tree.root, MANIFEST, sender=alice)
    for index in ask:
        done = registry.send("register", leaves[index], tree.root, tree.proof(leaves[index]), sender=alice)
        assert done.events == registered(leaves[index], tree.root, anchor.time)


digest = st.binary(min_size=32, max_size=32)
owner = st.binary(min_size=20, max_size=20).map(lambda binary: "0x" + binary.hex())
leaf = st.builds(Work, digest, digest, digest, owner)


@given(st.lists(st.lists(leaf, min_size=1, max_size=40, unique=True), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_tree_equals_npms_for_any_works(forests):
    cases = [(leaves, list(range(len(leaves)))) for leaves in forests]
    assert npm_trees(cases) == [expected(leaves, ask) for leaves, ask in cases]


@given(
    st.lists(leaf.filter(lambda one: int(one.owner, 16) > 0), min_size=1, max_size=20, unique_by=lambda w: w.work_id)
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_contract_takes_every_proof_and_leaf_hash_of_any_works(registry, alice, leaves):
    snapshot = rpc("evm_snapshot")
    tree = MerkleTree(leaves)
    registry.send("anchor", tree.root, MANIFEST, sender=alice)
    proofs = [tree.proof(one) for one in leaves]
    done = registry.send("registerMany", leaves, tree.root, proofs, sender=alice)
    assert done.returned == len(leaves)
    titles = registry.ask("titlesOf", [one.work_id for one in leaves])
    assert [title["owner"].lower() for title in titles] == [one.owner for one in leaves]
    assert ZERO not in [title["owner"] for title in titles]
    rpc("evm_revert", snapshot)

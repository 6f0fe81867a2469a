"""What a thief tries who sees every transaction before it is mined, and what it wins: nothing."""

from __future__ import annotations

import pytest
from eth_utils import keccak

from registry_client.content.merkle import MerkleTree, leaf_hash
from registry_client.models import Work
from tests.contracts.support import (
    MANIFEST,
    NO_TITLE,
    ZERO32,
    Reverted,
    anchored,
    registered,
    titled,
    work,
    works,
)


def refusal(registry, name, *values, sender):
    with pytest.raises(Reverted) as refused:
        registry.send(name, *values, sender=sender)
    return refused.value.args


def test_thief_who_anchors_a_copied_root_first_gets_no_title(registry, alice, thief):
    leaves = works(alice, 3)
    tree = MerkleTree(leaves)
    copied = registry.send("anchor", tree.root, b"\x66" * 32, sender=thief)
    answer = refusal(registry, "anchor", tree.root, MANIFEST, sender=alice)
    assert answer == ("RegistryRootAlreadyAnchored", tree.root)
    for leaf in leaves:
        forged = Work(leaf.content_hash, leaf.fingerprint, leaf.metadata, thief)
        answer = refusal(registry, "register", forged, tree.root, tree.proof(leaf), sender=thief)
        assert answer == ("RegistryProofInvalid", leaf.work_id, tree.root)
    done = registry.send("register", leaves[0], tree.root, tree.proof(leaves[0]), sender=alice)
    assert done.events == registered(leaves[0], tree.root, copied.time)
    told = {"root": tree.root, "publisher": alice, "manifest": MANIFEST}
    assert registry.send("publishManifest", tree.root, MANIFEST, sender=alice).events == [("ManifestPublished", told)]


def test_thief_who_copies_the_register_transaction_pays_for_the_owner(registry, alice, thief):
    leaves = works(alice, 4)
    tree, anchor = anchored(registry, leaves, alice)
    leaf = leaves[2]
    copied = registry.data("register", leaf, tree.root, tree.proof(leaf))
    done = registry.result(registry.post_data(copied, thief))
    assert done.events == registered(leaf, tree.root, anchor.time)
    assert registry.ask("ownerOf", leaf.work_id) == alice
    assert registry.ask("balanceOf", thief) == 0


def test_thief_who_spoils_a_batch_by_registering_one_of_it_stops_nothing(registry, alice, thief):
    leaves = works(alice, 5)
    tree, _ = anchored(registry, leaves, alice)
    proofs = [tree.proof(leaf) for leaf in leaves]
    registry.send("register", leaves[3], tree.root, proofs[3], sender=thief)
    assert registry.send("registerMany", leaves, tree.root, proofs, sender=alice).returned == 4
    assert registry.ask("balanceOf", alice) == 5


def test_thief_who_sandwiches_a_registration_cannot_mint_in_its_anchors_block(registry, alice, thief, clock):
    """The owner registers at last; the thief reads the leaf, anchors its own and registers around it in one block."""
    mine, theirs = work(alice), work(thief)
    tree, _ = anchored(registry, [mine], alice)
    root = leaf_hash(theirs)
    clock.automine(False)
    anchor = registry.post("anchor", root, MANIFEST, sender=thief)
    mint = registry.post("register", theirs, root, [], sender=thief)
    owner = registry.post("register", mine, tree.root, [], sender=alice)
    after = registry.post("register", theirs, root, [], sender=thief)
    clock.mine_at(clock.time + 12)
    clock.automine(True)
    block = registry.result(anchor).block
    for transaction in (mint, after):
        with pytest.raises(Reverted) as refused:
            registry.result(transaction)
        assert refused.value.args in (
            ("RegistryAnchorTooRecent", root, block),
            ("RegistryWorkAlreadyRegistered", mine.work_id),
        )
    done = registry.result(owner)
    assert done.block == block
    assert registry.ask("ownerOf", mine.work_id) == alice


def test_register_reverts_in_the_anchors_own_block_and_works_in_the_next(registry, alice, clock):
    leaf = work(alice)
    root = leaf_hash(leaf)
    clock.automine(False)
    anchor = registry.post("anchor", root, MANIFEST, sender=alice)
    sent = [
        registry.post("register", leaf, root, [], sender=alice),
        registry.post("registerMany", [leaf], root, [[]], sender=alice),
    ]
    clock.mine_at(clock.time + 12)
    clock.automine(True)
    block = registry.result(anchor).block
    for transaction in sent:
        with pytest.raises(Reverted) as refused:
            registry.result(transaction)
        assert refused.value.args == ("RegistryAnchorTooRecent", root, block)
    assert registry.ask("titlesOf", [leaf.work_id]) == [NO_TITLE]
    assert registry.send("register", leaf, root, [], sender=alice).block == block + 1


def test_thief_who_anchors_and_registers_first_loses_the_title_to_the_earlier_anchor(registry, alice, thief):
    mine, theirs = work(alice), work(thief)
    tree, _ = anchored(registry, [mine], alice)
    theirs_tree, their_anchor, _ = titled(registry, theirs, thief)
    registry.send("oppose", mine, tree.root, [], sender=alice)
    assert registry.ask("ownerOf", mine.work_id) == alice
    answer = refusal(registry, "oppose", theirs, theirs_tree.root, [], sender=thief)
    assert answer[:3] == ("RegistryAnchorNotEarlier", mine.work_id, their_anchor.time)
    answer = refusal(registry, "register", theirs, theirs_tree.root, [], sender=thief)
    assert answer == ("RegistryWorkAlreadyRegistered", mine.work_id)


def test_thief_who_passes_the_title_on_before_the_opposition_keeps_nothing(registry, alice, thief, stranger):
    mine, theirs = work(alice), work(thief)
    tree, _ = anchored(registry, [mine], alice)
    titled(registry, theirs, thief)
    for sender, to in ((thief, stranger), (stranger, thief), (thief, stranger)):
        registry.send("transferFrom", sender, to, mine.work_id, sender=sender)
    registry.send("approve", thief, mine.work_id, sender=stranger)
    registry.send("oppose", mine, tree.root, [], sender=alice)
    answer = refusal(registry, "transferFrom", alice, thief, mine.work_id, sender=thief)
    assert answer == ("ERC721InsufficientApproval", thief, mine.work_id)


def test_thief_with_a_leaf_in_its_own_tree_of_anothers_leaves(registry, alice, thief):
    """A later tree that holds the owner's leaf and the thief's is later all the same."""
    mine, theirs = work(alice), work(thief)
    _, anchor, _ = titled(registry, mine, alice)
    tree, later = anchored(registry, [mine, theirs], thief)
    answer = refusal(registry, "oppose", theirs, tree.root, tree.proof(theirs), sender=thief)
    assert answer == ("RegistryAnchorNotEarlier", mine.work_id, later.time, anchor.time)


def test_thief_cannot_pass_an_inner_node_for_a_leaf(registry, alice, thief):
    """64 bytes of two children hash to an inner node; a leaf is hashed twice over 128 bytes."""
    leaves = works(alice, 4)
    tree, _ = anchored(registry, leaves, alice)
    hashes = sorted(map(leaf_hash, leaves))
    nodes = [keccak(b"".join(sorted(pair))) for pair in ((hashes[0], hashes[1]), (hashes[2], hashes[3]))]
    assert keccak(b"".join(sorted(nodes))) == tree.root
    for left, right in ((nodes[0], nodes[1]), (hashes[0], hashes[1]), (tree.root, tree.root)):
        for owner in (thief, "0x" + right[12:].hex()):
            forged = Work(left, right, ZERO32, owner)
            for proof in ([], nodes[:1], nodes, [hashes[0]], tree.proof(leaves[0])):
                answer = refusal(registry, "register", forged, tree.root, proof, sender=thief)
                assert answer == ("RegistryProofInvalid", forged.work_id, tree.root)


def test_thief_cannot_anchor_a_root_that_is_anothers_leaf_or_node_to_gain_time(registry, alice, thief):
    """An inner node anchored as a root proves the same leaves for the same owner."""
    leaves = works(alice, 4)
    tree, first = anchored(registry, leaves, alice)
    leaf = leaves[0]
    part = leaf_hash(leaf)
    registry.send("anchor", part, MANIFEST, sender=thief)
    done = registry.send("register", leaf, part, [], sender=thief)
    assert done.events[0][1]["to"] == alice
    registry.send("oppose", leaf, tree.root, tree.proof(leaf), sender=thief)
    found = registry.ask("titleOf", leaf.work_id)
    assert (found["owner"], found["anchoredAt"], found["superseded"]) == (alice, first.time, False)


def test_thief_with_dirty_calldata_is_refused(registry, alice, thief):
    """Bits above an owner's 160 are no second way to spell a leaf."""
    leaf = work(alice)
    tree, _ = anchored(registry, [leaf], alice)
    data = registry.data("register", leaf, tree.root, [])
    owner = alice[2:].lower().rjust(64, "0")
    assert data.count(owner) == 1
    with pytest.raises(Reverted):
        registry.result(registry.post_data(data.replace(owner, "01" + owner[2:]), thief))
    assert registry.ask("titlesOf", [leaf.work_id]) == [NO_TITLE]

"""register, registerMany, titleOf, titlesOf, leafOf."""

from __future__ import annotations

import pytest

from registry_client.content.merkle import leaf_hash
from tests.contracts.support import NO_TITLE, ZERO, Reverted, anchored, registered, title, titled, work, works


def refusal(registry, name, *values, sender):
    with pytest.raises(Reverted) as refused:
        registry.send(name, *values, sender=sender)
    return refused.value.args


def test_register_reverts_while_paused(registry, pauser, alice):
    leaf = work(alice)
    tree, _ = anchored(registry, [leaf], alice)
    registry.send("pause", sender=pauser)
    assert refusal(registry, "register", leaf, tree.root, [], sender=alice) == ("EnforcedPause",)
    assert registry.ask("titlesOf", [leaf.work_id]) == [NO_TITLE]


def test_register_reverts_for_an_unknown_root(registry, alice):
    leaf = work(alice)
    root = leaf_hash(leaf)
    assert refusal(registry, "register", leaf, root, [], sender=alice) == ("RegistryRootUnknown", root)


def test_register_reverts_for_a_work_with_a_title(registry, alice, bob):
    leaf = work(alice)
    tree, _, _ = titled(registry, leaf, alice)
    before = registry.ask("titleOf", leaf.work_id)
    assert refusal(registry, "register", leaf, tree.root, [], sender=alice) == (
        "RegistryWorkAlreadyRegistered",
        leaf.work_id,
    )
    other = work(bob)
    tree, _ = anchored(registry, [other], bob)
    assert refusal(registry, "register", other, tree.root, [], sender=bob) == (
        "RegistryWorkAlreadyRegistered",
        leaf.work_id,
    )
    assert registry.ask("titleOf", leaf.work_id) == before
    assert registry.ask("balanceOf", bob) == 0


def test_register_reverts_for_a_leaf_that_names_nobody(registry, alice):
    leaf = work(ZERO)
    tree, _ = anchored(registry, [leaf], alice)
    assert refusal(registry, "register", leaf, tree.root, [], sender=alice) == ("RegistryOwnerZero",)


@pytest.mark.parametrize("field", ["content_hash", "fingerprint", "metadata", "owner", "proof", "longer", "shorter"])
def test_register_reverts_for_a_proof_of_something_else(registry, alice, thief, field):
    leaves = works(alice, 3)
    leaf = leaves[1]
    tree, _ = anchored(registry, leaves, alice)
    proof = tree.proof(leaf)
    values = {name: getattr(leaf, name) for name in ("content_hash", "fingerprint", "metadata", "owner")}
    if field == "proof":
        proof[0] = bytes(32)
    elif field == "longer":
        proof.append(bytes(32))
    elif field == "shorter":
        proof.pop()
    else:
        values[field] = thief if field == "owner" else b"\x77" * 32
    forged = type(leaf)(**values)
    assert refusal(registry, "register", forged, tree.root, proof, sender=thief) == (
        "RegistryProofInvalid",
        forged.work_id,
        tree.root,
    )
    assert registry.ask("titlesOf", [leaf.work_id, forged.work_id]) == [NO_TITLE] * 2


def test_register_mints_to_the_leafs_owner_whoever_calls(registry, alice, stranger, clock):
    leaves = works(alice, 3)
    tree, anchor = anchored(registry, leaves, alice)
    clock.sleep(1000)
    for count, leaf in enumerate(leaves, 1):
        done = registry.send("register", leaf, tree.root, tree.proof(leaf), sender=stranger)
        assert done.events == registered(leaf, tree.root, anchor.time)
        expected = title(alice, anchor.time, done.time, leaf.metadata)
        assert registry.ask("titleOf", leaf.work_id) == expected
        assert registry.ask("titlesOf", [leaf.work_id]) == [expected]
        assert registry.ask("ownerOf", leaf.work_id) == alice
        assert registry.ask("balanceOf", alice) == count
    assert registry.ask("balanceOf", stranger) == 0


def test_register_takes_the_extreme_ids(registry, alice):
    leaves = [type(work(alice))(digest, b"\x01" * 32, b"\x02" * 32, alice) for digest in (bytes(32), b"\xff" * 32)]
    tree, anchor = anchored(registry, leaves, alice)
    for leaf in leaves:
        done = registry.send("register", leaf, tree.root, tree.proof(leaf), sender=alice)
        assert done.events == registered(leaf, tree.root, anchor.time)
    assert registry.ask("ownerOf", 0) == registry.ask("ownerOf", 2**256 - 1) == alice


def test_register_mints_to_a_contract_that_accepts_no_tokens(registry, manager, alice):
    leaf = work(manager.address)
    _, anchor, done = titled(registry, leaf, alice)
    assert done.events == registered(leaf, leaf_hash(leaf), anchor.time)
    assert registry.ask("ownerOf", leaf.work_id) == manager.address


def test_register_many_reverts_while_paused(registry, pauser, alice):
    leaf = work(alice)
    tree, _ = anchored(registry, [leaf], alice)
    registry.send("pause", sender=pauser)
    assert refusal(registry, "registerMany", [leaf], tree.root, [[]], sender=alice) == ("EnforcedPause",)


def test_register_many_reverts_for_another_number_of_proofs(registry, alice):
    leaves = works(alice, 2)
    tree, _ = anchored(registry, leaves, alice)
    for count in (0, 1, 3):
        proofs = [tree.proof(leaves[0])] * count
        assert refusal(registry, "registerMany", leaves, tree.root, proofs, sender=alice) == (
            "RegistryArrayLengthMismatch",
            2,
            count,
        )


def test_register_many_reverts_for_an_unknown_root(registry, alice):
    leaf = work(alice)
    root = leaf_hash(leaf)
    assert refusal(registry, "registerMany", [leaf], root, [[]], sender=alice) == ("RegistryRootUnknown", root)
    assert refusal(registry, "registerMany", [], root, [], sender=alice) == ("RegistryRootUnknown", root)


def test_register_many_mints_nothing_where_one_proof_or_owner_is_wrong(registry, alice):
    leaves = [*works(alice, 3), work(ZERO, 3)]
    tree, _ = anchored(registry, leaves, alice)
    proofs = [tree.proof(leaf) for leaf in leaves]
    swapped = [proofs[0], proofs[2], proofs[1]]
    answer = refusal(registry, "registerMany", leaves[:3], tree.root, swapped, sender=alice)
    assert answer == ("RegistryProofInvalid", leaves[1].work_id, tree.root)
    assert refusal(registry, "registerMany", leaves, tree.root, proofs, sender=alice) == ("RegistryOwnerZero",)
    assert registry.ask("titlesOf", [leaf.work_id for leaf in leaves]) == [NO_TITLE] * 4
    assert registry.ask("balanceOf", alice) == 0


def test_register_many_mints_each_to_its_owner(registry, alice, bob, stranger):
    leaves = [*works(alice, 3), *works(bob, 2, first=3)]
    tree, anchor = anchored(registry, leaves, alice)
    proofs = [tree.proof(leaf) for leaf in leaves]
    done = registry.send("registerMany", leaves, tree.root, proofs, sender=stranger)
    assert done.returned == 5
    assert done.events == [event for leaf in leaves for event in registered(leaf, tree.root, anchor.time)]
    expected = [title(leaf.owner, anchor.time, done.time, leaf.metadata) for leaf in leaves]
    assert registry.ask("titlesOf", [leaf.work_id for leaf in leaves]) == expected
    assert (registry.ask("balanceOf", alice), registry.ask("balanceOf", bob)) == (3, 2)


def test_register_many_passes_over_works_with_a_title_and_repetitions(registry, alice, bob):
    theirs = work(bob, 0)
    titled(registry, theirs, bob)
    leaves = works(alice, 3)
    tree, anchor = anchored(registry, leaves, alice)
    proofs = [tree.proof(leaf) for leaf in leaves]
    registry.send("register", leaves[1], tree.root, proofs[1], sender=bob)
    before = registry.ask("titlesOf", [leaf.work_id for leaf in leaves[:2]])
    done = registry.send("registerMany", [*leaves, leaves[2]], tree.root, [*proofs, proofs[2]], sender=alice)
    assert done.returned == 1
    assert done.events == registered(leaves[2], tree.root, anchor.time)
    assert registry.ask("titlesOf", [leaf.work_id for leaf in leaves[:2]]) == before
    assert registry.ask("balanceOf", alice) == 2
    again = registry.send("registerMany", leaves, tree.root, proofs, sender=alice)
    assert (again.returned, again.events) == (0, [])


def test_register_many_of_nothing_does_nothing(registry, alice):
    tree, _ = anchored(registry, [work(alice)], alice)
    done = registry.send("registerMany", [], tree.root, [], sender=alice)
    assert (done.returned, done.events) == (0, [])


def test_title_of_reverts_for_an_unknown_work(registry):
    with pytest.raises(Reverted) as refused:
        registry.ask("titleOf", 7)
    assert refused.value.args == ("RegistryWorkUnknown", 7)


def test_titles_of_answers_in_the_order_asked_with_zeros_for_none(registry, alice):
    first, second = work(alice, 0), work(alice, 1)
    _, one, done_one = titled(registry, first, alice)
    _, two, done_two = titled(registry, second, alice)
    answer = registry.ask("titlesOf", [second.work_id, 7, first.work_id, second.work_id])
    expected = title(alice, two.time, done_two.time, second.metadata)
    assert answer == [expected, NO_TITLE, title(alice, one.time, done_one.time, first.metadata), expected]
    assert registry.ask("titlesOf", []) == []


def test_leaf_of_equals_the_clients(registry, alice):
    leaf = work(alice)
    assert registry.ask("leafOf", leaf) == leaf_hash(leaf)

"""oppose: given a title and an earlier anchor, within the opposition period and after it."""

from __future__ import annotations

import pytest

from registry_client.content.merkle import MerkleTree
from tests.contracts.support import (
    MANIFEST,
    OPPOSITION,
    ZERO,
    Reverted,
    anchored,
    title,
    titled,
    transfer,
    work,
    works,
)


def refusal(registry, *values, sender):
    with pytest.raises(Reverted) as refused:
        registry.send("oppose", *values, sender=sender)
    return refused.value.args


@pytest.fixture
def case(registry, alice, thief):
    """Alice anchored first; a thief anchored later and holds the title."""

    class Case:
        mine = work(alice, metadata="mine")
        earlier, anchor = anchored(registry, [mine, *works(alice, 2, first=1)], alice)
        proof = earlier.proof(mine)
        theirs = work(thief, metadata="theirs")
        later, their_anchor, registration = titled(registry, theirs, thief)
        work_id = mine.work_id
        end = registration.time + OPPOSITION

    return Case


def test_oppose_reverts_for_a_work_without_title(registry, alice):
    leaf = work(alice)
    tree, _ = anchored(registry, [leaf], alice)
    assert refusal(registry, leaf, tree.root, [], sender=alice) == ("RegistryWorkUnknown", leaf.work_id)


def test_oppose_reverts_for_an_unknown_root(registry, case, alice):
    root = b"\x33" * 32
    assert refusal(registry, case.mine, root, case.proof, sender=alice) == ("RegistryRootUnknown", root)


def test_oppose_reverts_for_a_leaf_that_names_nobody(registry, alice, bob):
    nobody = work(ZERO)
    tree, _ = anchored(registry, [nobody], alice)
    titled(registry, work(bob), bob)
    assert refusal(registry, nobody, tree.root, [], sender=alice) == ("RegistryOwnerZero",)


def test_oppose_reverts_for_a_proof_of_something_else(registry, case, bob):
    forged = work(bob)
    answer = refusal(registry, forged, case.earlier.root, case.proof, sender=bob)
    assert answer == ("RegistryProofInvalid", case.work_id, case.earlier.root)
    assert registry.ask("ownerOf", case.work_id) == case.theirs.owner


def test_oppose_reverts_for_a_later_anchor_and_for_the_titles_own(registry, case, bob, thief):
    late = work(bob)
    tree, anchor = anchored(registry, [late], bob)
    present = case.their_anchor.time
    answer = refusal(registry, late, tree.root, [], sender=bob)
    assert answer == ("RegistryAnchorNotEarlier", case.work_id, anchor.time, present)
    answer = refusal(registry, case.theirs, case.later.root, [], sender=thief)
    assert answer == ("RegistryAnchorNotEarlier", case.work_id, present, present)


def test_oppose_reverts_for_an_anchor_of_the_same_second(registry, alice, bob, clock):
    leaves = work(alice), work(bob)
    trees = [MerkleTree([leaf]) for leaf in leaves]
    clock.automine(False)
    sent = [
        registry.post("anchor", tree.root, MANIFEST, sender=leaf.owner)
        for leaf, tree in zip(leaves, trees, strict=True)
    ]
    clock.mine_at(clock.time + 10)
    clock.automine(True)
    one, two = (registry.result(transaction).time for transaction in sent)
    assert one == two
    registry.send("register", leaves[0], trees[0].root, [], sender=alice)
    answer = refusal(registry, leaves[1], trees[1].root, [], sender=bob)
    assert answer == ("RegistryAnchorNotEarlier", leaves[0].work_id, two, one)


@pytest.mark.parametrize("seconds_before_the_end", [OPPOSITION - 1, 1, 0])
def test_oppose_within_the_period_moves_the_title(
    registry, case, alice, stranger, thief, clock, seconds_before_the_end
):
    clock.next_at(case.end - seconds_before_the_end)
    done = registry.send("oppose", case.mine, case.earlier.root, case.proof, sender=stranger)
    told = {"workId": case.work_id, "previousOwner": thief, "newOwner": alice}
    told |= {"previousAnchoredAt": case.their_anchor.time, "newAnchoredAt": case.anchor.time}
    assert done.events == [transfer(thief, alice, case.work_id), ("TitleSuperseded", told)]
    assert registry.ask("titleOf", case.work_id) == title(
        alice, case.anchor.time, case.registration.time, case.mine.metadata, superseded=True
    )
    assert registry.ask("ownerOf", case.work_id) == alice
    assert (registry.ask("balanceOf", alice), registry.ask("balanceOf", thief)) == (1, 0)
    assert registry.ask("ownerAt", case.work_id, done.time) == alice
    assert registry.ask("ownerAt", case.work_id, done.time - 1) == thief


@pytest.mark.parametrize("seconds_after_the_end", [1, 10 * 365 * 24 * 3600])
def test_oppose_after_the_period_marks_the_title_contested(
    registry, case, alice, stranger, thief, clock, seconds_after_the_end
):
    clock.next_at(case.end + seconds_after_the_end)
    done = registry.send("oppose", case.mine, case.earlier.root, case.proof, sender=stranger)
    told = {"workId": case.work_id, "claimant": alice, "root": case.earlier.root, "anchoredAt": case.anchor.time}
    assert done.events == [("TitleContested", told)]
    assert registry.ask("titleOf", case.work_id) == title(
        thief, case.their_anchor.time, case.registration.time, case.theirs.metadata, contested=True
    )
    assert (registry.ask("balanceOf", alice), registry.ask("balanceOf", thief)) == (0, 1)
    again = registry.send("oppose", case.mine, case.earlier.root, case.proof, sender=alice)
    assert again.events == [("TitleContested", told)]


def test_oppose_ends_the_approval_and_what_it_allowed(registry, case, thief, stranger, bob):
    registry.send("approve", stranger, case.work_id, sender=thief)
    registry.send("setApprovalForAll", bob, True, sender=thief)
    registry.send("oppose", case.mine, case.earlier.root, case.proof, sender=stranger)
    assert registry.ask("getApproved", case.work_id) == ZERO
    for sender in (thief, stranger, bob):
        with pytest.raises(Reverted) as refused:
            registry.send("transferFrom", case.mine.owner, sender, case.work_id, sender=sender)
        assert refused.value.args == ("ERC721InsufficientApproval", sender, case.work_id)


def test_oppose_takes_the_title_from_whoever_bought_it(registry, case, alice, bob, thief):
    registry.send("transferFrom", thief, bob, case.work_id, sender=thief)
    done = registry.send("oppose", case.mine, case.earlier.root, case.proof, sender=alice)
    assert done.events[0] == transfer(bob, alice, case.work_id)
    assert [registry.ask("balanceOf", account) for account in (alice, bob, thief)] == [1, 0, 0]


def test_oppose_period_runs_from_registration_not_from_a_transfer(registry, case, alice, bob, thief, clock):
    clock.next_at(case.end)
    registry.send("transferFrom", thief, bob, case.work_id, sender=thief)
    done = registry.send("oppose", case.mine, case.earlier.root, case.proof, sender=alice)
    assert [name for name, _ in done.events] == ["TitleContested"]
    assert registry.ask("ownerOf", case.work_id) == bob


def test_oppose_replaces_the_record_of_a_thief_who_gives_the_title_back_first(registry, case, alice, thief):
    registry.send("transferFrom", thief, alice, case.work_id, sender=thief)
    registry.send("oppose", case.mine, case.earlier.root, case.proof, sender=alice)
    expected = title(alice, case.anchor.time, case.registration.time, case.mine.metadata)
    assert registry.ask("titleOf", case.work_id) == expected


@pytest.mark.parametrize("late", [False, True])
def test_oppose_for_the_present_owner_takes_time_and_record_of_the_earlier_leaf(registry, alice, stranger, clock, late):
    first = work(alice, metadata="first")
    tree, anchor = anchored(registry, [first], alice)
    second = work(alice, metadata="second")
    _, second_anchor, registration = titled(registry, second, alice)
    if late:
        clock.sleep(OPPOSITION + 1)
    registry.send("approve", stranger, first.work_id, sender=alice)
    done = registry.send("oppose", first, tree.root, [], sender=stranger)
    told = {"workId": first.work_id, "owner": alice}
    told |= {"previousAnchoredAt": second_anchor.time, "newAnchoredAt": anchor.time}
    assert done.events == [("PriorityImproved", told)]
    expected = title(alice, anchor.time, registration.time, first.metadata)
    assert registry.ask("titleOf", first.work_id) == expected
    assert registry.ask("getApproved", first.work_id) == stranger
    assert registry.ask("ownerAt", first.work_id, registration.time) == alice


def test_oppose_again_by_a_still_earlier_anchor_moves_the_title_again(registry, alice, bob, carol):
    leaves = [work(account, metadata=account) for account in (carol, bob, alice)]
    trees = [anchored(registry, [leaf], leaf.owner) for leaf in leaves]
    registry.send("register", leaves[2], trees[2][0].root, [], sender=alice)
    for leaf, (tree, anchor) in ((leaves[1], trees[1]), (leaves[0], trees[0])):
        registry.send("oppose", leaf, tree.root, [], sender=leaf.owner)
        found = registry.ask("titleOf", leaf.work_id)
        assert (found["owner"], found["anchoredAt"], found["metadata"]) == (leaf.owner, anchor.time, leaf.metadata)
        assert found["superseded"]
    for leaf, (tree, anchor) in zip(leaves, trees, strict=True):
        answer = refusal(registry, leaf, tree.root, [], sender=leaf.owner)
        assert answer == ("RegistryAnchorNotEarlier", leaf.work_id, anchor.time, trees[0][1].time)


def test_oppose_keeps_the_contested_mark_when_the_owner_improves_the_time(registry, alice, bob, carol, clock):
    oldest, older, newest = work(alice, metadata="old"), work(bob), work(alice)
    old_tree, old = anchored(registry, [oldest], alice)
    bob_tree, _ = anchored(registry, [older], bob)
    titled(registry, newest, alice)
    clock.sleep(OPPOSITION + 1)
    registry.send("oppose", older, bob_tree.root, [], sender=bob)
    registry.send("oppose", oldest, old_tree.root, [], sender=carol)
    found = registry.ask("titleOf", oldest.work_id)
    assert (found["owner"], found["anchoredAt"], found["contested"]) == (alice, old.time, True)


def test_oppose_works_while_paused(registry, case, alice, pauser):
    registry.send("pause", sender=pauser)
    registry.send("oppose", case.mine, case.earlier.root, case.proof, sender=alice)
    assert registry.ask("ownerOf", case.work_id) == alice


def test_opposition_period_is_the_deployments(registry):
    assert registry.ask("oppositionPeriod") == OPPOSITION

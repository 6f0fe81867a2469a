"""pause, unpause: what stops and what never does."""

from __future__ import annotations

import pytest

from tests.contracts.support import MANIFEST, ZERO, Reverted, anchored, titled, work


def refusal(registry, name, *values, sender):
    with pytest.raises(Reverted) as refused:
        registry.send(name, *values, sender=sender)
    return refused.value.args


def test_pause_reverts_for_who_is_no_pauser(registry, alice, admin, verifier, deployer):
    for sender in (alice, admin, verifier, deployer):
        assert refusal(registry, "pause", sender=sender) == ("AccessManagedUnauthorized", sender)
    assert registry.ask("paused") is False


def test_pause_reverts_while_paused(registry, pauser):
    done = registry.send("pause", sender=pauser)
    assert done.events == [("Paused", {"account": pauser})]
    assert refusal(registry, "pause", sender=pauser) == ("EnforcedPause",)
    assert registry.ask("paused") is True


def test_unpause_reverts_for_who_is_no_pauser_and_while_not_paused(registry, pauser, alice, admin, deployer):
    assert refusal(registry, "unpause", sender=pauser) == ("ExpectedPause",)
    registry.send("pause", sender=pauser)
    for sender in (alice, admin, deployer):
        assert refusal(registry, "unpause", sender=sender) == ("AccessManagedUnauthorized", sender)
    assert registry.ask("paused") is True


def test_unpause_resumes_anchoring_and_registration(registry, pauser, alice):
    leaf = work(alice)
    registry.send("pause", sender=pauser)
    done = registry.send("unpause", sender=pauser)
    assert done.events == [("Unpaused", {"account": pauser})]
    titled(registry, leaf, alice)
    assert registry.ask("ownerOf", leaf.work_id) == alice


def test_invariant_8_paused_only_new_registrations_stop(registry, alice, bob, carol, pauser, verifier, clock):
    earlier, leaf, waiting = work(carol), work(alice), work(alice, 1)
    earlier_tree, anchor = anchored(registry, [earlier], carol)
    titled(registry, leaf, alice)
    tree, _ = anchored(registry, [waiting], alice)
    registry.send("pause", sender=pauser)

    assert refusal(registry, "anchor", b"\x01" * 32, MANIFEST, sender=alice) == ("EnforcedPause",)
    assert refusal(registry, "register", waiting, tree.root, [], sender=alice) == ("EnforcedPause",)
    assert refusal(registry, "registerMany", [waiting], tree.root, [[]], sender=alice) == ("EnforcedPause",)

    registry.send("publishManifest", tree.root, MANIFEST, sender=bob)
    registry.send("attest", alice, MANIFEST, clock.time + 1000, sender=verifier)
    registry.send("revokeAttestation", alice, sender=verifier)
    registry.send("approve", bob, leaf.work_id, sender=alice)
    registry.send("transferFrom", alice, bob, leaf.work_id, sender=bob)
    registry.send("setApprovalForAll", alice, True, sender=bob)
    registry.send("safeTransferFrom(address,address,uint256)", bob, alice, leaf.work_id, sender=alice)
    registry.send("oppose", earlier, earlier_tree.root, [], sender=carol)

    assert registry.ask("ownerOf", leaf.work_id) == carol
    assert registry.ask("titleOf", leaf.work_id)["anchoredAt"] == anchor.time
    assert registry.ask("titlesOf", [leaf.work_id])[0]["owner"] == carol
    assert registry.ask("ownerAt", leaf.work_id, clock.time) == carol
    assert registry.ask("anchorOf", tree.root)["registrant"] == alice
    assert registry.ask("tokenURI", leaf.work_id).startswith("ipfs://")
    assert registry.ask("attestationOf", alice, verifier)["attestedAt"] == 0
    assert registry.ask("getApproved", leaf.work_id) == ZERO

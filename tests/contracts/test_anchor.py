"""anchor, publishManifest, anchorOf."""

from __future__ import annotations

import pytest

from tests.contracts.support import MANIFEST, ZERO, ZERO32, Reverted

ROOT, OTHER = b"\x11" * 32, b"\x22" * 32
NONE = {"registrant": ZERO, "time": 0, "blockNumber": 0}


def test_anchor_reverts_while_paused(registry, pauser, alice):
    registry.send("pause", sender=pauser)
    with pytest.raises(Reverted) as refused:
        registry.send("anchor", ROOT, MANIFEST, sender=alice)
    assert refused.value.args == ("EnforcedPause",)
    assert registry.ask("anchorOf", ROOT) == NONE


def test_anchor_reverts_for_root_zero(registry, alice):
    with pytest.raises(Reverted) as refused:
        registry.send("anchor", ZERO32, MANIFEST, sender=alice)
    assert refused.value.args == ("RegistryRootZero",)
    assert registry.ask("anchorOf", ZERO32) == NONE


def test_anchor_reverts_for_a_root_anchored_by_another_and_by_the_same(registry, alice, bob):
    registry.send("anchor", ROOT, MANIFEST, sender=alice)
    before = registry.ask("anchorOf", ROOT)
    for sender in (alice, bob):
        with pytest.raises(Reverted) as refused:
            registry.send("anchor", ROOT, OTHER, sender=sender)
        assert refused.value.args == ("RegistryRootAlreadyAnchored", ROOT)
    assert registry.ask("anchorOf", ROOT) == before


def test_anchor_stores_registrant_time_and_block_and_tells(registry, alice):
    done = registry.send("anchor", ROOT, MANIFEST, sender=alice)
    assert done.events == [("Anchored", {"root": ROOT, "registrant": alice, "manifest": MANIFEST})]
    assert registry.ask("anchorOf", ROOT) == {"registrant": alice, "time": done.time, "blockNumber": done.block}
    assert registry.ask("anchorOf", OTHER) == NONE


def test_anchor_takes_any_root_and_manifest_of_one_registrant(registry, alice):
    first = registry.send("anchor", ROOT, MANIFEST, sender=alice)
    second = registry.send("anchor", OTHER, ZERO32, sender=alice)
    assert registry.ask("anchorOf", ROOT)["time"] == first.time
    assert registry.ask("anchorOf", OTHER) == {"registrant": alice, "time": second.time, "blockNumber": second.block}


def test_publish_manifest_reverts_for_an_unknown_root(registry, alice):
    with pytest.raises(Reverted) as refused:
        registry.send("publishManifest", ROOT, MANIFEST, sender=alice)
    assert refused.value.args == ("RegistryRootUnknown", ROOT)


def test_publish_manifest_by_anyone_tells_and_changes_nothing(registry, alice, stranger):
    registry.send("anchor", ROOT, MANIFEST, sender=alice)
    before = registry.ask("anchorOf", ROOT)
    for sender, digest in ((stranger, OTHER), (alice, MANIFEST)):
        done = registry.send("publishManifest", ROOT, digest, sender=sender)
        assert done.events == [("ManifestPublished", {"root": ROOT, "publisher": sender, "manifest": digest})]
    assert registry.ask("anchorOf", ROOT) == before

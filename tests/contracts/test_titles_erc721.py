"""Titles as ERC-721 tokens: transfers, approvals, receivers, metadata, interfaces."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from eth_utils import keccak

from registry_client.content.cid import cid_of_digest
from tests.contracts.support import ROOT, ZERO, Reverted, anchored, rpc, signature, title, titled, transfer, work

RECEIVER = "0x00000000000000000000000000000000000000AA"
ACCEPTS = "0x63150b7a0260e01b60005260206000f3"
ANSWERS_NOTHING = "0x60206000f3"
REVERTS = "0x60006000fd"
SAFE = "safeTransferFrom(address,address,uint256)"
SAFE_WITH_DATA = "safeTransferFrom(address,address,uint256,bytes)"


@pytest.fixture
def leaf(registry, alice):
    leaf = work(alice)
    titled(registry, leaf, alice)
    return leaf


def refusal(registry, name, *values, sender):
    with pytest.raises(Reverted) as refused:
        registry.send(name, *values, sender=sender)
    return refused.value.args


def test_transfer_reverts_for_a_title_that_does_not_exist(registry, alice, bob):
    assert refusal(registry, "transferFrom", alice, bob, 7, sender=alice) == ("ERC721NonexistentToken", 7)


def test_transfer_reverts_to_nobody(registry, leaf, alice):
    answer = refusal(registry, "transferFrom", alice, ZERO, leaf.work_id, sender=alice)
    assert answer == ("ERC721InvalidReceiver", ZERO)


def test_transfer_reverts_for_who_may_not(registry, leaf, alice, thief):
    for name in ("transferFrom", SAFE):
        answer = refusal(registry, name, alice, thief, leaf.work_id, sender=thief)
        assert answer == ("ERC721InsufficientApproval", thief, leaf.work_id)
    assert registry.ask("ownerOf", leaf.work_id) == alice


def test_transfer_reverts_for_another_owner_than_named(registry, leaf, alice, bob):
    answer = refusal(registry, "transferFrom", bob, bob, leaf.work_id, sender=alice)
    assert answer == ("ERC721IncorrectOwner", bob, leaf.work_id, alice)
    assert registry.ask("balanceOf", alice) == 1


def test_transfer_moves_the_title_and_ends_its_approval(registry, leaf, alice, bob, carol):
    before = registry.ask("titleOf", leaf.work_id)
    registry.send("approve", carol, leaf.work_id, sender=alice)
    done = registry.send("transferFrom", alice, bob, leaf.work_id, sender=alice)
    assert done.events == [transfer(alice, bob, leaf.work_id)]
    assert registry.ask("titleOf", leaf.work_id) == {**before, "owner": bob}
    assert registry.ask("ownerOf", leaf.work_id) == bob
    assert (registry.ask("balanceOf", alice), registry.ask("balanceOf", bob)) == (0, 1)
    assert registry.ask("getApproved", leaf.work_id) == ZERO
    assert refusal(registry, "transferFrom", bob, carol, leaf.work_id, sender=carol)[0] == "ERC721InsufficientApproval"


def test_transfer_keeps_anchor_and_flags(registry, leaf, alice, bob):
    before = registry.ask("titleOf", leaf.work_id)
    for sender, to in ((alice, bob), (bob, alice), (alice, alice)):
        registry.send("transferFrom", sender, to, leaf.work_id, sender=sender)
        assert registry.ask("titleOf", leaf.work_id) == title(
            to, before["anchoredAt"], before["registeredAt"], leaf.metadata
        )
    assert registry.ask("balanceOf", alice) == 1


def test_transfer_by_the_approved_and_by_an_operator(registry, leaf, alice, bob, carol):
    registry.send("approve", carol, leaf.work_id, sender=alice)
    done = registry.send("transferFrom", alice, carol, leaf.work_id, sender=carol)
    assert done.events == [transfer(alice, carol, leaf.work_id)]
    registry.send("setApprovalForAll", bob, True, sender=carol)
    done = registry.send("transferFrom", carol, alice, leaf.work_id, sender=bob)
    assert done.events == [transfer(carol, alice, leaf.work_id)]


def test_approve_tells_and_can_be_taken_back(registry, leaf, alice, bob):
    for approved in (bob, ZERO):
        done = registry.send("approve", approved, leaf.work_id, sender=alice)
        told = {"owner": alice, "approved": approved, "tokenId": leaf.work_id}
        assert done.events == [("Approval", told)]
        assert registry.ask("getApproved", leaf.work_id) == approved
    assert refusal(registry, "transferFrom", alice, bob, leaf.work_id, sender=bob)[0] == "ERC721InsufficientApproval"


def test_approve_reverts_for_who_may_not(registry, leaf, alice, bob, thief):
    registry.send("approve", bob, leaf.work_id, sender=alice)
    for sender in (thief, bob):
        assert refusal(registry, "approve", thief, leaf.work_id, sender=sender) == ("ERC721InvalidApprover", sender)
    assert refusal(registry, "approve", bob, 7, sender=alice) == ("ERC721NonexistentToken", 7)


def test_set_approval_for_all_tells_and_can_be_taken_back(registry, leaf, alice, bob):
    for approved in (True, False):
        done = registry.send("setApprovalForAll", bob, approved, sender=alice)
        assert done.events == [("ApprovalForAll", {"owner": alice, "operator": bob, "approved": approved})]
        assert registry.ask("isApprovedForAll", alice, bob) is approved
    answer = refusal(registry, "setApprovalForAll", ZERO, True, sender=alice)
    assert answer == ("ERC721InvalidOperator", ZERO)


@pytest.mark.parametrize("name", [SAFE, SAFE_WITH_DATA])
def test_safe_transfer_to_an_account_and_to_a_receiver(registry, leaf, alice, bob, name):
    rest = [b"why"] if name == SAFE_WITH_DATA else []
    rpc("anvil_setCode", RECEIVER, ACCEPTS)
    registry.send(name, alice, bob, leaf.work_id, *rest, sender=alice)
    done = registry.send(name, bob, RECEIVER, leaf.work_id, *rest, sender=bob)
    assert done.events == [transfer(bob, RECEIVER, leaf.work_id)]
    assert registry.ask("ownerOf", leaf.work_id) == RECEIVER


@pytest.mark.parametrize("code", [ANSWERS_NOTHING, REVERTS])
def test_safe_transfer_reverts_to_a_contract_that_does_not_accept(registry, leaf, alice, code):
    rpc("anvil_setCode", RECEIVER, code)
    answer = refusal(registry, SAFE, alice, RECEIVER, leaf.work_id, sender=alice)
    assert answer == ("ERC721InvalidReceiver", RECEIVER)
    assert registry.ask("ownerOf", leaf.work_id) == alice


def test_views_revert_for_a_title_that_does_not_exist_and_for_nobody(registry):
    for name in ("ownerOf", "getApproved", "tokenURI"):
        with pytest.raises(Reverted) as refused:
            registry.ask(name, 7)
        assert refused.value.args == ("ERC721NonexistentToken", 7)
    with pytest.raises(Reverted) as refused:
        registry.ask("balanceOf", ZERO)
    assert refused.value.args == ("ERC721InvalidOwner", ZERO)


def test_name_and_symbol(registry):
    assert registry.ask("name") == "Global Copyright Registry Title"
    assert registry.ask("symbol") == "TITLE"


def test_token_uri_is_the_cid_of_the_metadata(registry, alice):
    digests = [bytes(32), b"\xff" * 32, b"\x80" + bytes(31), bytes(31) + b"\x01"]
    digests += [hashlib.sha256(b"%d" % number).digest() for number in range(12)]
    leaves = [type(work(alice))(work(alice, n).content_hash, bytes(32), d, alice) for n, d in enumerate(digests)]
    tree, _ = anchored(registry, leaves, alice)
    registry.send("registerMany", leaves, tree.root, [tree.proof(leaf) for leaf in leaves], sender=alice)
    for leaf in leaves:
        found = registry.ask("tokenURI", leaf.work_id)
        assert found == "ipfs://" + cid_of_digest(leaf.metadata)
        assert re.fullmatch("ipfs://bafkrei[a-z2-7]{52}", found)


def test_token_uri_of_a_known_block(registry, alice):
    """`hello world`, as `ipfs add --cid-version=1 --raw-leaves` names it."""
    leaf = type(work(alice))(b"\x01" * 32, bytes(32), hashlib.sha256(b"hello world").digest(), alice)
    titled(registry, leaf, alice)
    known = "ipfs://bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
    assert registry.ask("tokenURI", leaf.work_id) == known


def test_supports_interface(registry):
    build = json.loads((ROOT / "build" / "interfaces" / "ICopyrightRegistry.json").read_text(encoding="utf-8"))
    identity = 0
    for entry in build["abi"]:
        if entry["type"] == "function":
            identity ^= int.from_bytes(keccak(text=signature(entry))[:4], "big")
    ids = {"01ffc9a7": True, "80ac58cd": True, "5b5e139f": True, f"{identity:08x}": True}
    ids |= {"ffffffff": False, "00000000": False, "780e9d63": False}
    for known, expected in ids.items():
        assert registry.ask("supportsInterface", bytes.fromhex(known)) is expected


def test_registry_takes_no_ether(registry, alice):
    answer = rpc("eth_sendTransaction", {"from": alice, "to": registry.address, "value": "0x1", "gas": "0x30d40"})
    with pytest.raises(Reverted):
        registry.result(answer)
    assert int(rpc("eth_getBalance", registry.address, "latest"), 16) == 0

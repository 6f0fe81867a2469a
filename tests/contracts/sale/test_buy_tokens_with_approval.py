"""buyTokensWithApproval: signatures that are refused, and what one that holds does."""

from __future__ import annotations

import pytest

from registry_client.chain import approvals
from tests.contracts.sale.support import (
    APPROVAL,
    ETHER,
    OPERATOR,
    OPERATOR_KEY,
    OTHER_KEY,
    TOKEN,
    Attacker,
    Contract,
    Keys,
    bought,
    keccak,
    signed,
)
from tests.contracts.support import ZERO, RpcError, rpc

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
LATER = 2_600
NAME = "buyTokensWithApproval"
MAGIC, WRONG_MAGIC = "1626ba7e", "ffffffff"


@pytest.fixture
def approval(sale, stranger, operator):
    """Of the stranger, by the operator, in the round that takes approvals."""
    sale.enter(2000)
    return stranger, operator, 0, sale.opening + LATER


@pytest.fixture
def signature(sale, approval):
    return signed(sale.digest(approval))


def replaced(approval, position, value):
    return tuple(value if index == position else one for index, one in enumerate(approval))


def refused(sale, approval, signature, sender=None, value=ETHER, least=0):
    return sale.refusal(NAME, least, approval, signature, sender=sender or approval[0], value=value)


def test_buy_tokens_with_approval_reverts_while_paused(sale, approval, signature, pauser):
    sale.send("pause", sender=pauser)
    assert refused(sale, approval, signature) == ("EnforcedPause",)


def test_buy_tokens_with_approval_reverts_when_no_round_is_open(sale, approval, signature):
    sale.at(4000)
    assert refused(sale, approval, signature) == ("SaleNotOpen", sale.opening + 4000)


def test_buy_tokens_with_approval_reverts_for_a_blocked_sender(sale, approval, signature, operator, stranger):
    sale.send("setBlocked", [stranger], True, sender=operator)
    assert refused(sale, approval, signature) == ("SaleBlockedAccount", stranger)


def test_buy_tokens_with_approval_reverts_in_a_round_of_the_list_alone(new_sale, operator, stranger, alice):
    sale = new_sale()
    sale.enter(0)
    given = (stranger, operator, 0, sale.opening + LATER)
    assert refused(sale, given, signed(sale.digest(given))) == ("SaleUnlistedBuyer", stranger)
    sale.send("setWhitelisted", [alice], True, sender=operator)
    listed = (alice, operator, 0, sale.opening + LATER)
    assert sale.send(NAME, 0, listed, signed(sale.digest(listed)), sender=alice, value=ETHER).returned


def test_buy_tokens_with_approval_reverts_for_another_sender_than_its_buyer_so_nobody_can_use_it_up(
    sale, approval, signature, thief, alice
):
    for sender in (thief, alice):
        assert refused(sale, approval, signature, sender) == ("SaleWrongBuyer", approval[0], sender)
    assert sale.send(NAME, 0, approval, signature, sender=approval[0], value=ETHER).returned == 1554 * TOKEN


def test_buy_tokens_with_approval_reverts_from_the_second_of_its_expiry(sale, approval, signature):
    sale.at(LATER)
    assert refused(sale, approval, signature) == ("SaleExpiredApproval", sale.opening + LATER)


def test_buy_tokens_with_approval_buys_in_the_second_before_its_expiry(sale, approval, signature):
    sale.at(LATER - 1)
    assert sale.send(NAME, 0, approval, signature, sender=approval[0], value=ETHER).returned == 1554 * TOKEN


def test_buy_tokens_with_approval_reverts_when_replayed(sale, approval, signature):
    sale.send(NAME, 0, approval, signature, sender=approval[0], value=ETHER)
    assert refused(sale, approval, signature) == ("SaleWrongNonce", 0, 1)


def test_buy_tokens_with_approval_reverts_with_a_nonce_that_is_not_the_next(sale, approval):
    ahead = replaced(approval, 2, 1)
    assert refused(sale, ahead, signed(sale.digest(ahead))) == ("SaleWrongNonce", 1, 0)


def test_buy_tokens_with_approval_reverts_when_cancelled(sale, approval, signature, operator):
    sale.send("cancelApprovals", [approval[0]], sender=operator)
    assert refused(sale, approval, signature) == ("SaleWrongNonce", 0, 1)


def test_buy_tokens_with_approval_reverts_for_a_signer_without_the_role(sale, approval, alice):
    other = replaced(approval, 1, Keys.from_key(OTHER_KEY).address)
    assert refused(sale, other, signed(sale.digest(other), OTHER_KEY)) == ("SaleUnauthorizedSigner", other[1])
    nobody = replaced(approval, 1, ZERO)
    assert refused(sale, nobody, bytes(65)) == ("SaleUnauthorizedSigner", ZERO)


def test_buy_tokens_with_approval_reverts_for_a_signer_who_lost_the_role_or_must_wait(
    sale, approval, signature, manager, admin, operator
):
    manager.send("revokeRole", OPERATOR, operator, sender=admin)
    assert refused(sale, approval, signature) == ("SaleUnauthorizedSigner", operator)
    manager.send("grantRole", OPERATOR, operator, 3600, sender=admin)
    assert refused(sale, approval, signature) == ("SaleUnauthorizedSigner", operator)


def test_buy_tokens_with_approval_reverts_for_a_signature_of_another_key(sale, approval):
    assert refused(sale, approval, signed(sale.digest(approval), OTHER_KEY)) == ("SaleInvalidSignature", approval[1])


@pytest.mark.parametrize("chain", [1, 31336, 0])
def test_buy_tokens_with_approval_reverts_for_a_signature_of_another_chain(sale, approval, chain):
    forged = signed(sale.digest(approval, chain=chain))
    assert refused(sale, approval, forged) == ("SaleInvalidSignature", approval[1])


def test_buy_tokens_with_approval_reverts_after_a_fork_changed_the_chain_id(sale, approval, signature):
    rpc("anvil_setChainId", 31338)
    try:
        call = {"from": approval[0], "to": sale.address, "data": sale.data(NAME, 0, approval, signature)}
        with pytest.raises(RpcError) as failed:
            rpc("eth_call", {**call, "value": hex(ETHER)}, "latest")
        assert sale.error(failed.value.data) == ("SaleInvalidSignature", approval[1])
        again = signed(sale.digest(approval, chain=31338))
        call["data"] = sale.data(NAME, 0, approval, again)
        assert int(rpc("eth_call", {**call, "value": hex(ETHER)}, "latest"), 16) == 1554 * TOKEN
        assert sale.ask("approvalDigest", approval) == sale.digest(approval, chain=31338)
    finally:
        rpc("anvil_setChainId", 31337)


def test_buy_tokens_with_approval_reverts_for_a_signature_of_another_contract(sale, approval, new_sale):
    twin = new_sale()
    twin.enter(2000)
    theirs = replaced(approval, 3, twin.opening + LATER)
    forged = signed(sale.digest(theirs))
    assert refused(twin, theirs, forged) == ("SaleInvalidSignature", approval[1])


@pytest.mark.parametrize(
    "kind",
    [
        APPROVAL.replace("Approval", "Permission"),
        APPROVAL.replace("address signer", "address operator"),
        APPROVAL.replace("uint256 expiry", "uint64 expiry"),
    ],
)
def test_buy_tokens_with_approval_reverts_for_a_signature_of_another_type(sale, approval, kind):
    forged = signed(sale.digest(approval, kind=kind))
    assert refused(sale, approval, forged) == ("SaleInvalidSignature", approval[1])


def test_type_hash_and_digest_are_those_of_the_text_and_of_the_client(sale, approval):
    assert sale.ask("approvalTypehash") == keccak(text=APPROVAL)
    assert sale.ask("approvalDigest", approval) == sale.digest(approval)
    fields = approvals._TYPES["Approval"]
    text = "Approval(" + ",".join(f"{field['type']} {field['name']}" for field in fields) + ")"
    assert keccak(text=text) == sale.ask("approvalTypehash")


def test_buy_tokens_with_approval_reverts_for_a_signature_with_a_high_s(sale, approval, signature):
    r, s, v = signature[:32], int.from_bytes(signature[32:64], "big"), signature[64]
    high = r + (ORDER - s).to_bytes(32, "big") + bytes([55 - v])
    assert refused(sale, approval, high) == ("SaleInvalidSignature", approval[1])


@pytest.mark.parametrize("length", [0, 64, 66])
def test_buy_tokens_with_approval_reverts_for_a_signature_of_another_length(sale, approval, signature, length):
    cut = (signature + b"\x00")[:length]
    assert refused(sale, approval, cut) == ("SaleInvalidSignature", approval[1])


def test_buy_tokens_with_approval_reverts_for_any_field_altered(
    sale, approval, signature, thief, operator, manager, admin
):
    other = Keys.from_key(OTHER_KEY).address
    manager.send("grantRole", OPERATOR, other, 0, sender=admin)
    stolen = replaced(approval, 0, thief)
    assert refused(sale, stolen, signature, thief) == ("SaleInvalidSignature", operator)
    assert refused(sale, replaced(approval, 1, other), signature) == ("SaleInvalidSignature", other)
    longer = replaced(approval, 3, approval[3] + 1)
    assert refused(sale, longer, signature) == ("SaleInvalidSignature", operator)
    sale.send("cancelApprovals", [approval[0]], sender=operator)
    assert refused(sale, replaced(approval, 2, 1), signature) == ("SaleInvalidSignature", operator)


def test_buy_tokens_with_approval_reverts_below_minimum_above_maximum_and_below_the_least_tokens(
    sale, approval, signature
):
    low = refused(sale, approval, signature, value=1)
    assert low == ("SaleInsufficientPayment", 1, ETHER // 10)
    high = refused(sale, approval, signature, value=25 * ETHER + 1)
    assert high == ("SaleExceededMaximum", approval[0], 25 * ETHER + 1, 25 * ETHER)
    few = refused(sale, approval, signature, least=2000 * TOKEN)
    assert few == ("SaleInsufficientTokens", 1554 * TOKEN, 2000 * TOKEN)
    assert sale.account(approval[0])["nonce"] == 0


def test_buy_tokens_with_approval_buys_and_puts_the_buyer_on_the_list(sale, approval, signature, stranger, operator):
    done = sale.send(NAME, 1554 * TOKEN, approval, signature, sender=stranger, value=ETHER)
    used = ("ApprovalUsed", {"buyer": stranger, "signer": operator, "nonce": 0})
    assert done.events == [used, *bought(stranger, stranger, 1, [(0, ETHER, 1554 * TOKEN)])]
    assert done.returned == 1554 * TOKEN
    assert sale.account(stranger) == {
        "contribution": ETHER,
        "tokens": 1554 * TOKEN,
        "nonce": 1,
        "whitelisted": True,
        "blocked": False,
    }
    assert sale.buy(stranger, ETHER).returned == 1554 * TOKEN


def test_buy_tokens_with_approval_buys_in_a_round_for_everybody(sale, operator, stranger):
    sale.enter(3000)
    given = (stranger, operator, 0, sale.opening + 4000)
    assert sale.send(NAME, 0, given, signed(sale.digest(given)), sender=stranger, value=ETHER).returned == 700 * TOKEN


def test_delisting_voids_the_approvals_signed_before(sale, approval, signature, operator, stranger):
    sale.send("setWhitelisted", [stranger], True, sender=operator)
    sale.send("setWhitelisted", [stranger], False, sender=operator)
    assert refused(sale, approval, signature) == ("SaleWrongNonce", 0, 1)


def test_a_contract_signs_by_erc_1271(sale, approval, manager, admin, deployer):
    signer = Attacker("Signer", deployer)
    given = replaced(approval, 1, signer.address)
    assert refused(sale, given, b"") == ("SaleUnauthorizedSigner", signer.address)
    manager.send("grantRole", OPERATOR, signer.address, 0, sender=admin)
    digest = sale.digest(given)
    for answer in (WRONG_MAGIC + "00" * 28, "", MAGIC, MAGIC + "00" * 27 + "01"):
        signer.send("allow", digest, bytes.fromhex(answer), sender=deployer)
        assert refused(sale, given, b"any") == ("SaleInvalidSignature", signer.address), answer
    signer.send("allow", digest, bytes.fromhex(MAGIC + "00" * 28), sender=deployer)
    assert refused(sale, replaced(given, 3, given[3] + 1), b"any") == ("SaleInvalidSignature", signer.address)
    done = sale.send(NAME, 0, given, b"any", sender=approval[0], value=ETHER)
    assert done.events[0] == ("ApprovalUsed", {"buyer": approval[0], "signer": signer.address, "nonce": 0})


def test_an_operators_own_key_does_not_sign_for_a_contract(sale, approval, manager, admin, deployer):
    signer = Attacker("Signer", deployer)
    manager.send("grantRole", OPERATOR, signer.address, 0, sender=admin)
    given = replaced(approval, 1, signer.address)
    forged = signed(sale.digest(given), OPERATOR_KEY)
    assert refused(sale, given, forged) == ("SaleInvalidSignature", signer.address)


def test_a_contract_buyer_uses_its_approval(sale, approval, operator, deployer, parties):
    buyer = Attacker("Reentrant", deployer)
    given = replaced(approval, 0, buyer.address)
    sender = parties["bob"].address
    funded = Contract(buyer.address, "TokenSale")
    rpc("eth_sendTransaction", {"from": sender, "to": funded.address, "value": hex(2 * ETHER)})
    buyer.run(sale, NAME, 0, given, signed(sale.digest(given)), value=ETHER)
    assert sale.account(buyer.address)["contribution"] == ETHER

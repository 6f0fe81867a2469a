"""The EIP-712 message: what one signature says, and the many things it does not. Invariant L5."""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_client import models
from registry_client.rights.licence import LicenceIds, typed_data
from scripts import deploy as deployment
from tests.contracts.licensing.world import (
    HALF_ORDER,
    TYPE,
    VOUCHER,
    Licence,
    Scope,
    Use,
    high_s,
    licence_id,
    refusal,
    struct_hash,
)
from tests.contracts.support import OPPOSITION, Registry, rpc

USE = Use("example.com", 1).struct()
WORD, ACCOUNT = st.binary(min_size=32, max_size=32), st.binary(min_size=20, max_size=20).map(lambda b: "0x" + b.hex())


def bits(count):
    return st.integers(0, 2**count - 1)


SCOPES = st.builds(Scope, bits(64), bits(40), bits(40), bits(256))
LICENCES = st.builds(
    Licence,
    *(bits(256), ACCOUNT, bits(64), ACCOUNT, WORD, SCOPES, WORD, bits(8), bits(32), bits(40), bits(40), bits(64)),
)


@pytest.fixture
def voucher(licence_of, id_of, owner, clock):
    """A licence with every field in use that an owner's may use, and its signature."""
    licence = licence_of(owner, issued_at=clock.time, seats=3, redeem_until=clock.time + 1000, nonce=5, flags=8)
    return licence, owner.sign(id_of(licence))


def refused(licences, licence, signature):
    answer = refusal(licences, "redeemVoucher", licence, signature)
    assert refusal(licences, "coversVoucher", licence, USE, signature) == answer
    return answer


def client_licence(licence):
    scope = licence.scope
    fields = licence._asdict() | {"scope": models.Scope(scope.media, scope.territories, scope.start, scope.until)}
    return models.Licence(**fields)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(LICENCES)
def test_the_clients_type_is_the_contracts(licences, licence):
    """Type hash and encoding: contract, client, eth_account's typed data and this file agree on random licences."""
    expected = licences.ask("licenceIdOf", licence)
    ours = client_licence(licence)
    assert LicenceIds(31337, licences.address).id_of(ours) == expected
    message = encode_typed_data(full_message=typed_data(ours, 31337, licences.address))
    assert keccak(b"\x19" + message.version + message.header + message.body) == expected
    assert licence_id(licence, licences.address) == expected


def test_the_domain_is_told_by_the_contract(licences):
    """ERC-5267."""
    domain = licences.ask("eip712Domain")
    assert domain == (b"\x0f", "Global Copyright Registry Licences", "1", 31337, licences.address, bytes(32), [])


def test_a_voucher_redeems_with_the_signature_that_a_wallet_makes(licences, licence_of, owner, clock, carol):
    licence = licence_of(owner, issued_at=clock.time)
    data = typed_data(client_licence(licence), 31337, licences.address)
    signed = Account.sign_typed_data(owner.account.key, full_message=data)
    done = licences.send("redeemVoucher", licence, bytes(signed.signature), sender=carol)
    assert licences.ask("recordOf", done.returned)["means"] == VOUCHER


def test_1_replay(licences, voucher, id_of, carol):
    licences.send("redeemVoucher", *voucher, sender=carol)
    answer = refusal(licences, "redeemVoucher", *voucher)
    assert answer == ("LicenceAlreadyRecorded", id_of(voucher[0]))


@pytest.mark.parametrize("chain", [1, 31338, 0])
def test_2_another_chain(licences, voucher, id_of, owner, chain):
    licence = voucher[0]
    signature = owner.sign(licence_id(licence, licences.address, chain))
    assert refused(licences, licence, signature) == ("LicenceSignatureInvalid", id_of(licence), owner.address)


def test_2_a_forks_chain_id(licences, voucher, owner):
    """After a fork that takes another chain id, what was signed for the old chain counts on it alone."""
    licence, signature = voucher
    assert licences.ask("coversVoucher", licence, USE, signature) == 0
    rpc("anvil_setChainId", 31338)
    try:
        forked = licence_id(licence, licences.address, 31338)
        assert licences.ask("licenceIdOf", licence) == forked
        assert refused(licences, licence, signature) == ("LicenceSignatureInvalid", forked, owner.address)
        assert licences.ask("coversVoucher", licence, USE, owner.sign(forked)) == 0
    finally:
        rpc("anvil_setChainId", 31337)
    assert licences.ask("coversVoucher", licence, USE, signature) == 0


def test_3_another_contract(licences, voucher, parties, owner, id_of):
    """A second registry on the same chain takes no voucher of the first, and the first none of the second."""
    second = deployment.deploy(
        parties["deployer"],
        {"opposition_seconds": OPPOSITION, "admin": parties["admin"].address, "verifiers": [], "pausers": []},
    )
    other = Registry(second.licences, licences.abi)
    licence, signature = voucher
    foreign = licence_id(licence, other.address)
    assert other.ask("licenceIdOf", licence) == foreign
    assert refused(other, licence, signature) == ("LicenceSignatureInvalid", foreign, owner.address)
    answer = refused(licences, licence, owner.sign(foreign))
    assert answer == ("LicenceSignatureInvalid", id_of(licence), owner.address)


OTHER_TYPES = [
    TYPE.replace("uint64 nonce", "uint64 salt"),
    TYPE.replace("Licence(", "Voucher("),
    TYPE.replace("uint64 mandate", "uint256 mandate"),
    TYPE.replace("uint64 media,", "").replace("bytes32 terms", "uint64 media,bytes32 terms"),
]


@pytest.mark.parametrize("kind", OTHER_TYPES)
def test_4_another_type(licences, voucher, id_of, owner, kind):
    licence = voucher[0]
    separator = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    words = [
        separator,
        keccak(text="Global Copyright Registry Licences"),
        keccak(text="1"),
        (31337).to_bytes(32, "big"),
    ]
    domain = keccak(b"".join(words) + bytes(12) + bytes.fromhex(licences.address[2:]))
    assert keccak(b"\x19\x01" + domain + struct_hash(licence)) == id_of(licence)
    for digest in (
        keccak(b"\x19\x01" + domain + struct_hash(licence, keccak(text=kind))),
        struct_hash(licence),
        keccak(b"\x19Ethereum Signed Message:\n32" + id_of(licence)),
    ):
        answer = refused(licences, licence, owner.sign(digest))
        assert answer == ("LicenceSignatureInvalid", id_of(licence), owner.address)


def test_5_high_s(licences, voucher, id_of, owner):
    licence, signature = voucher
    assert int.from_bytes(signature[32:64], "big") <= HALF_ORDER
    assert Account._recover_hash(id_of(licence), signature=high_s(signature)) == owner.address
    answer = refused(licences, licence, high_s(signature))
    assert answer == ("LicenceSignatureInvalid", id_of(licence), owner.address)


@pytest.mark.parametrize("v", [0, 1, 26, 29])
def test_5_other_recovery_bits_and_the_short_form(licences, voucher, id_of, owner, v):
    """Only 65 bytes with v 27 or 28: one licence has one valid form of each signature."""
    licence, signature = voucher
    r, s = signature[:32], int.from_bytes(signature[32:64], "big")
    short = r + (s | (signature[64] - 27) << 255).to_bytes(32, "big")
    for wrong in (signature[:64] + bytes([v]), short):
        answer = refused(licences, licence, wrong)
        assert answer == ("LicenceSignatureInvalid", id_of(licence), owner.address)


def test_6_expired(licences, voucher, id_of, clock):
    licence, signature = voucher
    clock.mine_at(licence.redeem_until)
    assert licences.ask("coversVoucher", licence, USE, signature) == 0
    clock.mine_at(licence.redeem_until + 1)
    assert refused(licences, licence, signature) == ("LicenceVoucherExpired", id_of(licence), licence.redeem_until)


ALTERED = {
    "work_id": lambda value: value ^ 1,
    "licensee": lambda value: "0x" + "11" * 20,
    "end_user": lambda value: b"\x11" * 32,
    "terms": lambda value: b"\x11" * 32,
    "flags": lambda value: value ^ 1,
    "seats": lambda value: value + 1,
    "issued_at": lambda value: value - 1,
    "redeem_until": lambda value: 0,
    "nonce": lambda value: value + 1,
    "mandate": lambda value: value + 1,
    "scope": lambda value: value._replace(media=value.media | 4),
    "scope.start": lambda value: value._replace(start=1),
    "scope.until": lambda value: value._replace(until=value.until - 1),
    "scope.territories": lambda value: value._replace(territories=value.territories | 4),
    "licensor": None,
}


def test_every_field_is_altered_below():
    fields = {name for name in Licence._fields if name != "scope"} | {"scope", "scope.start", "scope.until"}
    assert set(ALTERED) == fields | {"scope.territories"}


@pytest.mark.parametrize("field", ALTERED)
def test_7_any_one_field_altered(licences, voucher, id_of, owner, agency, field):
    """Terms changed in front of a buyer are another licence, which nobody signed."""
    licence, signature = voucher
    name = field.partition(".")[0]
    value = agency.address if field == "licensor" else ALTERED[field](getattr(licence, name))
    altered = licence._replace(**{name: value})
    assert id_of(altered) != id_of(licence)
    answer = refused(licences, altered, signature)
    assert answer == ("LicenceSignatureInvalid", id_of(altered), altered.licensor)


@pytest.mark.parametrize("place", range(0, 65, 8))
def test_7_any_bit_of_the_signature_altered(licences, voucher, id_of, owner, place):
    licence, signature = voucher
    altered = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
    assert refused(licences, licence, altered) == ("LicenceSignatureInvalid", id_of(licence), owner.address)


def test_8_another_signer(licences, voucher, id_of, owner, agency, rival):
    licence = voucher[0]
    for other in (agency, rival):
        answer = refused(licences, licence, other.sign(id_of(licence)))
        assert answer == ("LicenceSignatureInvalid", id_of(licence), owner.address)


def test_a_signature_for_a_wallet_contract_is_that_wallets_to_judge(licences, voucher, id_of, owner, clock):
    """ERC-1271: a key that once was the account's own signs nothing for the contract that stands there now."""
    licence, signature = voucher
    rpc("anvil_setCode", owner.address, "0x60006000fd")
    assert refused(licences, licence, signature) == ("LicenceSignatureInvalid", id_of(licence), owner.address)
    rpc("anvil_setCode", owner.address, "0x")
    assert licences.ask("coversVoucher", licence, USE, signature) == 0


def test_a_cancelled_nonce(licences, voucher, owner):
    licences.send("cancelVoucher", 5, sender=owner.address)
    assert refused(licences, *voucher) == ("LicenceVoucherCancelled", owner.address, 5)

"""Signatures of vouchers: what the contract would take, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_account import Account

from registry_client.chain.vouchers import VoucherSigner, recover
from registry_client.models import Licence, Scope
from registry_client.rights.licence import LicenceIds, typed_data

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
CHAIN, CONTRACT = 31337, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
ACCOUNT = Account.create()
LICENCE = Licence(
    7, ACCOUNT.address, Scope(1, 1, 1, 2**40 - 1), b"\x11" * 32, end_user=b"\x22" * 32, issued_at=3, nonce=4
)
DIGEST = LicenceIds(CHAIN, CONTRACT).id_of(LICENCE)


def test_sign_signs_the_licences_id() -> None:
    """eth_account encodes the message on its own; the client's id is another implementation of EIP-712."""
    signature = VoucherSigner(ACCOUNT).sign(typed_data(LICENCE, CHAIN, CONTRACT))
    assert len(signature) == 65
    assert recover(DIGEST, signature) == ACCOUNT.address
    assert int.from_bytes(signature[32:64], "big") <= ORDER // 2


@pytest.mark.parametrize(
    ("chain", "contract", "licence"),
    [
        (1, CONTRACT, LICENCE),
        (CHAIN, ACCOUNT.address, LICENCE),
        (CHAIN, CONTRACT, replace(LICENCE, nonce=5)),
        (CHAIN, CONTRACT, replace(LICENCE, seats=1)),
        (CHAIN, CONTRACT, replace(LICENCE, scope=Scope(3, 1, 1, 2**40 - 1))),
    ],
)
def test_recover_gives_another_account_for_another_message(chain: int, contract: str, licence: Licence) -> None:
    signature = VoucherSigner(ACCOUNT).sign(typed_data(licence, chain, contract))
    assert recover(DIGEST, signature) != ACCOUNT.address


def test_recover_takes_no_malleable_or_malformed_signature() -> None:
    signature = VoucherSigner(ACCOUNT).sign(typed_data(LICENCE, CHAIN, CONTRACT))
    high = ORDER - int.from_bytes(signature[32:64], "big")
    twin = signature[:32] + high.to_bytes(32, "big") + bytes([55 - signature[64]])
    compact = signature[:32] + (int.from_bytes(signature[32:64], "big") | (signature[64] - 27) << 255).to_bytes(
        32, "big"
    )
    for other in (
        twin,
        compact,
        b"",
        signature + b"\0",
        signature[:64] + bytes([signature[64] - 27]),
        signature[:64] + b"\x1d",
        bytes(64) + b"\x1b",
        b"\xff" * 32 + signature[32:],
    ):
        assert recover(DIGEST, other) is None, other.hex()

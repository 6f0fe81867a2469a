"""Approvals in files: what the contract would check is checked before anything is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eth_account import Account

from registry_client.chain.approvals import _message, approval_text, read_approval, sign_approval
from registry_client.chain.contract import ContractAbi
from registry_client.chain.sale import SaleReader
from registry_client.errors import ApprovalInvalid
from registry_client.models import Approval, Network

OTHER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
NETWORK = Network("local", 31337, "http://127.0.0.1:9", OTHER, 0, sale=OTHER, token=OTHER)
SIGNER = Account.create()
GOOD = sign_approval(SIGNER, NETWORK, Approval(OTHER, SIGNER.address, 3, 1_900_000_000))


def test_an_approval_is_read_as_it_was_signed(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(approval_text(NETWORK, GOOD))
    assert read_approval(tmp_path / "a.json", NETWORK) == GOOD


def test_the_signed_digest_is_the_contracts(sale_reader: SaleReader, sale_network: Network) -> None:
    from eth_utils.crypto import keccak

    message = _message(sale_network, GOOD)
    digest = keccak(b"\x19" + message.version + message.header + message.body)
    fields = (GOOD.buyer, GOOD.signer, GOOD.nonce, GOOD.expiry)
    (found,) = ContractAbi("TokenSale").call(
        sale_reader.connection, sale_reader.address, None, "approvalDigest", fields
    )
    assert found == digest


def test_sign_approval_refuses_to_sign_for_another(tmp_path: Path) -> None:
    with pytest.raises(ApprovalInvalid, match="names the signer"):
        sign_approval(SIGNER, NETWORK, Approval(OTHER, OTHER, 0, 1))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"chain_id": 1}, "another sale"),
        ({"sale": SIGNER.address}, "another sale"),
        ({"sale": None}, "sale: None: not an address"),
        ({"buyer": SIGNER.address}, "signature is not"),
        ({"signer": OTHER}, "signature is not"),
        ({"nonce": "4"}, "signature is not"),
        ({"expiry": "1900000001"}, "signature is not"),
        ({"nonce": 3}, "nonce must be a whole number in quotes"),
        ({"nonce": "-1"}, "nonce must be a whole number"),
        ({"nonce": "٣"}, "nonce must be a whole number"),
        ({"expiry": str(2**256)}, "larger than 256 bits"),
        ({"expiry": "9" * 100}, "whole number"),
        ({"buyer": OTHER.lower().replace("c8", "C8")}, "checksum is wrong"),
        ({"signature": "0x"}, "signature must be"),
        ({"signature": "0xzz"}, "signature must be"),
        ({"signature": 7}, "signature must be"),
        ({"signature": "0x" + "00" * 65}, "signature is not"),
        ({"signature": "0x" + "ff" * 65}, "signature is not"),
    ],
)
def test_read_approval_names_what_is_wrong(tmp_path: Path, change: dict[str, object], message: str) -> None:
    value = json.loads(approval_text(NETWORK, GOOD)) | change
    (tmp_path / "a.json").write_text(json.dumps(value))
    with pytest.raises(ApprovalInvalid, match=r"a\.json: ") as caught:
        read_approval(tmp_path / "a.json", NETWORK)
    assert message in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b'"x"', b"[" * 60_000, b" " * 70_000])
def test_read_approval_refuses_what_is_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.json").write_bytes(data)
    with pytest.raises(ApprovalInvalid, match="not an approval"):
        read_approval(tmp_path / "a.json", NETWORK)


def test_read_approval_of_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ApprovalInvalid, match="cannot be read"):
        read_approval(tmp_path / "a.json", NETWORK)

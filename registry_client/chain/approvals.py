"""Approvals to buy: signed without a node, by EIP-712, and kept in a JSON file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.local import LocalAccount

from registry_client.chain.network import checksum
from registry_client.errors import ApprovalInvalid, ConfigurationError
from registry_client.models import Approval, Network

_TYPES = {
    "Approval": [
        {"name": "buyer", "type": "address"},
        {"name": "signer", "type": "address"},
        {"name": "nonce", "type": "uint256"},
        {"name": "expiry", "type": "uint256"},
    ]
}
_NUMBERS = ("nonce", "expiry")
_MAX_BYTES = 65_536


def sign_approval(account: LocalAccount, network: Network, approval: Approval) -> Approval:
    """The approval with its signature; needs no node. Raises ApprovalInvalid when it names another signer."""
    if approval.signer != account.address:
        raise ApprovalInvalid(f"the approval names the signer {approval.signer}, but the key is {account.address}'s")
    return replace(approval, signature=bytes(account.sign_message(_message(network, approval)).signature))


def approval_text(network: Network, approval: Approval) -> str:
    """The approval's file: JSON, numbers as decimal text, bound to chain and sale."""
    value = {
        "chain_id": network.chain_id,
        "sale": network.sale,
        "buyer": approval.buyer,
        "signer": approval.signer,
        **{name: str(getattr(approval, name)) for name in _NUMBERS},
        "signature": "0x" + approval.signature.hex(),
    }
    return json.dumps(value, indent=2) + "\n"


def read_approval(path: Path, network: Network) -> Approval:
    """The approval in a file. Raises ApprovalInvalid: not one, damaged, or another chain's or sale's."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        value = json.loads(data) if len(data) <= _MAX_BYTES else None
    except OSError as error:
        raise ApprovalInvalid(f"{path}: the approval cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ApprovalInvalid(f"{path}: not an approval (a JSON object)")
    if value.get("chain_id") != network.chain_id or _address(value, "sale", path) != network.sale:
        raise ApprovalInvalid(f"{path}: an approval for another sale than network {network.name}'s ({network.sale})")
    nonce, expiry = (_number(value, name, path) for name in _NUMBERS)
    signature = _signature(value, path)
    buyer, signer = _address(value, "buyer", path), _address(value, "signer", path)
    approval = Approval(buyer, signer, nonce, expiry, signature)
    if len(signature) == 65:  # a contract's signature (ERC-1271) has any length and is for the chain to check
        try:
            found = Account.recover_message(_message(network, approval), signature=signature)
        except Exception:  # eth_keys raises several kinds for what is no signature
            found = None
        if found != approval.signer:
            raise ApprovalInvalid(f"{path}: the signature is not {approval.signer}'s over this approval")
    return approval


def _message(network: Network, approval: Approval) -> SignableMessage:
    domain = {
        "name": "TokenSale",
        "version": "1",
        "chainId": network.chain_id,
        "verifyingContract": network.sale,
    }
    fields = ("buyer", "signer", *_NUMBERS)
    return encode_typed_data(domain, _TYPES, {name: getattr(approval, name) for name in fields})


def _address(value: dict[str, Any], field: str, path: Path) -> str:
    try:
        return checksum(value.get(field))  # type: ignore[arg-type]
    except ConfigurationError as error:
        raise ApprovalInvalid(f"{path}: {field}: {error}") from None


def _number(value: dict[str, Any], field: str, path: Path) -> int:
    text = value.get(field)
    if not isinstance(text, str) or not text.isascii() or not text.isdecimal() or len(text) > 78:
        raise ApprovalInvalid(f"{path}: {field} must be a whole number in quotes, not {str(text)[:80]!r}")
    number = int(text)
    if number >= 2**256:
        raise ApprovalInvalid(f"{path}: {field} is larger than 256 bits")
    return number


def _signature(value: dict[str, Any], path: Path) -> bytes:
    text = value.get("signature")
    try:
        if isinstance(text, str) and text.startswith("0x") and len(text) > 2:
            return bytes.fromhex(text[2:])
    except ValueError:
        pass
    raise ApprovalInvalid(f"{path}: signature must be 0x and hex digits")

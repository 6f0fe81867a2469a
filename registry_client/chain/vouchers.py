"""Signing vouchers and reading who signed. Sources: EIP-712, EIP-2098's note on malleable signatures.

Whether a contract's wallet signed (ERC-1271) only the chain can say: ``LicenceReader.covers_voucher``.
"""

from __future__ import annotations

from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_keys.exceptions import BadSignature
from eth_utils.exceptions import ValidationError

_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


class VoucherSigner:
    """Signs for one account; nothing is sent."""

    def __init__(self, account: LocalAccount) -> None:
        self._account = account

    @property
    def address(self) -> str:
        return str(self._account.address)

    def sign(self, message: dict[str, Any]) -> bytes:
        """65 bytes r, s, v over an EIP-712 message as ``eth_signTypedData_v4`` takes it."""
        return bytes(self._account.sign_typed_data(full_message=message).signature)


def recover(digest: bytes, signature: bytes) -> str | None:
    """The account (checksummed) that signed the digest (32 bytes), None where the contract would take no signer from
    it: another length, a high ``s``, a ``v`` that is neither 27 nor 28."""
    if len(signature) != 65 or signature[64] not in (27, 28):
        return None
    if int.from_bytes(signature[32:64], "big") > _HALF_ORDER:
        return None
    try:
        return str(Account._recover_hash(digest, signature=signature))
    except (BadSignature, ValidationError, ValueError):
        return None

"""Vouchers: a licensor's signature over a licence. Free to make; anyone can record one later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from registry_client.errors import LicenceInvalid
from registry_client.licensing.intents import Intents, Sends
from registry_client.licensing.licence_file import LicenceFile, Opening
from registry_client.models import Licence, Receipt
from registry_client.rights.licence import check_form, typed_data


class Signs(Protocol):
    @property
    def address(self) -> str: ...
    def sign(self, message: dict[str, Any]) -> bytes: ...


class Calls(Protocol):
    def redeem_voucher(self, licence: Licence, signature: bytes) -> bytes: ...
    def cancel_voucher(self, nonce: int) -> bytes: ...


def make_voucher(
    licence: Licence,
    opening: Opening | None,
    signer: Signs,
    chain_id: int,
    contract: str,
    recover: Callable[[bytes, bytes], str | None],
) -> LicenceFile:
    """Sign a dated licence; sends nothing. Raises LicenceInvalid for a form that the contract would refuse, or where
    the signature does not stand for the licence's id: then client and wallet encode it differently.
    """
    check_form(licence)
    if licence.licensor != signer.address:
        raise LicenceInvalid(f"{signer.address} cannot sign for {licence.licensor}")
    signature = signer.sign(typed_data(licence, chain_id, contract))
    voucher = LicenceFile(chain_id, contract, licence, signature, opening)
    if recover(voucher.licence_id, signature) != signer.address:
        raise LicenceInvalid("the signature does not stand for this licence's id; nothing was written")
    return voucher


@dataclass
class VoucherDesk:
    """Records and cancels vouchers for one account."""

    calls: Calls
    sender: Sends
    intents: Intents
    contract: str

    def redeem(self, voucher: LicenceFile) -> Receipt:
        """Record the licence on chain: its validity is decided now, and its holder can name end users and transfer it.

        Raises LicenceInvalid for a file that is no voucher, ContractError where the contract refuses, ChainError.
        """
        if not isinstance(voucher.evidence, bytes):
            raise LicenceInvalid("this file is no voucher: it holds no signature of the licensor")
        data = self.calls.redeem_voucher(voucher.licence, voucher.evidence)
        return self._once("redeem-voucher", {"licence": voucher.licence_id.hex()}, data)

    def cancel(self, nonce: int) -> Receipt:
        """Take back the own vouchers of this nonce that are not recorded. Raises ContractError, ChainError."""
        return self._once("cancel-voucher", {"nonce": nonce}, self.calls.cancel_voucher(nonce))

    def _once(self, action: str, request: dict[str, Any], data: bytes) -> Receipt:
        intent = self.intents.begin(action, request, dict)
        receipt = self.intents.send(intent, self.sender, self.contract, data)
        self.intents.finish(intent)
        return receipt

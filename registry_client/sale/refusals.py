"""The sale's errors in a buyer's words: what is in the way, and what to do."""

from __future__ import annotations

from eth_utils.address import is_address, to_checksum_address

from registry_client.errors import ContractError
from registry_client.sale.amounts import exact

_TEXTS = {
    "EnforcedPause": "buying is paused; claims, refunds and credits are not",
    "SaleZeroBeneficiary": "nobody cannot buy",
    "SaleNotOpen": "no round is open now",
    "SaleSoldOut": "everything is sold",
    "SaleBlockedAccount": "the operators stopped {0} from buying",
    "SaleUnlistedBuyer": "{0} is not on the whitelist; ask the operators, or bring their approval (--approval FILE)",
    "SaleWrongBuyer": "the approval is for {0}, not for {1}",
    "SaleExpiredApproval": "the approval has expired; ask the operators for a new one",
    "SaleWrongNonce": "the approval was used (then buy without it) or cancelled (then ask the operators for a new one)",
    "SaleUnauthorizedSigner": "the approval's signer, {0}, is no operator of the sale",
    "SaleInvalidSignature": "the approval's signature is not {0}'s",
    "SaleInsufficientPayment": "{0} ether is below the minimum of {1} a payment",
    "SaleExceededMaximum": "{0} would have paid {1} ether in all; {2} is the most",
    "SaleInsufficientTokens": "it buys {0} tokens now, fewer than the {1} asked for",
    "SaleStillOpen": "the sale goes on",
    "SaleAlreadyFinalised": "the sale is finalised already",
    "SaleNotFinalised": "the sale is not finalised; anyone can do it once it has closed or sold out",
    "SaleMissedGoal": "the sale raised {0} of {1} ether and failed: contributions are refunded (registry sale refund)",
    "SaleReachedGoal": "the sale raised {0} of {1} ether and succeeded: there are no refunds (registry sale claim)",
    "SaleNothingOwed": "nothing is owed to {0}",
    "SaleFailedPayment": "{0} does not take ether; name another receiver (--to ADDRESS)",
}
_AMOUNTS = {
    "SaleInsufficientPayment": (0, 1),
    "SaleExceededMaximum": (1, 2),
    "SaleInsufficientTokens": (0, 1),
    "SaleMissedGoal": (0, 1),
    "SaleReachedGoal": (0, 1),
}


def explain(error: ContractError) -> str:
    """One sentence; for an error that is not the sale's, what the contract said."""
    text = _TEXTS.get(error.name)
    amounts = _AMOUNTS.get(error.name, ())
    shown = [_shown(value, index in amounts) for index, value in enumerate(error.arguments)]
    try:
        return str(error) if text is None else text.format(*shown)
    except IndexError:
        return str(error)


def _shown(value: object, is_amount: bool) -> object:
    if is_amount and isinstance(value, int):
        return exact(value)
    return to_checksum_address(value) if isinstance(value, str) and is_address(value) else value

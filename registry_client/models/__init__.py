"""The values that pass between the layers, by what they are about. Hashes are 32 bytes, addresses checksummed 0x-hex,
times Unix seconds, money wei."""

from registry_client.models.network import Network
from registry_client.models.registration import Anchor, Fingerprint, Title, Work
from registry_client.models.sale import Approval, Buyer, Part, Quote, Round, SaleEvent, SaleState, SaleTerms, Tranche

__all__ = [
    "Anchor",
    "Approval",
    "Buyer",
    "Fingerprint",
    "Network",
    "Part",
    "Quote",
    "Round",
    "SaleEvent",
    "SaleState",
    "SaleTerms",
    "Title",
    "Tranche",
    "Work",
]

"""The values that pass between the layers, by what they are about. Hashes are 32 bytes, addresses checksummed 0x-hex,
times Unix seconds, money wei."""

from registry_client.models.knowledge import KnownLicence, ReportRow
from registry_client.models.licensing import (
    NO_END_USER,
    NOBODY,
    OPEN_SALT,
    Flags,
    Inclusion,
    Licence,
    LicenceRecord,
    Mandate,
    MandateTerms,
    Means,
    Outside,
    Report,
    ReportHeader,
    Use,
)
from registry_client.models.network import Network
from registry_client.models.receipt import Receipt
from registry_client.models.registration import Anchor, Fingerprint, Title, Work
from registry_client.models.sale import Approval, Buyer, Part, Quote, Round, SaleEvent, SaleState, SaleTerms, Tranche
from registry_client.models.scope import FOREVER, Scope

__all__ = [
    "FOREVER",
    "NOBODY",
    "NO_END_USER",
    "OPEN_SALT",
    "Anchor",
    "Approval",
    "Buyer",
    "Fingerprint",
    "Flags",
    "Inclusion",
    "KnownLicence",
    "Licence",
    "LicenceRecord",
    "Mandate",
    "MandateTerms",
    "Means",
    "Network",
    "Outside",
    "Part",
    "Quote",
    "Receipt",
    "Report",
    "ReportHeader",
    "ReportRow",
    "Round",
    "SaleEvent",
    "SaleState",
    "SaleTerms",
    "Scope",
    "Title",
    "Tranche",
    "Use",
    "Work",
]

"""The values that pass between the layers, by what they are about. Hashes are 32 bytes, addresses checksummed 0x-hex,
times Unix seconds, money wei."""

from registry_client.models.network import Network
from registry_client.models.registration import Anchor, Fingerprint, Title, Work
from registry_client.models.scope import FOREVER, Scope

__all__ = ["FOREVER", "Anchor", "Fingerprint", "Network", "Scope", "Title", "Work"]

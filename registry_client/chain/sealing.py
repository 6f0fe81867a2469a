"""The sealing key of an account: whoever can sign for the account can read what is sealed to it.

The secret is the BLAKE2b hash of the account's ERC-191 signature over a fixed text. Signatures are deterministic
(RFC 6979), so the key needs no backup of its own. Specification, Sales reports.
"""

from __future__ import annotations

import hashlib

from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

TEXT = (
    "Global Copyright Registry: my sealing key, version 1.\n\n"
    "Whoever holds this signature can read the sales that agencies seal to me. "
    "Sign this only in a registry client on a device of your own."
)


def sealing_secret(account: LocalAccount) -> bytes:
    """The account's X25519 secret key, 32 bytes. Its public key is what the account publishes."""
    signature = bytes(account.sign_message(encode_defunct(text=TEXT)).signature)
    return hashlib.blake2b(signature, digest_size=32, person=b"GCR sealing v1").digest()

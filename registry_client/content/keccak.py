"""Keccak-256, the hash of the chain."""

from __future__ import annotations

from collections.abc import Callable


def _load() -> Callable[[bytes], bytes]:
    """The compiled module where it is installed (a tenth of the time), else what web3 itself uses."""
    try:
        from sha3 import keccak_256
    except ImportError:
        from eth_hash.auto import keccak as slower

        return slower
    return lambda data: bytes(keccak_256(data).digest())


keccak = _load()

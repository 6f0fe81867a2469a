"""Keys and sealed blocks."""

from __future__ import annotations

import pytest
from eth_account import Account
from nacl.public import PrivateKey

from registry_client.chain.sealing import sealing_secret
from registry_client.content.cid import BLOCK_MAX_BYTES
from registry_client.errors import ReportInvalid, SealedUnreadable
from registry_client.licensing.reports.sealing import (
    MAX_PLAIN_BYTES,
    PAD_BYTES,
    is_usable,
    open_block,
    public_key,
    read_open_block,
    seal_block,
    unseal_block,
)

OWNER, AGENT, OTHER = (bytes(PrivateKey.generate()) for _ in range(3))


def sealed(rows: bytes) -> bytes:
    return seal_block(rows, public_key(OWNER), public_key(AGENT))


def test_sealing_secret_is_the_accounts_for_ever() -> None:
    account = Account.from_key("0x" + "01" * 32)
    assert sealing_secret(account).hex() == "fd3ebe19f3effcc045ea1d761f599f1a18ed007629be9d66a6f31cd2020399b1"
    assert sealing_secret(Account.from_key("0x" + "02" * 32)) != sealing_secret(account)


@pytest.mark.parametrize("size", [1, PAD_BYTES - 1, PAD_BYTES, PAD_BYTES + 1, MAX_PLAIN_BYTES])
def test_seal_block_opens_for_both_readers_and_fits_a_block(size: int) -> None:
    rows = b"r" * size
    block = sealed(rows)
    padded = rows + bytes(-size % PAD_BYTES)
    assert unseal_block(block, OWNER, False, "b") == unseal_block(block, AGENT, True, "b") == padded
    assert len(block) <= BLOCK_MAX_BYTES


def test_seal_block_sizes_tell_whole_pads_alone() -> None:
    assert len({len(sealed(b"r" * size)) for size in (1, 100, 4_000, PAD_BYTES)}) == 1


@pytest.mark.parametrize(("secret", "is_agent"), [(OTHER, False), (OTHER, True), (AGENT, False), (OWNER, True)])
def test_unseal_block_with_another_key_is_refused(secret: bytes, is_agent: bool) -> None:
    with pytest.raises(SealedUnreadable, match="another key"):
        unseal_block(sealed(b"rows"), secret, is_agent, "b")


@pytest.mark.parametrize("at", [0, 4, 40, 83, 84, 120, 163, 164, 187, 188, 300, 4_000, -1])
def test_unseal_block_altered_anywhere_is_refused_to_who_relies_on_it(at: int) -> None:
    altered = bytearray(sealed(b"rows"))
    altered[at] ^= 1
    relying = [(OWNER, False)] if not 84 <= at < 164 else []
    relying += [(AGENT, True)] if not 4 <= at < 84 else []
    for secret, is_agent in relying:
        with pytest.raises((SealedUnreadable, ReportInvalid)):
            unseal_block(bytes(altered), secret, is_agent, "b")


@pytest.mark.parametrize("garbage", [b"", b"GCRS", b"GCRS" + bytes(204), b"GCRS" + bytes(4_301), bytes(4_300), b"{}"])
def test_unseal_block_of_garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(ReportInvalid, match="not a block of rows"):
        unseal_block(garbage, OWNER, False, "b")
    with pytest.raises(ReportInvalid, match="not a block of rows"):
        read_open_block(garbage, "b")


def test_read_open_block_gives_the_rows_and_zeros() -> None:
    assert read_open_block(open_block(b"rows"), "b") == b"rows" + bytes(PAD_BYTES - 4)


@pytest.mark.parametrize("key", [bytes(32), b"\1" + bytes(31), b"", bytes(31)])
def test_is_usable_refuses_keys_that_take_nothing(key: bytes) -> None:
    assert not is_usable(key)
    assert is_usable(public_key(OWNER))

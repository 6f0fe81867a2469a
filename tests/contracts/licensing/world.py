"""What the tests of licences say: mandates, licences, ids, signatures and sales trees, written from the specification
and from no code of the client's."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from eth_abi import encode
from eth_account import Account
from eth_utils import keccak, to_checksum_address

from tests.contracts.support import ZERO, ZERO32, Reverted, rpc

HOUR, DAY = 3600, 86_400
FOREVER = 2**40 - 1
END = 2_000_000_000  # years after any test
WORLD = 2**249 - 1
EXCLUSIVE, TRANSFERABLE, SUBLICENSABLE, REVOCABLE = 1, 2, 4, 8
NONE, GRANT, VOUCHER, REPORT = 0, 1, 2, 3
MEDIA, TERRITORIES, TIME, BEFORE_NAMING, REVOKED = 1, 2, 4, 8, 16
TERMS = keccak(text="terms")
ROWS = keccak(text="rows")
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
ORDER = 2 * HALF_ORDER + 1
TYPE = (
    "Licence(uint256 workId,address licensor,uint64 mandate,address licensee,bytes32 endUser,"
    "uint64 media,uint40 from,uint40 until,uint256 territories,bytes32 terms,uint8 flags,uint32 seats,"
    "uint40 issuedAt,uint40 redeemUntil,uint64 nonce)"
)
# What an ERC-1271 wallet accepts is the hash in its slot 0:
# PUSH1 4 CALLDATALOAD PUSH0 SLOAD EQ PUSH32 magic MUL PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
WALLET = "0x6004355f54147f" + "1626ba7e" + "00" * 28 + "025f5260205ff3"


class Scope(NamedTuple):
    media: int = 0b11
    start: int = 0
    until: int = FOREVER
    territories: int = 0b11


class Terms(NamedTuple):
    parent: int
    agent: str
    work_id: int
    scope: Scope
    start: int
    expires_at: int
    reporting_period: int
    commission: int
    depth: int
    exclusive: bool


class Licence(NamedTuple):
    work_id: int
    licensor: str
    mandate: int
    licensee: str
    end_user: bytes
    scope: Scope
    terms: bytes
    flags: int
    seats: int
    issued_at: int
    redeem_until: int
    nonce: int


class Header(NamedTuple):
    count: int
    previous_through: int
    complete_through: int
    submitted_at: int


class Inclusion(NamedTuple):
    index: int
    header: Header
    row: int
    proof: list[bytes]


class Use(NamedTuple):
    name: str
    time: int
    media: int = 0
    territories: int = 0
    salt: bytes = ZERO32

    def struct(self) -> tuple[object, ...]:
        return self.name, self.salt, self.media, self.territories, self.time


def told(value: Any) -> dict[str, Any]:
    """A struct as the contract's events and answers show it."""
    shown = {}
    for name, part in value._asdict().items():
        first, *rest = ("from" if isinstance(value, Scope) and name == "start" else name).split("_")
        shown[first + "".join(map(str.capitalize, rest))] = told(part) if isinstance(part, tuple) else part
    return shown


def end_user(name: str, salt: bytes = ZERO32) -> bytes:
    return keccak(encode(["string", "bytes32"], [name, salt]))


def struct_hash(licence: Licence, type_hash: bytes = keccak(text=TYPE)) -> bytes:
    scope = licence.scope
    kinds = "uint256 address uint64 address bytes32 uint64 uint40 uint40 uint256 bytes32 uint8 uint32 uint40 uint40"
    values = [*licence[:5], *scope, *licence[6:]]
    return keccak(type_hash + encode([*kinds.split(), "uint64"], values))


def licence_id(licence: Licence, contract: str, chain: int = 31337) -> bytes:
    kinds = ["bytes32", "bytes32", "bytes32", "uint256", "address"]
    kind = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    name, version = keccak(text="Global Copyright Registry Licences"), keccak(text="1")
    domain = keccak(encode(kinds, [kind, name, version, chain, contract]))
    return keccak(b"\x19\x01" + domain + struct_hash(licence))


class Signer:
    """An account whose key the test holds; the node sends for it all the same."""

    def __init__(self, name: str) -> None:
        self.account = Account.from_key(keccak(text=name))
        self.address: str = self.account.address
        rpc("anvil_setBalance", self.address, hex(10**20))
        rpc("anvil_impersonateAccount", self.address)

    def sign(self, digest: bytes) -> bytes:
        return bytes(self.account.unsafe_sign_hash(digest).signature)


def wallet(name: str, accepts: bytes) -> str:
    """A contract's account that takes any signature over one digest (ERC-1271)."""
    address = to_checksum_address(keccak(text=name)[:20])
    rpc("anvil_setCode", address, WALLET)
    rpc("anvil_setStorageAt", address, "0x" + "00" * 32, "0x" + accepts.hex())
    return address


def high_s(signature: bytes) -> bytes:
    """The other signature of the same digest by the same key, which ECDSA allows and the contract must not."""
    s = ORDER - int.from_bytes(signature[32:64], "big")
    assert s > HALF_ORDER
    return signature[:32] + s.to_bytes(32, "big") + bytes([signature[64] ^ 7])  # 27 = 28 ^ 7


class SalesTree:
    """Leaf i stands at place i of the lowest level; missing places are zero bytes."""

    def __init__(self, ids: list[bytes]) -> None:
        self.count = len(ids)
        width = 1
        while width < len(ids):
            width *= 2
        level = [keccak(keccak(one)) for one in ids] + [ZERO32] * (width - len(ids))
        self.levels = [level]
        while len(level) > 1:
            level = [keccak(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
            self.levels.append(level)
        self.root = level[0]

    def proof(self, row: int) -> list[bytes]:
        return [level[(row >> depth) ^ 1] for depth, level in enumerate(self.levels[:-1])]


def reported(licences: Any, tree: SalesTree, through: int, sender: str) -> tuple[int, Header]:
    """Submit; the report's index and header."""
    previous, index = licences.ask("booksOf", sender)
    done = licences.send("submitReport", tree.root, tree.count, through, ROWS, sender=sender)
    assert done.returned == index
    return index, Header(tree.count, previous, through, done.time)


def refusal(contract: Any, name: str, *values: Any, sender: str = ZERO) -> tuple[Any, ...]:
    """The error, its name and arguments, with which a call reverts."""
    with pytest.raises(Reverted) as refused:
        contract.ask(name, *values, sender=sender)
    return refused.value.args

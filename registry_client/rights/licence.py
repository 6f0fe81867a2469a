"""A licence's id, and its form as JSON. Sources: EIP-712, specification 9.1, ``contracts/licensing/LicenceIds.sol``."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from registry_client.content.keccak import keccak
from registry_client.content.merkle import owner_bytes, owner_text
from registry_client.errors import LicenceInvalid, ManifestInvalid, ScopeInvalid
from registry_client.models import NO_END_USER, NOBODY, Flags, Licence, Scope

DOMAIN_NAME = "Global Copyright Registry Licences"
DOMAIN_VERSION = "1"
LICENCE_TYPE = (
    "Licence(uint256 workId,address licensor,uint64 mandate,address licensee,bytes32 endUser,"
    "uint64 media,uint40 from,uint40 until,uint256 territories,bytes32 terms,uint8 flags,uint32 seats,"
    "uint40 issuedAt,uint40 redeemUntil,uint64 nonce)"
)
_LICENCE_TYPEHASH = keccak(LICENCE_TYPE.encode())
_DOMAIN_TYPEHASH = keccak(
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
)
# The fields as 32-byte words; every number is right-aligned in its word.
_WORDS = struct.Struct(">32s32s12x20s24xQ12x20s32s24xQ24xQ24xQ32s32s31xB28xL24xQ24xQ24xQ")
_LIMITS = {"mandate": 64, "seats": 32, "issued_at": 40, "redeem_until": 40, "nonce": 64}
_FIELDS = {"work_id", "licensor", "mandate", "licensee", "end_user", "scope", "terms", "flags", "seats"}
_FIELDS |= {"issued_at", "redeem_until", "nonce"}


class LicenceIds:
    """Ids of licences on one chain and contract: EIP-712's domain is hashed once."""

    def __init__(self, chain_id: int, contract: str) -> None:
        """``contract``: the LicenceRegistry's address."""
        domain = _DOMAIN_TYPEHASH + keccak(DOMAIN_NAME.encode()) + keccak(DOMAIN_VERSION.encode())
        self.separator = keccak(domain + chain_id.to_bytes(32, "big") + bytes(12) + owner_bytes(contract))

    def id_of(self, licence: Licence) -> bytes:
        """``licenceId``, 32 bytes. Raises LicenceInvalid for a field that its contract type does not hold."""
        scope = licence.scope
        try:
            words = _WORDS.pack(
                _LICENCE_TYPEHASH,
                licence.work_id.to_bytes(32, "big"),
                owner_bytes(licence.licensor),
                licence.mandate,
                owner_bytes(licence.licensee),
                _exactly_32(licence.end_user),
                scope.media,
                scope.start,
                scope.until,
                scope.territories.to_bytes(32, "big"),
                _exactly_32(licence.terms),
                licence.flags,
                licence.seats,
                licence.issued_at,
                licence.redeem_until,
                licence.nonce,
            )
        except (struct.error, OverflowError, ManifestInvalid) as error:
            raise LicenceInvalid(f"a licence has a field that its type does not hold ({error})") from None
        if licence.issued_at >= 1 << 40 or licence.redeem_until >= 1 << 40:
            raise LicenceInvalid("a licence's dates are Unix seconds below 2^40")
        return keccak(b"\x19\x01" + self.separator + keccak(words))


def typed_data(licence: Licence, chain_id: int, contract: str) -> dict[str, Any]:
    """The EIP-712 message that a licensor signs, as wallets take it (``eth_signTypedData_v4``)."""
    fields = [part.split(" ") for part in LICENCE_TYPE.removeprefix("Licence(").removesuffix(")").split(",")]
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            "Licence": [{"name": name, "type": kind} for kind, name in fields],
        },
        "primaryType": "Licence",
        "domain": {
            "name": DOMAIN_NAME,
            "version": DOMAIN_VERSION,
            "chainId": chain_id,
            "verifyingContract": contract,
        },
        "message": {
            "workId": licence.work_id,
            "licensor": licence.licensor,
            "mandate": licence.mandate,
            "licensee": licence.licensee,
            "endUser": licence.end_user,
            "media": licence.scope.media,
            "from": licence.scope.start,
            "until": licence.scope.until,
            "territories": licence.scope.territories,
            "terms": licence.terms,
            "flags": int(licence.flags),
            "seats": licence.seats,
            "issuedAt": licence.issued_at,
            "redeemUntil": licence.redeem_until,
            "nonce": licence.nonce,
        },
    }


def to_json(licence: Licence) -> dict[str, Any]:
    """The fields as JSON: bytes and the work id as 0x-hex of 64 digits, flags by name, numbers as numbers, the nonce as
    decimal text (it has 64 bits)."""
    return {
        "work_id": f"0x{licence.work_id:064x}",
        "licensor": licence.licensor,
        "mandate": licence.mandate,
        "licensee": licence.licensee,
        "end_user": "0x" + licence.end_user.hex(),
        "scope": licence.scope.to_json(),
        "terms": "0x" + licence.terms.hex(),
        "flags": {flag.name.lower(): flag in licence.flags for flag in Flags if flag.name},
        "seats": licence.seats,
        "issued_at": licence.issued_at,
        "redeem_until": licence.redeem_until,
        "nonce": str(licence.nonce),
    }


def from_json(value: object) -> Licence:
    """Read ``to_json``'s form. Raises LicenceInvalid that names the field."""
    if not isinstance(value, Mapping) or set(value) != _FIELDS:
        raise LicenceInvalid(f"a licence has exactly the fields {', '.join(sorted(_FIELDS))}")
    try:
        scope = Scope.from_json(value["scope"])
    except ScopeInvalid as error:
        raise LicenceInvalid(f"scope: {error}") from None
    flags = value["flags"]
    names = {flag.name.lower(): flag for flag in Flags if flag.name}
    if not isinstance(flags, Mapping) or set(flags) != set(names) or not all(type(v) is bool for v in flags.values()):
        raise LicenceInvalid(f"flags: exactly {', '.join(names)}, each true or false")
    nonce = value["nonce"]
    if not isinstance(nonce, str) or not nonce.isascii() or not nonce.isdecimal() or len(nonce) > 20:
        raise LicenceInvalid("nonce: a whole number as text")
    numbers = {name: value[name] for name in ("mandate", "seats", "issued_at", "redeem_until")} | {"nonce": int(nonce)}
    for name, number in numbers.items():
        if type(number) is not int or not 0 <= number < 1 << _LIMITS[name]:
            raise LicenceInvalid(f"{name}: a whole number of at most {_LIMITS[name]} bits")
    return Licence(
        work_id=int.from_bytes(bytes_of(value["work_id"], "work_id"), "big"),
        licensor=_address(value["licensor"], "licensor"),
        licensee=_address(value["licensee"], "licensee"),
        end_user=bytes_of(value["end_user"], "end_user"),
        scope=scope,
        terms=bytes_of(value["terms"], "terms"),
        flags=Flags(sum(flag for name, flag in names.items() if flags[name])),
        **numbers,
    )


def check_form(licence: Licence) -> None:
    """What the contract asks of every licence's form. Raises LicenceInvalid."""
    if licence.scope.is_empty:
        raise LicenceInvalid("scope: it covers nothing (no media, no territory, or it ends before it begins)")
    if licence.end_user == NO_END_USER and (licence.seats == 0 or licence.licensee == NOBODY):
        raise LicenceInvalid("end_user: name one, or give a licensee's account a seat to name one later")
    if licence.licensor == NOBODY:
        raise LicenceInvalid("licensor: somebody must license")


def bytes_of(value: object, field: str, length: int = 32) -> bytes:
    """Bytes of 0x-hex of exactly this length. Raises LicenceInvalid that names the field."""
    if isinstance(value, str) and value.startswith("0x") and len(value) == 2 + 2 * length:
        try:
            return bytes.fromhex(value[2:])
        except ValueError:
            pass
    raise LicenceInvalid(f"{field}: 0x and {2 * length} hex digits")


def _address(value: object, field: str) -> str:
    try:
        return owner_text(owner_bytes(value if isinstance(value, str) else ""))
    except ManifestInvalid:
        raise LicenceInvalid(f"{field}: 0x and 40 hex digits") from None


def _exactly_32(value: bytes) -> bytes:
    if len(value) != 32:
        raise LicenceInvalid(f"32 bytes where a licence has {len(value)}")
    return value

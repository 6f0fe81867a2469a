"""A licence as a file: what its holder hands to whoever asks. Specification, Licence files.

One form for a voucher that a licensor hands to a buyer and for the proof that a buyer hands to an asker: the ODRL
Agreement of the licence, and beside it the opening of one end user and the evidence. Nothing in it is trusted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry_client.errors import ConfigurationError, EndUserInvalid, LicenceInvalid, ScopeInvalid
from registry_client.models import Inclusion, Licence, ReportHeader
from registry_client.rights.end_user import commit, normalise_name
from registry_client.rights.licence import LicenceIds, bytes_of, check_form, from_json, to_json
from registry_client.rights.odrl import from_odrl, to_odrl

FORMAT = "global-copyright-registry/licence/1"
MAX_BYTES = 1 << 20
MAX_SIGNATURE_BYTES = 16_384  # an ERC-1271 wallet's may be long
MAX_SIBLINGS = 32

Evidence = bytes | Inclusion | None
_OWN = {"chain_id", "contract", "licence_id"}
_HEADER = ("count", "previous_through", "complete_through", "submitted_at")
_HEADER_BITS = {"count": 32, "previous_through": 40, "complete_through": 40, "submitted_at": 40}


@dataclass(frozen=True)
class Opening:
    """One end user's normalised name, and the salt (32 bytes) that with it gives the commitment."""

    name: str
    salt: bytes

    @property
    def end_user(self) -> bytes:
        return commit(self.name, self.salt)


@dataclass(frozen=True)
class LicenceFile:
    """``evidence``: a voucher's signature, a report's inclusion, or None for a licence that is recorded on chain.
    ``opening`` None: it shows no end user."""

    chain_id: int
    contract: str
    licence: Licence
    evidence: Evidence
    opening: Opening | None

    @property
    def licence_id(self) -> bytes:
        return LicenceIds(self.chain_id, self.contract).id_of(self.licence)

    def agreement(self) -> dict[str, Any]:
        """The licence as an ODRL Agreement."""
        own = {"chain_id": self.chain_id, "contract": self.contract, "licence_id": "0x" + self.licence_id.hex()}
        return to_odrl(own | to_json(self.licence))

    def to_json(self) -> dict[str, Any]:
        """The whole file: valid JSON-LD, whose processors pass over what is not the Agreement's."""
        opening = None
        if self.opening is not None:
            opening = {"name": self.opening.name, "salt": "0x" + self.opening.salt.hex()}
        return self.agreement() | {
            "format": FORMAT,
            "opening": opening,
            "evidence": _evidence_json(self.evidence),
        }

    def encode(self) -> bytes:
        return json.dumps(self.to_json(), indent=2, ensure_ascii=False).encode("utf-8") + b"\n"


def read_licence_file(path: Path, chain_id: int, contract: str) -> LicenceFile:
    """The file at ``path``, for this chain and contract. Raises ConfigurationError where it cannot be read,
    LicenceInvalid."""
    if not path.is_file():  # a pipe would wait, a device never end
        raise ConfigurationError(f"{path}: no such file")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{path}: the file cannot be read ({error.strerror})") from None
    try:
        return decode_licence_file(data, chain_id, contract)
    except LicenceInvalid as error:
        raise LicenceInvalid(f"{path}: {error}") from None


def decode_licence_file(data: bytes, chain_id: int, contract: str) -> LicenceFile:
    """What bytes from anywhere say, checked for their form: size, fields, ranges, that the id is the licence's hash,
    that the Agreement says what the licence says, and that the opening is one of a name in its normal form.

    Raises LicenceInvalid. Whether the licence is valid is for the chain to say.
    """
    value = _parsed(data)
    extra = {name: value.pop(name, None) for name in ("format", "opening", "evidence")}
    if extra["format"] != FORMAT:
        raise LicenceInvalid(f"not a licence file: its format is {_shown(extra['format'])}, not {FORMAT}")
    try:
        fields = from_odrl(value)
        own = {name: fields[name] for name in _OWN}
        licence = from_json({name: found for name, found in fields.items() if name not in _OWN})
        check_form(licence)
    except (KeyError, ScopeInvalid, LicenceInvalid) as error:
        missing = f"the field {error} is missing" if isinstance(error, KeyError) else str(error)
        raise LicenceInvalid(f"not a sound licence file: {missing}") from None
    if own["chain_id"] != chain_id or str(own["contract"]).lower() != contract.lower():
        raise LicenceInvalid(
            f"this licence is of contract {_shown(own['contract'])} on chain {_shown(own['chain_id'])}; asked is "
            f"{contract} on chain {chain_id}. Ask the network that it belongs to (--network)"
        )
    found = LicenceFile(chain_id, contract, licence, _evidence(extra["evidence"]), _opening(extra["opening"]))
    if bytes_of(own["licence_id"], "licence_id") != found.licence_id:
        raise LicenceInvalid("the licence's fields do not hash to its id: one of them was altered")
    return found


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise LicenceInvalid(f"larger than {MAX_BYTES} bytes, so not a licence file")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise LicenceInvalid("not a licence file: it is not JSON, or names a field twice") from None
    if not isinstance(value, dict):
        raise LicenceInvalid("not a licence file: it is not a JSON object")
    return value


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a field stands twice")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _opening(value: object) -> Opening | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or set(value) != {"name", "salt"}:
        raise LicenceInvalid("opening: exactly name and salt, or null")
    name, salt = value["name"], bytes_of(value["salt"], "opening: salt")
    try:
        if not isinstance(name, str) or len(name) > 300 or normalise_name(name) != name:
            raise LicenceInvalid(f"opening: {_shown(name)} is not an end user in its normal form")
    except EndUserInvalid as error:
        raise LicenceInvalid(f"opening: {error}") from None
    return Opening(name, salt)


def _evidence_json(evidence: Evidence) -> dict[str, Any]:
    if evidence is None:
        return {"kind": "recorded"}
    if isinstance(evidence, bytes):
        return {"kind": "voucher", "signature": "0x" + evidence.hex()}
    header = {name: getattr(evidence.header, name) for name in _HEADER}
    proof = ["0x" + sibling.hex() for sibling in evidence.proof]
    return {"kind": "report", "index": evidence.index, "report": header, "row": evidence.row, "proof": proof}


def _evidence(value: object) -> Evidence:
    if not isinstance(value, Mapping):
        raise LicenceInvalid("evidence: it is missing")
    kind, fields = value.get("kind"), set(value)
    if kind == "recorded" and fields == {"kind"}:
        return None
    if kind == "voucher" and fields == {"kind", "signature"}:
        signature = value["signature"]
        if not isinstance(signature, str) or not 2 < len(signature) <= 2 + 2 * MAX_SIGNATURE_BYTES:
            raise LicenceInvalid("evidence: signature: 0x and hex digits")
        return bytes_of(signature, "evidence: signature", (len(signature) - 2) // 2)
    if kind == "report" and fields == {"kind", "index", "report", "row", "proof"}:
        return _inclusion(value)
    raise LicenceInvalid("evidence: neither recorded, nor a voucher's signature, nor a report's proof")


def _inclusion(value: Mapping[str, Any]) -> Inclusion:
    header, proof = value["report"], value["proof"]
    if not isinstance(header, Mapping) or set(header) != set(_HEADER):
        raise LicenceInvalid(f"evidence: report: exactly {', '.join(_HEADER)}")
    if not isinstance(proof, list) or len(proof) > MAX_SIBLINGS:
        raise LicenceInvalid(f"evidence: proof: a list of at most {MAX_SIBLINGS} digests")
    numbers = {name: _number(header[name], name, bits) for name, bits in _HEADER_BITS.items()}
    return Inclusion(
        index=_number(value["index"], "index", 64),
        header=ReportHeader(**numbers),
        row=_number(value["row"], "row", 32),
        proof=tuple(bytes_of(sibling, "evidence: proof") for sibling in proof),
    )


def _number(value: object, name: str, bits: int) -> int:
    if type(value) is not int or not 0 <= value < 1 << bits:
        raise LicenceInvalid(f"evidence: {name}: a whole number of at most {bits} bits")
    return value


def _shown(value: object) -> str:
    return repr(value)[:80]

"""Licence files from anywhere: what is read is what was written, and nothing else is."""

from __future__ import annotations

import copy
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_client.errors import ConfigurationError, LicenceInvalid
from registry_client.licensing.licence_file import (
    FORMAT,
    MAX_BYTES,
    LicenceFile,
    Opening,
    decode_licence_file,
    read_licence_file,
)
from registry_client.models import NO_END_USER, Flags, Inclusion, Licence, ReportHeader, Scope

CHAIN, CONTRACT = 31337, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
OWNER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"
OPENING = Opening("example.com", bytes(range(32)))
PLAIN = Licence(
    work_id=int.from_bytes(bytes(range(32)), "big"),
    licensor=OWNER,
    scope=Scope(1, 1 << 7, 1_800_000_000, 1_900_000_000),
    terms=b"\x11" * 32,
    end_user=OPENING.end_user,
    issued_at=1_700_000_000,
    nonce=2**64 - 1,
)
INCLUSION = Inclusion(3, ReportHeader(5, 10, 20, 30), 4, (b"\x22" * 32, b"\x33" * 32, bytes(32)))
GOOD = LicenceFile(CHAIN, CONTRACT, PLAIN, b"\x44" * 65, OPENING)


def read(data: bytes) -> LicenceFile:
    return decode_licence_file(data, CHAIN, CONTRACT)


@pytest.mark.parametrize(
    "evidence", [None, b"\x44" * 65, b"\x01", INCLUSION], ids=["record", "voucher", "wallet", "report"]
)
@pytest.mark.parametrize("opening", [OPENING, None], ids=["named", "unnamed"])
@pytest.mark.parametrize("flags", [Flags.NONE, Flags(15)], ids=["plain", "all flags"])
def test_decode_gives_what_was_encoded(evidence: Any, opening: Opening | None, flags: Flags) -> None:
    licence = replace(
        PLAIN, flags=flags, seats=2, licensee=CONTRACT, end_user=PLAIN.end_user if opening else NO_END_USER
    )
    file = LicenceFile(CHAIN, CONTRACT, licence, evidence, opening)
    assert read(file.encode()) == file


def test_the_file_is_an_odrl_agreement() -> None:
    value = json.loads(GOOD.encode())
    assert value["@type"] == "Agreement"
    assert value["@context"][0] == "http://www.w3.org/ns/odrl.jsonld"
    assert value["format"] == FORMAT
    assert value["licence"]["licence_id"] == "0x" + GOOD.licence_id.hex()


def change(path: str, found: object) -> Callable[[dict[str, Any]], None]:
    """Put ``found`` at a path of the file."""

    def run(value: dict[str, Any]) -> None:
        *parts, last = path.split(".")
        for part in parts:
            value = value[int(part)] if isinstance(value, list) else value[part]
        value[last] = found

    return run


def drop(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda value: value.pop(name)


HOSTILE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another format": (change("format", "global-copyright-registry/licence/2"), "its format is"),
    "no format": (drop("format"), "its format is None"),
    "unknown field": (change("comment", "trust me"), "not a sound licence file"),
    "unknown field of the licence": (change("licence.price", 1), "not a sound licence file"),
    "field of the licence missing": (lambda v: v["licence"].pop("nonce"), "not a sound licence file"),
    "no licence": (drop("licence"), "not a sound licence file"),
    "licence is a list": (change("licence", []), "not a sound licence file"),
    "another permission": (change("permission.0.action", "own"), "not a sound licence file"),
    "no evidence": (drop("evidence"), "evidence: it is missing"),
    "evidence of two kinds": (change("evidence.index", 1), "neither recorded, nor"),
    "evidence of no kind": (change("evidence.kind", ["voucher"]), "neither recorded, nor"),
    "evidence is text": (change("evidence", "voucher"), "evidence: it is missing"),
    "signature without digits": (change("evidence.signature", "0x"), "signature"),
    "signature is a number": (change("evidence.signature", 7), "signature"),
    "odd signature": (change("evidence.signature", "0x123"), "signature"),
    "huge signature": (change("evidence.signature", "0x" + "11" * 20_000), "signature"),
    "signature with white space": (change("evidence.signature", "0x1 2 "), "signature"),
    "opening of another form": (change("opening.why", 1), "exactly name and salt"),
    "opening is text": (change("opening", "example.com"), "exactly name and salt"),
    "name is a number": (change("opening.name", 5), "normal form"),
    "name in another spelling": (change("opening.name", "Example.com"), "normal form"),
    "name of an address": (change("opening.name", "1.2.3.4"), "opening:"),
    "name is half a character": (change("opening.name", "party:\ud800"), "opening:"),
    "long name": (change("opening.name", "party:" + "x" * 100_000), "normal form"),
    "short salt": (change("opening.salt", "0x00"), "opening: salt"),
    "other chain": (change("licence.chain_id", 1), "not a sound licence file"),
    "nonce as number": (change("licence.nonce", 5), "nonce"),
    "nonce of other digits": (change("licence.nonce", "٣"), "nonce"),
    "nonce too large": (change("licence.nonce", "9" * 20), "nonce"),
    "seats are true": (change("licence.seats", True), "not a sound licence file"),
    "seats are negative": (change("licence.seats", -1), "not a sound licence file"),
    "issued in fractions": (change("licence.issued_at", 1.7e9), "not a sound licence file"),
    "licensor is nobody's": (change("licence.licensor", "0x12"), "licensor"),
    "id of another licence": (change("licence.licence_id", "0x" + "55" * 32), "not a sound licence file"),
}
REPORT_HOSTILE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "index is text": (change("evidence.index", "3"), "index"),
    "row is true": (change("evidence.row", True), "row"),
    "row is negative": (change("evidence.row", -1), "row"),
    "row too large": (change("evidence.row", 1 << 32), "row"),
    "proof is text": (change("evidence.proof", "0x"), "proof"),
    "proof too long": (change("evidence.proof", ["0x" + "00" * 32] * 33), "proof"),
    "sibling of another length": (change("evidence.proof.0", "x"), "proof"),
    "header lacks a field": (lambda v: v["evidence"]["report"].pop("count"), "report: exactly"),
    "header has one more": (change("evidence.report.agent", OWNER), "report: exactly"),
    "count is null": (change("evidence.report.count", None), "count"),
    "submitted beyond time": (change("evidence.report.submitted_at", 1 << 40), "submitted_at"),
    "header is a list": (change("evidence.report", [1, 2, 3, 4]), "report: exactly"),
}


def _set_sibling(value: dict[str, Any]) -> None:
    value["evidence"]["proof"][0] = "0x00"


REPORT_HOSTILE["sibling of another length"] = (_set_sibling, "proof")


@pytest.mark.parametrize("name", HOSTILE)
def test_decode_refuses_an_altered_voucher(name: str) -> None:
    alter, message = HOSTILE[name]
    value = json.loads(GOOD.encode())
    before = copy.deepcopy(value)
    alter(value)
    assert json.dumps(value) != json.dumps(before)
    with pytest.raises(LicenceInvalid, match=message):
        read(json.dumps(value).encode())


@pytest.mark.parametrize("name", REPORT_HOSTILE)
def test_decode_refuses_an_altered_report_proof(name: str) -> None:
    alter, message = REPORT_HOSTILE[name]
    value = json.loads(replace(GOOD, evidence=INCLUSION).encode())
    alter(value)
    with pytest.raises(LicenceInvalid, match=message):
        read(json.dumps(value).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"{" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"format": NaN}',
        b'{"format": ' + b"9" * 10_000 + b"}",
        b'{"format": 1, "format": 2}',
        GOOD.encode().replace(b'"opening": {', b'"opening": null, "opening": {'),
        GOOD.encode()[:-5],
        GOOD.encode() + b"{}",
        b" " * (MAX_BYTES + 1),
    ],
    ids=range(15),
)
def test_decode_refuses_what_is_no_licence_file(data: bytes) -> None:
    with pytest.raises(LicenceInvalid):
        read(data)


@pytest.mark.parametrize(("chain", "contract"), [(1, CONTRACT), (CHAIN, OWNER), (1, OWNER)])
def test_decode_refuses_another_chain_or_contract_in_clear_words(chain: int, contract: str) -> None:
    with pytest.raises(LicenceInvalid, match=f"this licence is of contract '{CONTRACT}' on chain {CHAIN}; asked is"):
        decode_licence_file(GOOD.encode(), chain, contract)


def test_decode_refuses_a_field_altered_in_licence_and_agreement_alike() -> None:
    """A forger can write a consistent Agreement; the id is the licence's hash all the same. Invariant K3."""
    wider = replace(GOOD, licence=replace(PLAIN, scope=Scope(3, 1 << 7, 1_800_000_000, 1_900_000_000)))
    forged = wider.encode().replace(wider.licence_id.hex().encode(), GOOD.licence_id.hex().encode())
    with pytest.raises(LicenceInvalid, match="do not hash to its id"):
        read(forged)


@pytest.mark.parametrize(
    "licence",
    [
        replace(PLAIN, scope=Scope(0, 1, 1, 2)),
        replace(PLAIN, scope=Scope(1, 1, 2, 2)),
    ],
)
def test_decode_refuses_a_licence_that_covers_nothing(licence: Licence) -> None:
    with pytest.raises(LicenceInvalid, match="covers nothing"):
        read(replace(GOOD, licence=licence).encode())


@given(st.binary(max_size=400))
def test_decode_of_any_bytes_refuses_or_reads(data: bytes) -> None:
    with pytest.raises(LicenceInvalid):
        read(data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_decode_with_any_value_in_any_place_refuses_or_reads_the_same(data: st.DataObject) -> None:
    """Invariant K3."""
    base = data.draw(st.sampled_from([GOOD, replace(GOOD, evidence=INCLUSION)]))
    value = json.loads(base.encode())
    parent: Any = value
    key = data.draw(st.sampled_from(sorted(value)))
    while isinstance(parent[key], dict | list) and parent[key] and data.draw(st.booleans()):
        parent = parent[key]
        key = data.draw(st.sampled_from(sorted(parent) if isinstance(parent, dict) else list(range(len(parent)))))
    parent[key] = data.draw(_JSON)
    try:
        found = read(json.dumps(value).encode("utf-8", "surrogatepass"))
    except LicenceInvalid:
        return
    assert found.licence == base.licence


# --- read_licence_file


def test_read_refuses_what_is_no_plain_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b" " * (MAX_BYTES + 10))
    for name in ("pipe", "nothing", "."):
        with pytest.raises(ConfigurationError, match="no such file"):
            read_licence_file(tmp_path / name, CHAIN, CONTRACT)
    with pytest.raises(ConfigurationError, match="no such file"):
        read_licence_file(Path("/dev/zero"), CHAIN, CONTRACT)
    with pytest.raises(LicenceInvalid, match="large: larger than"):
        read_licence_file(tmp_path / "large", CHAIN, CONTRACT)
    (tmp_path / "good").write_bytes(GOOD.encode())
    assert read_licence_file(tmp_path / "good", CHAIN, CONTRACT.lower()).licence == PLAIN


def test_two_files_of_one_licence_reveal_one_end_user_each() -> None:
    """Invariant K2."""
    salts = [secrets.token_bytes(32) for _ in range(2)]
    files = [replace(GOOD, opening=Opening(f"{n}.example", salt)).encode() for n, salt in enumerate(salts)]
    assert salts[1].hex().encode() not in files[0]
    assert b"1.example" not in files[0]

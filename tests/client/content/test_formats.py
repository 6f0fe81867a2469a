"""Trees, manifests, CIDs and records: byte for byte, and under hostile bytes."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_client.content import cid as cids
from registry_client.content import manifest as manifests
from registry_client.content.merkle import MerkleTree, leaf_hash, verify
from registry_client.content.metadata import build_record, parse_record
from registry_client.content.unixfs import CHUNK_BYTES, file_blocks, links_of
from registry_client.errors import CidInvalid, ContentError, ContentMismatch, ManifestInvalid, MetadataInvalid
from registry_client.models import Fingerprint, Work

ROOT = Path(__file__).resolve().parents[3]
OWNERS = ("0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC")
works = st.builds(
    Work,
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=32, max_size=32),
    st.sampled_from(OWNERS),
)
work_lists = st.lists(works, min_size=1, max_size=40, unique_by=lambda w: w.content_hash)

NODE = """
const { StandardMerkleTree } = require('@openzeppelin/merkle-tree')
const lists = JSON.parse(require('fs').readFileSync(0, 'utf8'))
process.stdout.write(JSON.stringify(lists.map((values) => {
  const tree = StandardMerkleTree.of(values, ['bytes32', 'bytes32', 'bytes32', 'address'])
  return { root: tree.root, proofs: values.map((_, i) => i % 97 < 20 ? tree.getProof(i) : null) }
})))
"""


def npm_trees(lists: list[list[Work]]) -> list[dict[str, object]]:
    """Roots and proofs of npm's @openzeppelin/merkle-tree."""
    values = [
        [["0x" + part.hex() for part in (w.content_hash, w.fingerprint, w.metadata)] + [w.owner] for w in part]
        for part in lists
    ]
    done = subprocess.run(
        ["node", "-e", NODE], input=json.dumps(values), capture_output=True, text=True, check=True, cwd=ROOT
    )
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def made(count: int) -> list[Work]:
    return [
        Work((i * 7919 + 1).to_bytes(32, "big"), bytes([i % 256]) * 32, i.to_bytes(32, "little"), OWNERS[i % 2])
        for i in range(count)
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 1000, 4097])
def test_tree_equals_npm_for_given_sizes(count: int) -> None:
    leaves = made(count)
    (expected,) = npm_trees([leaves])
    tree = MerkleTree(leaves)
    assert "0x" + tree.root.hex() == expected["root"]
    proofs = expected["proofs"]
    assert isinstance(proofs, list)
    for work, proof in zip(leaves, proofs, strict=True):
        if proof is not None:
            assert ["0x" + node.hex() for node in tree.proof(work)] == proof


def test_tree_equals_npm_for_generated_lists() -> None:
    gathered: list[list[Work]] = []

    @given(work_lists)
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def gather(values: list[Work]) -> None:
        gathered.append(values)

    gather()
    for values, expected in zip(gathered, npm_trees(gathered), strict=True):
        tree = MerkleTree(values)
        assert "0x" + tree.root.hex() == expected["root"]
        assert ["0x" + node.hex() for node in tree.proof(values[0])] == expected["proofs"][0]  # type: ignore[index]


@given(work_lists, st.data())
@settings(deadline=None)
def test_proof_verifies_its_leaf_and_no_other(values: list[Work], data: st.DataObject) -> None:
    tree = MerkleTree(values)
    work = data.draw(st.sampled_from(values))
    proof = tree.proof(work)
    other = data.draw(works.filter(lambda w: w not in values))
    assert verify(tree.root, work, proof)
    assert not verify(tree.root, other, proof)
    assert not verify(bytes(32), work, proof)
    assert verify(tree.root, work, [*proof, b"short"]) is False


def test_tree_refuses_no_work_and_a_work_twice() -> None:
    with pytest.raises(ManifestInvalid, match="at least one work"):
        MerkleTree([])
    with pytest.raises(ManifestInvalid, match="twice"):
        MerkleTree(made(1) * 2)
    with pytest.raises(ManifestInvalid, match="32 bytes each"):
        leaf_hash(Work(b"\x01", bytes(32), bytes(32), OWNERS[0]))


@given(work_lists)
@settings(deadline=None)
def test_manifest_round_trips(values: list[Work]) -> None:
    ordered = sorted(values)
    block = manifests.encode(ordered)
    assert len(block) == 12 + 116 * len(ordered)
    assert manifests.decode(block) == ordered


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b"", "at least 12 bytes"),
        (lambda b: b"GCRX" + b[4:], "does not begin with GCRM"),
        (lambda b: b[:4] + b"\x00\x00\x00\x02" + b[8:], "version 2"),
        (lambda b: b[:8] + b"\x00\x00\x00\x00", "1 to 9000"),
        (lambda b: b[:8] + b"\xff\xff\xff\xff" + b[12:], "1 to 9000"),
        (lambda b: b[:-1], "another length"),
        (lambda b: b + b"\x00", "another length"),
        (lambda b: b[:12] + b[12 + 116 : 12 + 232] + b[12:128] + b[12 + 232 :], "not strictly ascending"),
        (lambda b: b[:12] + b[12:128] * 3, "not strictly ascending"),
        (lambda b: b[: 12 + 96] + bytes(20) + b[128:], "zero address"),
    ],
    ids=["empty", "magic", "version", "none", "many", "short", "long", "order", "twice", "owner"],
)
def test_manifest_decode_refuses(change: object, message: str) -> None:
    block = manifests.encode(sorted(made(3)))
    with pytest.raises(ManifestInvalid, match=message):
        manifests.decode(change(block))  # type: ignore[operator]


def test_manifest_split_keeps_each_block_within_the_limit() -> None:
    parts = manifests.split(made(9001))
    assert [len(part) for part in parts] == [9000, 1]
    assert len(manifests.encode(sorted(parts[0]))) <= 1_048_576
    assert manifests.split([]) == []


@given(st.binary(max_size=400))
def test_decoders_raise_only_content_errors_for_any_bytes(data: bytes) -> None:
    for decode in (
        manifests.decode,
        links_of,
        parse_record,
        lambda b: cids.parse(b.decode("latin-1")),
        cids.from_bytes,
    ):
        try:
            decode(data)
        except ContentError as error:
            assert str(error)


@given(st.binary(max_size=200))
def test_cid_round_trips_and_checks(data: bytes) -> None:
    cid = cids.raw_cid(data)
    assert cids.cid_of_digest(cids.digest_of(cid)) == cid
    cids.check(cid, data)
    with pytest.raises(ContentMismatch, match=cid):
        cids.check(cid, data + b"x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "QmV6C6XVt1wf7V7as7Yak3mxPma8jzpqyhtRtCvpKcfBbx",
        "bafkrei",
        "BAFKREIHDWDCEFGH4DQKJV67UZCMW7OJEE6XEDZDETOJUZJEVTENXQUVYKU",
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyk1",
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyk7",
        "zafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvykü",
    ],
)
def test_cid_parse_refuses_other_spellings(text: str) -> None:
    with pytest.raises(CidInvalid):
        cids.parse(text)


def test_cid_of_the_empty_block_is_the_known_one() -> None:
    assert cids.raw_cid(b"") == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, CHUNK_BYTES * 175])
def test_file_blocks_hash_to_their_cids_and_give_the_file_back(size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"\x07" * (size % 256)
    blocks = dict(file_blocks(io.BytesIO(data)))
    for cid, block in blocks.items():
        cids.check(cid, block)
    root = list(blocks)[-1]

    def read(cid: str) -> bytes:
        if cids.parse(cid).codec == cids.RAW:
            return blocks[cid]
        return b"".join(read(str(link)) for link in links_of(blocks[cid]))

    assert read(root) == data


FINGERPRINT = Fingerprint(b"\x01" * 32, b"\x02" * 32, "phash-256-v1", 40, 100, 50, "image/jpeg", 1234)


def test_record_is_canonical_and_the_users_values_win() -> None:
    embedded = {"creator": "Camera", "caption": "A bridge", "keywords": ["b", "a"]}
    data = build_record(
        FINGERPRINT, embedded, {"creator": " Anna\nRoth ", "licensor": "https://a.example/x"}, None, None
    )
    assert data == (
        b'{"@context":"https://schema.org","@type":"ImageObject","caption":"A bridge","contentHash":"0x'
        + b"01" * 32
        + b'","contentSize":1234,"creator":"Anna Roth","encodingFormat":"image/jpeg","fingerprint":"0x'
        + b"02" * 32
        + b'","fingerprintAlgorithm":"phash-256-v1","fingerprintQuality":40,"height":50,"keywords":["b","a"],'
        b'"licensor":{"@type":"Organization","url":"https://a.example/x"},"width":100}'
    )
    assert parse_record(data)["creator"] == "Anna Roth"


@pytest.mark.parametrize(
    ("given_values", "message"),
    [
        ({"licensor": "javascript:alert(1)"}, "licensor"),
        ({"licensor": "http://[bad"}, "licensor"),
        ({"creator": "\x00\x01"}, "creator"),
        ({"colour": "red"}, "no such field"),
        ({"keywords": ["x" * 2000 + str(i) for i in range(100)]}, "more than 65536"),
    ],
)
def test_record_refuses_bad_values_and_names_them(given_values: dict[str, object], message: str) -> None:
    if message.startswith("more"):
        given_values = {"keywords": [f"{i:04}" + "é" * 1990 for i in range(100)]}
    with pytest.raises(MetadataInvalid, match=message):
        build_record(FINGERPRINT, {}, given_values)


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[]",
        b"\xff",
        b"[" * 70_000,
        b"[" * 60_000,
        build_record(FINGERPRINT, {}, {}).replace(b'"width":100', b'"width":"100"'),
        build_record(FINGERPRINT, {}, {}).replace(b'"width":100', b'"width": 100'),
        build_record(FINGERPRINT, {}, {}).replace(b'"width":100', b'"preview":"x","width":100'),
        build_record(FINGERPRINT, {}, {}).replace(b'"width":100', b'"width":NaN'),
    ],
    ids=["empty", "list", "utf8", "large", "deep", "type", "space", "preview", "nan"],
)
def test_parse_record_refuses(data: bytes) -> None:
    with pytest.raises(MetadataInvalid):
        parse_record(data)

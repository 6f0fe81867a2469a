"""Registration and ownership over the real chain: statuses, batches, thieves, lies."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from PIL import Image

from registry_client.chain.connection import Connection
from registry_client.chain.registry import RegistryReader
from registry_client.chain.transport import Transport
from registry_client.content import manifest as manifests
from registry_client.content.cid import cid_of_digest
from registry_client.content.fingerprint import fingerprint_file
from registry_client.content.metadata import parse_record
from registry_client.errors import BlockMissing, ContractError
from registry_client.models import Network
from registry_client.registration.ownership import owner_of
from registry_client.registration.titles import mint_titles
from tests.client.chain.lying_node import LyingNode, on
from tests.client.photos import jpeg, write_jpegs
from tests.client.registration.setting import Client, client

NewAccount = Callable[[], LocalAccount]


@pytest.fixture
def blocks(tmp_path: Path) -> Path:
    return tmp_path / "shared-blocks"


@pytest.fixture
def anna(network: Network, new_account: NewAccount, tmp_path: Path, blocks: Path) -> Client:
    return client(network, new_account(), tmp_path / "anna", blocks)


@pytest.fixture
def ben(network: Network, new_account: NewAccount, tmp_path: Path, blocks: Path) -> Client:
    return client(network, new_account(), tmp_path / "ben", blocks)


_seed = 5_000_000


@pytest.fixture
def photos(tmp_path: Path) -> Callable[[int], list[Path]]:
    """Fresh pictures that no other test has registered."""

    def make(count: int) -> list[Path]:
        global _seed
        _seed += count
        return write_jpegs(tmp_path / "photos", count, _seed)

    return make


def mint(someone: Client, ids: list[int]) -> Any:
    network = someone.connection.network
    return mint_titles(someone.reader, someone.store, someone.sender, network.registry, ids, someone.connection.block)


def test_register_anchors_every_file_in_one_transaction(anna: Client, photos: Callable[[int], list[Path]]) -> None:
    files = photos(30)
    result = anna.registrar.register(files, {"creator": "Anna Roth"})
    assert [(w.file, w.status) for w in result.works] == [(f, "anchored") for f in files]
    (batch,) = result.batches
    assert batch.count == 30
    assert anna.nonce() == 1
    anchor = anna.reader.anchor(batch.root)
    assert anchor is not None
    assert anchor.registrant == anna.address
    works = manifests.decode(anna.store.get(cid_of_digest(anchor.manifests[0])))
    assert {w.work_id for w in works} == {w.work_id for w in result.works}
    record = parse_record(anna.store.get(str(result.works[0].metadata_cid)))
    assert record["creator"] == "Anna Roth"
    assert anna.store.get(record["preview"])[:2] == b"\xff\xd8"


def test_register_again_sends_nothing(anna: Client, photos: Callable[[int], list[Path]]) -> None:
    files = photos(3)
    first = anna.registrar.register(files, {})
    again = anna.registrar.register(files, {})
    assert again.batches == []
    assert again.works == first.works
    assert anna.nonce() == 1


def test_register_reports_duplicates_and_bad_files_and_anchors_the_rest(
    anna: Client, photos: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    files = photos(2)
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(files[0].read_bytes())
    bad = tmp_path / "bad.jpg"
    bad.write_text("no image")
    result = anna.registrar.register([files[0], copy, bad, files[1]], {})
    assert [w.status for w in result.works] == ["anchored", "duplicate", "failed", "anchored"]
    assert str(bad) in str(result.works[2].message)
    assert result.batches[0].count == 2


def test_register_splits_into_as_many_batches_as_the_block_size_asks(
    anna: Client, photos: Callable[[int], list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "MAX_WORKS", 5)
    result = anna.registrar.register(photos(12), {})
    assert [batch.count for batch in result.batches] == [5, 5, 2]
    assert anna.nonce() == 3


def test_register_leaves_works_of_others_alone_unless_contested(
    anna: Client, ben: Client, photos: Callable[[int], list[Path]]
) -> None:
    titled, anchored, own = photos(3)
    ids = [w.work_id for w in anna.registrar.register([titled, anchored], {}).works]
    mint(anna, [int(ids[0] or 0)])
    result = ben.registrar.register([titled, anchored, own], {})
    assert [w.status for w in result.works] == ["taken", "taken", "anchored"]
    assert anna.address in str(result.works[0].message)
    assert result.batches[0].count == 1
    assert [w.status for w in ben.registrar.register([anchored], {}, contest=True).works] == ["anchored"]
    found = owner_of(anna.reader, anna.store, int(ids[1] or 0))
    assert (found.status, found.owner) == ("contested", anna.address)


def test_register_survives_a_thief_who_anchors_its_root_first_with_another_manifest(
    anna: Client, ben: Client, photos: Callable[[int], list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = anna.connection.network.registry
    send = anna.sender.send

    def raced(key: str, to: str, data: bytes, **options: Any) -> Any:
        if key.startswith("anchor:"):
            copied = data[:36] + b"\xee" * 32  # the same root, a manifest that nobody has
            ben.sender.send("theft", registry, copied)
        return send(key, to, data, **options)

    monkeypatch.setattr(anna.sender, "send", raced)
    (batch,) = anna.registrar.register(photos(4), {}).batches
    anchor = anna.reader.anchor(batch.root)
    assert anchor is not None
    assert anchor.registrant == ben.address
    assert len(anchor.manifests) == 2
    work = manifests.decode(anna.store.get(batch.manifest_cid))[0]
    found = owner_of(anna.reader, anna.store, work.work_id)
    assert (found.status, found.owner) == ("anchored", anna.address)
    assert mint(ben, [work.work_id]).works[0].owner == anna.address


def test_owner_of_follows_the_title(anna: Client, ben: Client, photos: Callable[[int], list[Path]]) -> None:
    (file,) = photos(1)
    work_id = int(anna.registrar.register([file], {}).works[0].work_id or 0)
    before = owner_of(ben.reader, ben.store, work_id)
    assert (before.status, before.owner, before.registered_at) == ("anchored", anna.address, None)
    minted = mint(ben, [work_id])
    assert [(w.status, w.owner) for w in minted.works] == [("titled", anna.address)]
    assert mint(ben, [work_id, 7]).works[0].status == "already"
    after = owner_of(ben.reader, ben.store, work_id)
    assert (after.status, after.owner, after.anchored_at) == ("titled", anna.address, before.anchored_at)
    registry = anna.connection.network.registry
    anna.sender.send("move", registry, anna.reader.transfer_data(anna.address, ben.address, work_id))
    assert owner_of(anna.reader, anna.store, work_id).owner == ben.address
    assert anna.reader.owner_at(work_id, int(after.registered_at or 0)) == anna.address
    with pytest.raises(ContractError) as caught:
        anna.sender.send("back", registry, anna.reader.transfer_data(ben.address, anna.address, work_id))
    assert caught.value.name == "ERC721InsufficientApproval"


def test_titles_are_unregistered_for_a_work_nobody_anchored(anna: Client, photos: Callable[[int], list[Path]]) -> None:
    anna.registrar.register(photos(1), {})
    (work,) = mint(anna, [12345]).works
    assert (work.status, work.transaction) == ("unregistered", None)


def test_owner_of_ranks_near_matches_and_calls_none_registered(
    anna: Client, photos: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    files = photos(5)
    ids = [w.work_id for w in anna.registrar.register(files, {}).works]
    saved = tmp_path / "again.jpg"
    Image.open(files[2]).save(saved, quality=60)
    found = fingerprint_file(saved)
    answer = owner_of(anna.reader, anna.store, int.from_bytes(found.content_hash, "big"), found.fingerprint)
    assert answer.status == "unregistered"
    assert answer.owner is None
    assert answer.candidates[0].work_id == ids[2]
    assert answer.candidates[0].distance <= 16
    assert [c.distance for c in answer.candidates] == sorted(c.distance for c in answer.candidates)


def test_owner_of_does_not_determine_without_a_manifest(
    anna: Client, network: Network, new_account: NewAccount, photos: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    work_id = int(anna.registrar.register(photos(1), {}).works[0].work_id or 0)
    stranger = client(network, new_account(), tmp_path / "stranger")
    with pytest.raises(BlockMissing, match="could not be had"):
        owner_of(stranger.reader, stranger.store, work_id)


def test_a_manifest_that_nobody_has_is_told_and_stops_nothing(
    anna: Client, ben: Client, photos: Callable[[int], list[Path]]
) -> None:
    registry = anna.connection.network.registry
    ben.sender.send("junk", registry, ben.reader.anchor_data(b"\x77" * 32, b"\x88" * 32))
    done = anna.registrar.register(photos(1), {})
    assert done.works[0].status == "anchored"
    assert "not every earlier registration was compared" in done.warnings[0]
    found = owner_of(anna.reader, anna.store, int(done.works[0].work_id or 0))
    assert (found.status, found.owner, found.complete) == ("anchored", anna.address, False)


def test_owner_of_refuses_a_manifest_that_is_not_its_roots(
    anna: Client, network: Network, photos: Callable[[int], list[Path]]
) -> None:
    """A node that names other manifests than the chain's: every leaf is checked against the root on chain."""
    first = anna.registrar.register(photos(2), {})
    second = anna.registrar.register(photos(2), {})
    other = manifests_digest(anna, second.batches[0].manifest_cid)

    def swapped(answer: dict[str, Any]) -> dict[str, Any]:
        return {**answer, "result": [{**log, "data": "0x" + other.hex()} for log in answer["result"]]}

    with LyingNode(network.rpc_url, on("eth_getLogs", swapped)) as node:
        lied = Connection(dataclasses.replace(network, rpc_url=node.url), Transport(node.url))
        with LyingBatches(node):
            with pytest.raises(BlockMissing, match=r"does not rebuild to root"):
                owner_of(RegistryReader(lied), anna.store, int(first.works[0].work_id or 0))


def manifests_digest(someone: Client, cid: str) -> bytes:
    from registry_client.content.cid import digest_of

    return digest_of(cid)


class LyingBatches:
    """Lets a lying node answer JSON-RPC batches too, each request by itself."""

    def __init__(self, node: LyingNode) -> None:
        self.node = node

    def __enter__(self) -> None:
        ask, twist = self.node.ask, self.node.twist

        def ask_all(request: Any) -> Any:
            return [twist(one, ask(one)) for one in request] if isinstance(request, list) else ask(request)

        self.node.ask = ask_all  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        return


def test_register_goes_on_when_the_journal_was_lost(
    anna: Client, network: Network, photos: Callable[[int], list[Path]], tmp_path: Path, blocks: Path
) -> None:
    files = photos(3)
    first = anna.registrar.register(files, {})
    forgetful = client(network, anna.account, tmp_path / "anew", blocks)
    again = forgetful.registrar.register(files, {})
    assert [b.root for b in again.batches] == [b.root for b in first.batches]
    assert forgetful.nonce() == 1


def test_jpeg_seeds_give_distinct_files() -> None:
    assert len({jpeg(seed) for seed in range(50)}) == 50

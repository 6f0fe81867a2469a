"""Folder, outbox and Kubo: the same CIDs, nothing used unhashed, nothing lost. Invariant 10."""

from __future__ import annotations

import http.server
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry_client.content.cid import DAG_PB, parse, raw_cid
from registry_client.content.unixfs import CHUNK_BYTES
from registry_client.errors import BlockMissing, CidInvalid, ConfigurationError, ContentMismatch, StoreUnavailable
from registry_client.store.folder import FolderStore
from registry_client.store.kubo import KuboStore
from registry_client.store.local import ContentStore
from registry_client.store.outbox import Outbox
from scripts.ipfs_daemon import IpfsDaemon

SIZES = [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 20 * 1024 * 1024]
LARGE = CHUNK_BYTES * 175 + 3  # two levels of links


def content(size: int) -> bytes:
    """Bytes without repetition, the same for a size."""
    import numpy as np

    return np.random.default_rng(size).bytes(size)


def sha(data: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(data).digest()


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(FolderStore(tmp_path / "blocks"), None, Outbox(tmp_path / "outbox.sqlite"))


def ipfs(daemon: IpfsDaemon, *arguments: str) -> bytes:
    done = subprocess.run(
        [str(daemon.binary), f"--api=/ip4/127.0.0.1/tcp/{daemon.port}", *arguments], check=True, capture_output=True
    )
    return done.stdout


@pytest.mark.parametrize("size", [*SIZES, LARGE])
def test_add_file_gives_kubos_cid_and_kubo_loads_it(
    size: int, store: ContentStore, kubo: KuboStore, ipfs_daemon: IpfsDaemon, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content(size))
    root = store.add_file(path, sha(content(size)))
    flags = ["--cid-version=1", "--raw-leaves", "--chunker=size-262144", "-Q"]
    expected = ipfs(ipfs_daemon, "add", "--only-hash", *flags, str(path)).decode().strip()
    assert root == expected
    assert store.outbox.push(store.folder, kubo) == 1
    assert len(store.outbox) == 0
    assert kubo.is_pinned(root)
    assert ipfs(ipfs_daemon, "cat", root) == content(size)


@pytest.mark.parametrize("size", [*SIZES, LARGE])
def test_read_gets_from_kubo_what_kubo_added(
    size: int, kubo: KuboStore, ipfs_daemon: IpfsDaemon, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content(size + 1))
    root = ipfs(ipfs_daemon, "add", "--cid-version=1", "--raw-leaves", "-Q", str(path)).decode().strip()
    reading = ContentStore(FolderStore(tmp_path / "empty"), kubo, Outbox(tmp_path / "outbox.sqlite"))
    assert b"".join(reading.read(root)) == content(size + 1)
    assert reading.folder.has(root)


def test_kubo_put_and_get_blocks_of_both_kinds(kubo: KuboStore, store: ContentStore, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content(CHUNK_BYTES * 2 + 5))
    root = store.add_file(path, sha(path.read_bytes()))
    assert parse(root).codec == DAG_PB
    kubo.put(root, store.folder.get(root))
    assert kubo.get(root) == store.folder.get(root)
    assert kubo.has(root)
    missing = raw_cid(b"nobody has this")
    assert not kubo.has(missing)
    assert not kubo.is_pinned(missing)
    with pytest.raises(BlockMissing, match=missing):
        kubo.get(missing)
    assert kubo.version()[0].isdigit()


def test_add_file_refuses_a_file_that_changed(store: ContentStore, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"now this")
    with pytest.raises(ContentMismatch, match="changed"):
        store.add_file(path, sha(b"then that"))
    assert store.outbox.pending() == []


def test_folder_never_trusts_its_disk(tmp_path: Path) -> None:
    folder = FolderStore(tmp_path)
    cid = raw_cid(b"data")
    folder.put(cid, b"data")
    (path,) = (p for p in tmp_path.rglob("*") if p.is_file())
    path.write_bytes(b"date")
    with pytest.raises(ContentMismatch, match=cid):
        folder.get(cid)
    assert not folder.has(cid)
    folder.put(cid, b"data")
    assert folder.get(cid) == b"data"


def test_folder_refuses_wrong_bytes_and_bad_cids(tmp_path: Path) -> None:
    folder = FolderStore(tmp_path / "blocks")
    with pytest.raises(ContentMismatch):
        folder.put(raw_cid(b"a"), b"b")
    for cid in ("../../etc/passwd", "bafy", raw_cid(b"a").upper()):
        with pytest.raises(CidInvalid):
            folder.get(cid)
    with pytest.raises(BlockMissing, match="not in"):
        folder.get(raw_cid(b"a"))
    assert not (tmp_path / "blocks").exists()


def test_folder_reports_a_disk_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "blocks").write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        FolderStore(tmp_path / "blocks").put(raw_cid(b"a"), b"a")


def test_outbox_keeps_what_was_not_confirmed(store: ContentStore, tmp_path: Path) -> None:
    roots = sorted(store.add_block(str(i).encode()) for i in range(3))

    class Fails:
        def load(self, roots: list[str], blocks: Iterator[tuple[str, bytes]]) -> None:
            list(blocks)
            raise StoreUnavailable("gone")

    with pytest.raises(StoreUnavailable, match="gone"):
        store.outbox.push(store.folder, Fails())
    store.outbox.close()
    again = Outbox(tmp_path / "outbox.sqlite")
    assert again.pending() == roots
    again.add(roots[0])
    assert len(again) == 3


def test_push_quietly_without_a_daemon_leaves_everything_waiting(tmp_path: Path) -> None:
    gone = KuboStore("http://127.0.0.1:9")
    store = ContentStore(FolderStore(tmp_path / "blocks"), gone, Outbox(tmp_path / "outbox.sqlite"))
    store.add_block(b"data")
    assert store.push_quietly() == 1
    assert store.kubo_version() is None
    with pytest.raises(StoreUnavailable, match="127"):
        store.get(raw_cid(b"not here"))


def test_push_quietly_leaves_a_damaged_block_waiting(tmp_path: Path, kubo: KuboStore) -> None:
    store = ContentStore(FolderStore(tmp_path / "blocks"), kubo, Outbox(tmp_path / "outbox.sqlite"))
    store.add_block(b"data")
    (path,) = (p for p in (tmp_path / "blocks").rglob("*") if p.is_file())
    path.write_bytes(b"date")
    assert store.push_quietly() == 1


def test_get_without_any_daemon_says_where_was_looked(store: ContentStore) -> None:
    with pytest.raises(BlockMissing, match="no Kubo daemon is known"):
        store.get(raw_cid(b"not here"))


@contextmanager
def daemon_that(answer: bytes, status: int = 200, mode: str = "") -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                self.send_response(status)
                if mode == "redirect":
                    self.send_header("Location", "http://127.0.0.1:9/")
                self.send_header(
                    "Content-Length", str(200_000_000 if mode in ("flood", "drip", "silent") else len(answer))
                )
                self.end_headers()
                if mode == "flood":
                    for _ in range(200):
                        self.wfile.write(bytes(1_000_000))
                while mode == "drip":
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.05)
                if mode == "silent":
                    time.sleep(5)
                self.wfile.write(answer)
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("answer", "status", "mode", "error"),
    [
        (b"other bytes", 200, "", ContentMismatch),
        (b"", 200, "flood", StoreUnavailable),
        (b"", 200, "drip", StoreUnavailable),
        (b"", 200, "silent", StoreUnavailable),
        (b"broken", 500, "", StoreUnavailable),
        (b"", 307, "redirect", StoreUnavailable),
        (b'{"Message":"not found","Code":0,"Type":"error"}', 500, "", BlockMissing),
    ],
    ids=["wrong", "flood", "drip", "silent", "error", "redirect", "missing"],
)
def test_get_from_a_daemon_that_lies(answer: bytes, status: int, mode: str, error: type[Exception]) -> None:
    with daemon_that(answer, status, mode) as url:
        with pytest.raises(error):
            KuboStore(url, deadline_seconds=1, silence_seconds=1).get(raw_cid(b"data"))


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b"null", b"[" * 100_000, b'{"Root":{"Cid":{"/":"x"}}}', b"{}"])
def test_load_is_not_believed_without_confirmation(answer: bytes) -> None:
    with daemon_that(answer) as url, pytest.raises(StoreUnavailable):
        KuboStore(url).load([raw_cid(b"data")], iter([(raw_cid(b"data"), b"data")]))


def test_put_reports_a_daemon_that_names_another_cid() -> None:
    with daemon_that(b'{"Key":"bafkreib","Size":4}') as url, pytest.raises(ContentMismatch, match="another CID"):
        KuboStore(url).put(raw_cid(b"data"), b"data")


@pytest.mark.parametrize("url", ["", "ftp://a", "127.0.0.1:5001", "http://a:b", "http://u@h:1", "http://h:1/path"])
def test_kubo_refuses_what_is_no_address(url: str) -> None:
    with pytest.raises(ConfigurationError, match="not the address of a Kubo RPC"):
        KuboStore(url)

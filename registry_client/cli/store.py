"""``registry store``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from registry_client.cli.output import Group, emit
from registry_client.cli.session import Session, options
from registry_client.cli.values import naming, refuse_existing
from registry_client.errors import StoreUnavailable


@click.group(cls=Group)
def store() -> None:
    """Blocks on this disk and in IPFS.

    Example: registry store status
    """


@store.command()
@options
def status(network: str, as_json: bool) -> None:
    """What is kept where, and what waits to be pushed.

    Example: registry store status
    """
    session = Session(network, as_json)
    waiting = list(session.outbox.pending())
    version = session.store.kubo_version()
    value = {"folder": str(session.home / "blocks"), "kubo": version, "outbox": len(waiting), "pending": waiting}
    emit(
        as_json,
        value,
        lambda: [
            f"blocks  {session.home / 'blocks'}",
            f"kubo    {version or 'not reachable'}",
            f"outbox  {len(waiting)} waiting",
        ],
    )


@store.command()
@options
def push(network: str, as_json: bool) -> None:
    """Push and pin in Kubo what waits in the outbox.

    Example: registry store push
    """
    session = Session(network, as_json)
    if session.kubo is None:
        raise StoreUnavailable("no Kubo daemon is known: set REGISTRY_IPFS_URL, e.g. http://127.0.0.1:5001")
    count = session.outbox.push(session.folder, session.kubo)
    emit(as_json, {"pushed": count}, lambda: [f"pushed {count}"])


@store.command()
@click.argument("cid")
@click.option("--to", type=click.Path(path_type=Path), help="File to write (default: standard output).")
@options
def get(cid: str, to: Path | None, network: str, as_json: bool) -> None:
    """Fetch a block or a file by its CID, checked by hashing.

    Example: registry store get bafkrei… --to record.json
    """
    if to is not None:
        refuse_existing(to)
    chunks = Session(network, as_json).store.read(cid)
    if to is not None:
        size = _write(to, chunks)
        emit(as_json, {"cid": cid, "size": size, "file": str(to)}, lambda: [f"{size} bytes to {to}"])
    elif as_json:
        data = b"".join(chunks)
        emit(as_json, {"cid": cid, "size": len(data), "hex": "0x" + data.hex()}, lambda: [])
    else:
        out = sys.stdout.buffer
        for chunk in chunks:
            out.write(chunk)


def _write(path: Path, chunks: Iterator[bytes]) -> int:
    """The file appears whole or not at all."""
    size = 0
    with naming(path), tempfile.NamedTemporaryFile(dir=path.parent, prefix=".draft-", delete=False) as draft:
        try:
            for chunk in chunks:
                size += draft.write(chunk)
            draft.close()
            Path(draft.name).replace(path)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
    return size

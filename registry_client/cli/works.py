"""``registry fingerprint``, ``register``, ``title``, ``transfer``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from registry_client.chain.registry import checksum
from registry_client.cli.output import NO, USAGE, YES, Command, emit, progress
from registry_client.cli.session import Session, hex_id, key_options, options, parse_target
from registry_client.content.pool import fingerprint_files
from registry_client.errors import RegistryError
from registry_client.registration.files import collect
from registry_client.registration.register import PIN_CHOICES, Registrar, Registration, gas_of
from registry_client.registration.titles import mint_titles


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@options
def fingerprint(files: tuple[Path, ...], network: str, as_json: bool) -> None:
    """Content hash and perceptual fingerprint of image files; needs no network.

    Example: registry fingerprint photo.jpg
    """
    rows: list[dict[str, Any]] = []
    for path, answer in fingerprint_files(collect(files)):
        if isinstance(answer, RegistryError):
            rows.append({"file": str(path), "error": str(answer)})
            continue
        rows.append(
            {
                "file": str(path),
                "content_hash": "0x" + answer.content_hash.hex(),
                "fingerprint": "0x" + answer.fingerprint.hex(),
                "algorithm": answer.algorithm,
                "quality": answer.quality,
                "width": answer.width,
                "height": answer.height,
            }
        )

    def human() -> list[str]:
        lines = []
        for row in rows:
            lines.append(row["file"])
            lines += [f"  {key:13} {value}" for key, value in row.items() if key != "file"]
        return lines

    emit(as_json, {"files": rows}, human)
    click.get_current_context().exit(USAGE if any("error" in row for row in rows) else YES)


@click.command(cls=Command)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@key_options
@click.option("--title", "with_titles", is_flag=True, help="Mint the titles at once.")
@click.option("--pin", type=click.Choice(PIN_CHOICES), default="preview", show_default=True, help="What IPFS keeps.")
@click.option("--author", help="Creator's name.")
@click.option("--caption", help="What the picture shows.")
@click.option("--credit", help="Credit line.")
@click.option("--licensor-url", help="Where licences are sold.")
@click.option("--contest", is_flag=True, help="Register your claim also to works that another account has registered.")
@options
def register(
    paths: tuple[Path, ...],
    account: str,
    passphrase_file: Path | None,
    with_titles: bool,
    pin: str,
    author: str | None,
    caption: str | None,
    credit: str | None,
    licensor_url: str | None,
    contest: bool,
    network: str,
    as_json: bool,
) -> None:
    """Register image files, or all images below folders: one transaction for thousands.

    A registration is a claim made at a time; it does not prove authorship. A killed call, given again, finishes.

    Example: registry register photos/ --account anna --author "Anna Roth" --title
    """
    files = collect(paths)
    session = Session(network, as_json)
    sender = session.sender(account, passphrase_file)
    given: dict[str, object] = {"creator": author, "caption": caption, "creditText": credit, "licensor": licensor_url}
    registry = session.network.registry
    registrar = Registrar(
        session.reader,
        sender,
        session.journal,
        session.store,
        registry,
        sender.address,
        f"{session.network.chain_id}:{registry}",
        progress(as_json),
    )
    result = registrar.register(files, {key: value for key, value in given.items() if value is not None}, pin, contest)
    titled: dict[int, str] = {}
    titles: list[dict[str, Any]] = []
    if with_titles:
        ids = [w.work_id for w in result.works if w.status == "anchored" and w.work_id is not None]
        minted = mint_titles(session.reader, session.store, sender, registry, ids, session.connection.block)
        titled = {w.work_id: "titled" for w in minted.works if w.status in ("titled", "already")}
        titles = [{"transaction": r.hash, "gas_used": r.gas_used} for r in minted.receipts]
    pushed = session.store.push_quietly()
    _print_registration(result, titled, titles, pushed, as_json)
    statuses = {work.status for work in result.works}
    click.get_current_context().exit(USAGE if "failed" in statuses else NO if "taken" in statuses else YES)


def _print_registration(
    result: Registration, titled: dict[int, str], titles: list[dict[str, Any]], waiting: int, as_json: bool
) -> None:
    works = [
        {
            "file": str(w.file),
            "work_id": hex_id(w.work_id) if w.work_id is not None else None,
            "status": titled.get(w.work_id or 0, w.status) if w.status == "anchored" else w.status,
            "metadata_cid": w.metadata_cid,
            **({"message": w.message} if w.message else {}),
        }
        for w in result.works
    ]
    batches = [
        {"root": "0x" + b.root.hex(), "transaction": b.transaction, "gas_used": b.gas_used, "count": b.count}
        for b in result.batches
    ]
    value = {"works": works, "batches": batches, "titles": titles, "outbox": waiting, "warnings": result.warnings}

    def human() -> list[str]:
        lines = [f"{w['file']}: {w['status']}" + (f" ({w['message']})" if "message" in w else "") for w in works]
        for batch in result.batches:
            lines.append(
                f"anchored {batch.count} work(s) under 0x{batch.root.hex()}: {batch.gas_used} gas, "
                f"transaction {batch.transaction or 'not needed'}"
            )
        lines += [f"warning: {text}" for text in result.warnings]
        lines += [f"titles: transaction {t['transaction']}, {t['gas_used']} gas" for t in titles]
        lines.append(f"{gas_of(result.batches)} gas for anchors; {waiting} block tree(s) wait in the outbox")
        return lines

    emit(as_json, value, human)


@click.command(cls=Command)
@click.argument("works", nargs=-1, required=True)
@key_options
@options
def title(works: tuple[str, ...], account: str, passphrase_file: Path | None, network: str, as_json: bool) -> None:
    """Mint the titles (ERC-721) of anchored works, each to the owner that its leaf names.

    Example: registry title photo.jpg --account anna
    """
    ids = [parse_target(text)[0] for text in works]
    session = Session(network, as_json)
    sender = session.sender(account, passphrase_file)
    minted = mint_titles(session.reader, session.store, sender, session.network.registry, ids, session.connection.block)
    rows = [
        {"work_id": hex_id(w.work_id), "status": w.status, "owner": w.owner, "transaction": w.transaction}
        for w in minted.works
    ]
    emit(as_json, {"works": rows}, lambda: [_title_line(r) for r in rows])
    click.get_current_context().exit(NO if any(w.status == "unregistered" for w in minted.works) else YES)


def _title_line(row: dict[str, Any]) -> str:
    if row["status"] == "unregistered":
        return f"{row['work_id']}: unregistered; run registry register first"
    return f"{row['work_id']}: {row['status']}, owner {row['owner']}"


@click.command(cls=Command)
@click.argument("work")
@click.argument("address")
@key_options
@options
def transfer(work: str, address: str, account: str, passphrase_file: Path | None, network: str, as_json: bool) -> None:
    """Transfer the title of a work to another address.

    Example: registry transfer 0x5a… 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --account anna
    """
    work_id, _ = parse_target(work)
    session = Session(network, as_json)
    sender = session.sender(account, passphrase_file)
    to = checksum(address)
    data = session.reader.transfer_data(sender.address, to, work_id)
    key = f"transfer:{session.network.chain_id}:{session.network.registry}:{work_id:x}:{sender.address}:{to}"
    receipt = sender.send(key, session.network.registry, data, repeatable=True)
    value = {"work_id": hex_id(work_id), "owner": to, "transaction": receipt.hash, "gas_used": receipt.gas_used}
    emit(as_json, value, lambda: [f"{hex_id(work_id)} now belongs to {to} (transaction {receipt.hash})"])

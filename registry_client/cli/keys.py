"""``registry keys``."""

from __future__ import annotations

from pathlib import Path

import click

from registry_client.cli.output import Group, emit
from registry_client.cli.session import Session, options, passphrase_option, read_passphrase


@click.group(cls=Group)
def keys() -> None:
    """Make, import and list encrypted keys.

    Example: registry keys new anna
    """


@keys.command()
@click.argument("name")
@passphrase_option
@options
def new(name: str, passphrase_file: Path | None, network: str, as_json: bool) -> None:
    """Make a new key and keep it encrypted.

    Example: registry keys new anna
    """
    address = Session(network, as_json).keystore.new(name, read_passphrase(passphrase_file, confirm=True))
    emit(as_json, {"name": name, "address": address}, lambda: [f"{name}: {address}"])


@keys.command("list")
@options
def list_keys(network: str, as_json: bool) -> None:
    """List the keys.

    Example: registry keys list
    """
    found = Session(network, as_json).keystore.entries()
    rows = [{"name": name, "address": address} for name, address in found]
    emit(as_json, {"keys": rows}, lambda: [f"{name}: {address}" for name, address in found] or ["no keys yet"])


@keys.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@click.option("--old-passphrase-file", type=click.Path(path_type=Path), help="Passphrase of the file, if another.")
@options
def import_key(
    name: str, file: Path, passphrase_file: Path | None, old_passphrase_file: Path | None, network: str, as_json: bool
) -> None:
    """Import an encrypted keystore file (V3 JSON) under a name.

    Example: registry keys import anna UTC--2026-01-01--anna.json
    """
    passphrase = read_passphrase(passphrase_file, confirm=False)
    old = read_passphrase(old_passphrase_file, confirm=False) if old_passphrase_file else passphrase
    address = Session(network, as_json).keystore.import_file(name, file, old, passphrase)
    emit(as_json, {"name": name, "address": address}, lambda: [f"{name}: {address}"])

"""What a command works with: folders, network, keys, store; built when first asked for."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from registry_client.chain.connection import Connection
from registry_client.chain.journal import Journal
from registry_client.chain.keystore import Keystore, LocalAccount
from registry_client.chain.licence_log import LicenceLog
from registry_client.chain.licences import LicenceReader, licences_address
from registry_client.chain.network import checksum, load_network
from registry_client.chain.registry import RegistryReader
from registry_client.chain.sender import Sender
from registry_client.chain.vouchers import VoucherSigner
from registry_client.checks.knowledge import KnowledgeBook
from registry_client.content.fingerprint import fingerprint_file
from registry_client.errors import ConfigurationError
from registry_client.licensing.intents import Intents
from registry_client.licensing.licence_file import Evidence, LicenceFile, Opening
from registry_client.models import Fingerprint, Licence, Network
from registry_client.rights.licence import LicenceIds
from registry_client.store.folder import FolderStore
from registry_client.store.kubo import KuboStore
from registry_client.store.local import ContentStore
from registry_client.store.outbox import Outbox


class Session:
    """One command's run. ``home`` is REGISTRY_HOME or the user's data folder."""

    def __init__(self, network: str, as_json: bool) -> None:
        self.network_name, self.as_json = network, as_json
        self.home = Path(os.environ.get("REGISTRY_HOME") or _data_folder())
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        context = click.get_current_context(silent=True)
        if context is not None:
            context.call_on_close(self.close)

    def close(self) -> None:
        """Let go of the journal's lock, the outbox and the knowledge book."""
        for name in ("journal", "outbox", "book"):
            if name in self.__dict__:
                self.__dict__[name].close()

    @cached_property
    def network(self) -> Network:
        return load_network(self.network_name, self.home)

    @cached_property
    def connection(self) -> Connection:
        connection = Connection(self.network)
        connection.check()
        return connection

    @cached_property
    def reader(self) -> RegistryReader:
        return RegistryReader(self.connection)

    @cached_property
    def licences(self) -> LicenceReader:
        return LicenceReader(self.connection)

    @property
    def licence_contract(self) -> str:
        """The LicenceRegistry's address; asks no node."""
        return licences_address(self.network)

    @property
    def ids(self) -> LicenceIds:
        return LicenceIds(self.network.chain_id, self.licence_contract)

    def log_at(self, block: int) -> LicenceLog:
        """Mandates and licences by the chain's events, all read at one block."""
        return LicenceLog(self.licences, block, self.ids.id_of)

    @cached_property
    def book(self) -> KnowledgeBook:
        """What this client knows of licences beyond the chain: salts, vouchers, opened sales."""
        return KnowledgeBook(self.home / "knowledge.sqlite")

    @cached_property
    def keystore(self) -> Keystore:
        return Keystore(self.home / "keys")

    @cached_property
    def journal(self) -> Journal:
        return Journal(self.home / "journal.sqlite")

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.home / "outbox.sqlite")

    @cached_property
    def folder(self) -> FolderStore:
        return FolderStore(self.home / "blocks")

    @cached_property
    def kubo(self) -> KuboStore | None:
        url = os.environ.get("REGISTRY_IPFS_URL") or self.network.ipfs_url
        return KuboStore(url) if url else None

    @cached_property
    def store(self) -> ContentStore:
        return ContentStore(self.folder, self.kubo, self.outbox)

    def sender(self, account: str, passphrase_file: Path | None) -> Sender:
        """A sender for the account; the passphrase is read from the file or asked for, never an argument."""
        return self.sender_for(self.unlock(account, passphrase_file))

    def sender_for(self, unlocked: LocalAccount) -> Sender:
        """The same for a key that is unlocked already."""
        return Sender(self.connection, self.journal, unlocked)

    def unlock(self, account: str, passphrase_file: Path | None) -> LocalAccount:
        """A key; the passphrase is read from the file or asked for. Raises KeystoreError, ConfigurationError."""
        return self.keystore.unlock(account, read_passphrase(passphrase_file, confirm=False))

    def signer(self, account: str, passphrase_file: Path | None) -> VoucherSigner:
        """Signs vouchers for the account; asks no node."""
        return VoucherSigner(self.unlock(account, passphrase_file))

    def intents(self, address: str) -> Intents:
        """What this account set out to do on this network."""
        return Intents(self.journal, f"{self.network.chain_id}:{self.licence_contract}", address)

    def licence_file(self, licence: Licence, evidence: Evidence, opening: Opening | None) -> LicenceFile:
        """The file that shows a licence of this network."""
        return LicenceFile(self.network.chain_id, self.licence_contract, licence, evidence, opening)

    def address(self, text: str) -> str:
        """An address, or that of a key of this name. Raises ConfigurationError, KeystoreError."""
        if text.lower().startswith("0x"):
            return checksum(text)
        for name, address in self.keystore.entries():
            if name == text:
                return address
        raise ConfigurationError(f"{text}: neither an address (0x and 40 hex digits) nor a key of this name")


def _data_folder() -> Path:
    """The user's data folder: on Linux by the XDG Base Directory Specification, else the system's place for it."""
    if sys.platform.startswith("linux"):
        return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "registry"
    return Path(click.get_app_dir("registry"))


def read_passphrase(file: Path | None, confirm: bool) -> str:
    """The first line of the file, or what the person types. Raises ConfigurationError for an unreadable file."""
    if file is None:
        try:
            return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True))
        except click.Abort:
            if sys.stdin.isatty():
                raise
            raise ConfigurationError("no terminal to ask for the passphrase: use --passphrase-file") from None
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: the passphrase file cannot be read ({error})") from None
    if not lines or not lines[0]:
        raise ConfigurationError(f"{file}: the passphrase file is empty; its first line is the passphrase")
    return lines[0]


def parse_target(text: str) -> tuple[int, Fingerprint | None]:
    """A work id (0x and 64 hex digits), or the path of an image file -> work id, fingerprint if a file.

    Raises ConfigurationError for anything else, ContentError for a file that is no image.
    """
    if re.fullmatch(r"0x[0-9a-fA-F]{64}", text):
        number = int(text, 16)
        if not number:
            raise ConfigurationError(f"{text}: a work id is above zero")
        return number, None
    if _is_file(text):
        found = fingerprint_file(Path(text))
        return int.from_bytes(found.content_hash, "big"), found
    short = text if len(text) <= 80 else text[:77] + "…"
    if re.fullmatch(r"0[xX][0-9a-fA-F]*", text):
        raise ConfigurationError(
            f"{short}: this has {len(text) - 2} hex digits; a work id is 0x and 64 of them, and no file has this name"
        )
    raise ConfigurationError(f"{short}: neither a file nor a work id (0x and 64 hex digits)")


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def hex_id(work_id: int) -> str:
    return f"0x{work_id:064x}"


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--network`` and ``--json``, as every command has them."""
    function = click.option(
        "--network", default=lambda: os.environ.get("REGISTRY_NETWORK", "local"), help="Network name (default: local)."
    )(function)
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")(function)


def key_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--account`` and ``--passphrase-file``, wherever a key is used."""
    function = click.option("--account", required=True, metavar="NAME", help="Key to use, see `registry keys list`.")(
        function
    )
    return passphrase_option(function)


def passphrase_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path),
        help="File whose first line is the passphrase (otherwise it is asked for).",
    )(function)

"""Encrypted keys: one V3 keystore file a name (Web3 Secret Storage). Keys are never printed, logged or passed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from registry_client.chain.network import checksum
from registry_client.errors import ConfigurationError, KeystoreError

__all__ = ["Keystore", "LocalAccount"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_MAX_BYTES = 65_536
_MAX_SCRYPT_BYTES = 1 << 30
_MAX_ROUNDS = 10_000_000


class Keystore:
    """Keys in a folder. ``rounds`` is scrypt's n (a power of two), the strength of the encryption."""

    def __init__(self, folder: Path, rounds: int = 1 << 18) -> None:
        self.folder, self.rounds = folder, rounds

    def new(self, name: str, passphrase: str) -> str:
        """A new random key; returns its address. Raises KeystoreError when the name is taken or not a name."""
        self._free(name)
        return self._write(name, Account.create(), passphrase)

    def import_file(self, name: str, path: Path, old_passphrase: str, new_passphrase: str) -> str:
        """A V3 file under a name, encrypted anew; returns its address."""
        self._free(name)
        account = _decrypt(_load(path), old_passphrase, str(path))
        return self._write(name, account, new_passphrase)

    def entries(self) -> list[tuple[str, str]]:
        """Names and addresses, by name."""
        if not self.folder.is_dir():
            return []
        return [(path.stem, _address(_load(path), path)) for path in sorted(self.folder.glob("*.json"))]

    def unlock(self, name: str, passphrase: str) -> LocalAccount:
        """The key of a name. Raises KeystoreError for an unknown name or a wrong passphrase."""
        path = self._path(name)
        if not path.is_file():
            known = (
                ", ".join(found for found, _ in self.entries()) or "none yet; make one with `registry keys new NAME`"
            )
            raise KeystoreError(f"{name}: no such key (keys: {known})")
        value = _load(path)
        account = _decrypt(value, passphrase, name)
        if account.address != _address(value, path):
            raise KeystoreError(f"{path}: the key file names another address than its key has")
        return account

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise KeystoreError(f"{name}: not a key's name (letters, digits, - and _, at most 64)")
        return self.folder / f"{name}.json"

    def _free(self, name: str) -> None:
        if name.lower().startswith("0x") or name.lower() == "stranger":
            raise KeystoreError(f"{name}: this would be read as an address or as `stranger`; choose another name")
        if self._path(name).exists():
            raise KeystoreError(f"{name}: a key of this name exists; choose another name")

    def _write(self, name: str, account: LocalAccount, passphrase: str) -> str:
        if not passphrase:
            raise ConfigurationError("the passphrase is empty; choose one that nobody guesses")
        path = self._path(name)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = json.dumps(Account.encrypt(account.key, passphrase, kdf="scrypt", iterations=self.rounds))
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)  # unlike a rename, fails where the name was taken meanwhile
        except FileExistsError:
            raise KeystoreError(f"{name}: a key of this name exists; choose another name") from None
        finally:
            draft.unlink(missing_ok=True)
        return str(account.address)


def _load(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        value = json.loads(data) if len(data) <= _MAX_BYTES else None
    except OSError as error:
        raise KeystoreError(f"{path}: the key file cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        value = None
    crypto = value.get("crypto", value.get("Crypto")) if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(crypto, dict) or value.get("version") != 3:
        raise KeystoreError(f"{path}: not a V3 keystore file")
    parameters = crypto.get("kdfparams")
    if not isinstance(parameters, dict) or not _affordable(parameters):
        raise KeystoreError(f"{path}: the key file asks for more memory or time than any wallet does")
    return value


def _affordable(parameters: dict[str, Any]) -> bool:
    numbers = {key: parameters.get(key, 1) for key in ("n", "r", "p", "c", "dklen")}
    if any(not isinstance(n, int) or isinstance(n, bool) or n < 1 for n in numbers.values()):
        return False
    memory: int = 128 * numbers["n"] * numbers["r"] * numbers["p"]
    return bool(memory <= _MAX_SCRYPT_BYTES and numbers["c"] <= _MAX_ROUNDS and numbers["dklen"] <= 64)


def _address(value: dict[str, Any], path: Path) -> str:
    try:
        return checksum("0x" + str(value.get("address", "")).removeprefix("0x").lower())
    except ConfigurationError:
        raise KeystoreError(f"{path}: the key file names no address") from None


def _decrypt(value: dict[str, Any], passphrase: str, what: str) -> LocalAccount:
    try:
        key = Account.decrypt(value, passphrase)
    except (ValueError, KeyError, TypeError, NotImplementedError) as error:
        reason = "wrong passphrase" if "MAC" in str(error) else "the key file is damaged"
        raise KeystoreError(f"{what}: {reason}") from None
    account: LocalAccount = Account.from_key(key)
    return account

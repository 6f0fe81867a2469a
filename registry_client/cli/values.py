"""Values as people write them on the command line, and back: amounts of time, shares, licences' terms."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from registry_client.content.cid import BLOCK_MAX_BYTES, digest_of
from registry_client.errors import ConfigurationError, RegistryError
from registry_client.models import Scope
from registry_client.rights.end_user import written_name
from registry_client.rights.instant import format_instant, parse_instant
from registry_client.rights.vocabulary import parse_media, parse_territories

_DAY = 86_400
_UNITS = {"h": 3_600, "d": _DAY, "w": 7 * _DAY}


class Parsed(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """An option that a function of the library reads; its error is the person's."""

    def __init__(self, name: str, read: Any) -> None:
        self.name, self.read = name, read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self.read(value)
        except RegistryError as error:
            raise ConfigurationError(f"{param.opts[0] if param else self.name}: {error}") from None


def parse_period(text: str) -> int:
    """Seconds of ``30d``, ``12h`` or ``2w``."""
    match = re.fullmatch(r"(\d{1,6})\s*([hdw])", text.strip().lower(), re.ASCII)
    if not match:
        raise ConfigurationError(f"{text!r} is no period: write 30d, 12h or 2w")
    return int(match[1]) * _UNITS[match[2]]


def format_period(seconds: int) -> str:
    for unit, length in (("days", _DAY), ("hours", 3_600), ("minutes", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds // length} {unit if seconds != length else unit[:-1]}"
    return f"{seconds} seconds"


def parse_share(text: str) -> int:
    """Basis points of ``20%``, ``12.5%`` or ``2000bp``."""
    match = re.fullmatch(r"(\d{1,5}(?:\.\d{1,4})?)\s*(%|bp)", text.strip().lower(), re.ASCII)
    points = Decimal(match[1]) * (100 if match[2] == "%" else 1) if match else Decimal("NaN")
    if points.is_nan() or points != points.to_integral_value() or points > 10_000:
        raise ConfigurationError(f"{text!r} is no share: write 20%, 12.5% or 2000bp, at most 100%")
    return int(points)


def format_share(points: int) -> str:
    return f"{points / 100:g} %"


MEDIA = Parsed("media", parse_media)
TERRITORIES = Parsed("territories", parse_territories)
INSTANT = Parsed("time", parse_instant)
AT_HELP = "a date alone is its first second, 00:00 UTC"
END_USER = Parsed("end user", written_name)
PERIOD = Parsed("period", parse_period)
MANDATE_ID = click.IntRange(1, 2**64 - 1)
SHARE = Parsed("share", parse_share)


def terms_digest(text: str, store: Any) -> bytes:
    """SHA-256 (32 bytes) of the legal text: of a file, which is kept in the store, or as 0x and 64 hex digits."""
    if re.fullmatch(r"0x[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text[2:])
    path = Path(text)
    if not path.is_file():
        raise ConfigurationError(f"--terms: {text}: neither a file nor a digest (0x and 64 hex digits)")
    try:
        with path.open("rb") as file:
            data = file.read(BLOCK_MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"--terms: {path}: the file cannot be read ({error.strerror})") from None
    if not data or len(data) > BLOCK_MAX_BYTES:
        raise ConfigurationError(f"--terms: {path}: a legal text has 1 to {BLOCK_MAX_BYTES} bytes")
    return digest_of(store.add_block(data))


def period_of(scope: Scope) -> str:
    """From when until when, in words."""
    start = "the beginning" if scope.start == 0 else format_instant(scope.start)
    return f"from {start} until {format_instant(scope.until)}"


def refuse_existing(path: Path) -> None:
    """Raises ConfigurationError where a file is that must not be lost, or no folder for a new one."""
    if path.is_dir():
        raise ConfigurationError(f"{path}: this is a folder; name a file in it")
    if path.exists() or path.is_symlink():
        raise ConfigurationError(f"{path}: this file exists; choose another name")
    if not path.parent.is_dir():
        raise ConfigurationError(f"{path}: there is no folder {path.parent}")


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """An error of the disk names this file, not the draft of it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None


def write_private(path: Path, data: bytes) -> None:
    """The file appears whole or not at all, and only its owner can read it."""
    if not path.parent.is_dir():
        raise ConfigurationError(f"{path}: there is no folder {path.parent}")
    with naming(path), tempfile.NamedTemporaryFile(dir=path.parent, prefix=".draft-", delete=False) as draft:  # 0600
        try:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
            draft.close()
            Path(draft.name).replace(path)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise

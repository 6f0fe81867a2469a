"""Lines and cells of an agency's file of sales, a line at a time. Source of the form: RFC 4180.

UTF-8, with or without its mark; commas; a header; a sale a line. Nothing is guessed: a file that is another encoding or
has another separator is refused with what to do.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from registry_client.errors import SalesInvalid

MAX_LINE_BYTES = 65_536
COLUMNS = (
    "reference",
    "work",
    "mandate",
    "sold_at",
    "licensee_name",
    "end_user",
    "media",
    "territories",
    "from",
    "until",
    "terms",
)
OPTIONAL_COLUMNS = ("owner", "licensee", "visibility", "flags", "seats")

_CHUNK_BYTES = 1 << 20
_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class RowError:
    """What is wrong with a line (1 is the header), and in which column; None: the line as a whole."""

    line: int
    column: str | None
    message: str

    def __str__(self) -> str:
        return f"line {self.line}" + (f", {self.column}" if self.column else "") + f": {self.message}"


@dataclass(frozen=True)
class Row:
    """A line of the file: ``cells`` by column, stripped; ``errors`` where it cannot be read as one."""

    line: int
    cells: dict[str, str]
    errors: tuple[RowError, ...] = ()


class SalesFile:
    """A file of sales. ``digest`` is the SHA-256 (32 bytes) of what was read so far, ``offset`` how many bytes."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.offset, self.size = path, 0, os.fstat(file.fileno()).st_size
        self._file, self._hash = file, hashlib.sha256()
        self._lines = self._numbered()
        self.header = self._header()

    @property
    def digest(self) -> bytes:
        return self._hash.digest()

    def rows(self) -> Iterator[Row]:
        """Each line that is not blank, in order; the memory does not grow with the file or a line."""
        width = len(self.header)
        for line, data in self._lines:
            cells = _cells(line, data)
            if isinstance(cells, RowError):
                yield Row(line, {}, (cells,))
            elif not any(cells):
                continue
            elif len(cells) != width:
                message = f"{len(cells)} cells where the header has {width}; a comma inside a cell needs quotes"
                yield Row(line, {}, (RowError(line, None, message),))
            else:
                yield Row(line, dict(zip(self.header, cells, strict=True)))

    def _header(self) -> list[str]:
        line, data = next(self._lines, (1, None))
        if data is None or not data.strip(b"\0\r\n\t ,"):
            if line == 1 and data is None and self.size > MAX_LINE_BYTES:
                raise SalesInvalid(f"{self.path}: its first line has more than {MAX_LINE_BYTES} bytes: no header")
            raise SalesInvalid(
                f"{self.path}: it begins without a header; for a report of no sales give its header alone, or no file"
            )
        cells = _cells(1, data)
        if isinstance(cells, RowError):
            raise SalesInvalid(f"{self.path}: {cells}", (str(cells),), 1)
        names = [cell.lower() for cell in cells]
        errors = [f"column {name!r} is missing" for name in COLUMNS if name not in names]
        errors += [f"column {name!r} stands twice" for name in sorted(set(names)) if names.count(name) > 1]
        unknown = [name for name in names if name not in COLUMNS + OPTIONAL_COLUMNS]
        errors += [f"column {name[:40]!r} is unknown" for name in sorted(set(unknown))[:20]]
        if errors:
            if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
                errors.insert(0, "the columns are not separated by commas")
            known = ", ".join(COLUMNS) + "; optional: " + ", ".join(OPTIONAL_COLUMNS)
            told = [str(RowError(1, None, error)) for error in errors]
            raise SalesInvalid(f"{self.path}: {'; '.join(errors)} (columns: {known})", tuple(told), len(told))
        return names

    def _numbered(self) -> Iterator[tuple[int, bytes | None]]:
        """Number and bytes of each line without its end; None for one that is too long."""
        rest, is_long, line = b"", False, 0
        first = True
        while chunk := _read(self._file, self.path):
            self._hash.update(chunk)
            self.offset += len(chunk)
            if first:
                self._require_utf8(chunk)
                chunk, first = chunk.removeprefix(_MARK), False
            *ended, tail = chunk.split(b"\n")
            for data in ended:
                line += 1
                whole = rest + data
                yield line, None if is_long or len(whole) > MAX_LINE_BYTES else whole.removesuffix(b"\r")
                rest, is_long = b"", False
            rest += tail
            if len(rest) > MAX_LINE_BYTES:
                rest, is_long = b"", True
        if rest or is_long:
            yield line + 1, None if is_long else rest.removesuffix(b"\r")

    def _require_utf8(self, chunk: bytes) -> None:
        if chunk.startswith(_WIDE_MARKS) or b"\0" in chunk[:4]:
            raise SalesInvalid(f"{self.path}: it is UTF-16 or UTF-32; save it as CSV in UTF-8")
        if chunk.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise SalesInvalid(f"{self.path}: a workbook, not CSV; save it as CSV in UTF-8")


@contextmanager
def open_sales(path: Path) -> Iterator[SalesFile]:
    """Raises SalesInvalid for a file that cannot be read as sales at all."""
    with _open(path) as file:
        yield SalesFile(path, file)


def digest_of_file(path: Path) -> bytes:
    """SHA-256, 32 bytes. Raises SalesInvalid for a file that cannot be read."""
    found = hashlib.sha256()
    with _open(path) as file:
        while chunk := _read(file, path):
            found.update(chunk)
    return found.digest()


def _open(path: Path) -> BinaryIO:
    if path.exists() and not path.is_file():
        raise SalesInvalid(f"{path}: not a file; it is read twice, so no pipe serves")
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from None


def _read(file: BinaryIO, path: Path) -> bytes:
    try:
        return file.read(_CHUNK_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> SalesInvalid:
    return SalesInvalid(f"{path}: the file cannot be read ({error.strerror})")


def _cells(line: int, data: bytes | None) -> list[str] | RowError:
    if data is None:
        return RowError(
            line, None, f"more than {MAX_LINE_BYTES} bytes; a quote that is not closed, or no file of sales"
        )
    if b"\0" in data:
        return RowError(line, None, "NUL bytes; save the file as CSV in UTF-8")
    if b"\r" in data:
        return RowError(line, None, "a carriage return inside the line; end lines by a line feed")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return RowError(line, None, f"byte {error.start + 1} is not UTF-8; save the file as CSV in UTF-8")
    try:
        found = next(csv.reader((text,), strict=True), [])
    except csv.Error as error:
        reason = "a quote that is not closed" if "unexpected end" in str(error) else str(error)
        return RowError(line, None, f"{reason}; a cell holds no line break, and a quote inside quotes is doubled")
    return [cell.strip() for cell in found]

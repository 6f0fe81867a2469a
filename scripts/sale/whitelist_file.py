"""Reads a whitelist: a CSV file with the header ``address`` or ``address,reference``, one buyer a line.

``reference`` is the operator's own (a case number, never a name); it stays in the file. Strict on purpose: a wrong
line is money that cannot be paid, so nothing is guessed, trimmed or skipped.
"""

from __future__ import annotations

import re
from pathlib import Path

from eth_utils.address import is_checksum_address

from scripts.sale.mistakes import FileMistakes

HEADERS = ("address", "address,reference")
MAX_LINE_BYTES = 1_000
MAX_FILE_BYTES = 256 * 1024 * 1024
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_REFERENCE = re.compile(r"[A-Za-z0-9._/-]{0,64}")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_whitelist(path: Path) -> list[str]:
    """The checksummed addresses in the file's order. Raises FileMistakes with the line of each mistake, OSError."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise FileMistakes(str(path), [("file", f"larger than {MAX_FILE_BYTES} bytes; split it")])
    mistakes: list[tuple[str, str]] = []
    found: dict[str, int] = {}
    columns = 0
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            place = f"line {number}"
            if len(line) > MAX_LINE_BYTES:
                mistakes.append((place, f"longer than {MAX_LINE_BYTES} bytes"))
                _skip_line(file, line)
                continue
            try:
                text = _text(line, number)
                if number == 1:
                    columns = _columns(text)
                else:
                    address = _address(text, columns)
                    if address in found:
                        raise ValueError(f"{address} stands on line {found[address]} already")
                    found[address] = number
            except ValueError as error:
                mistakes.append((place, str(error)))
                if number == 1:
                    break  # what the columns mean is not known
    if number == 0:
        mistakes.append(("line 1", f"the file is empty; the first line is the header `{HEADERS[0]}`"))
    elif not found and not mistakes:
        mistakes.append(("line 2", "no address follows the header"))
    if mistakes:
        raise FileMistakes(str(path), mistakes)
    return list(found)


def _skip_line(file: object, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(65_536)  # type: ignore[attr-defined]


def _text(line: bytes, number: int) -> str:
    if number == 1 and line.startswith(_BOMS):
        raise ValueError("begins with a byte order mark; save the file as UTF-8 without one")
    try:
        text = line.decode("ascii")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1} is not plain text (ASCII); what encoding is this?") from None
    text = text.removesuffix("\n").removesuffix("\r")
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        raise ValueError("holds control characters (a tab, a NUL, a bare carriage return)")
    return text


def _columns(text: str) -> int:
    if text not in HEADERS:
        raise ValueError(f"the header is `{text[:80]}`, but must be `{HEADERS[0]}` or `{HEADERS[1]}`")
    return text.count(",") + 1


def _address(text: str, columns: int) -> str:
    if not text.strip():
        raise ValueError("empty")
    cells = text.split(",")
    for cell in cells:
        if cell.startswith(("=", "+", "-", "@")):
            raise ValueError(f"`{cell[:40]}` is a formula")
    if len(cells) != columns:
        raise ValueError(f"{len(cells)} columns, but the header has {columns} (separated by commas, no quotes)")
    address = cells[0]
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"`{address[:60]}` is not an address (0x and 40 hex digits)")
    if int(address, 16) == 0:
        raise ValueError("the zero address buys nothing")
    if not is_checksum_address(address):
        digits = address[2:]
        plain = digits in (digits.lower(), digits.upper()) and not digits.isdecimal()
        what = "has no checksum (EIP-55), so a slip would go unseen" if plain else "has a wrong checksum; mistyped?"
        raise ValueError(f"{address} {what}")
    if columns == 2 and not _REFERENCE.fullmatch(cells[1]):
        raise ValueError(f"the reference `{cells[1][:40]}` may hold letters, digits and ._/- only, at most 64")
    return address

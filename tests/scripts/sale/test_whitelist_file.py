"""Whitelists as people send them: good ones read whole, bad ones refused with the line of each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from eth_utils.address import to_checksum_address

from scripts.sale.mistakes import FileMistakes
from scripts.sale.whitelist_file import read_whitelist

A, B, C = (to_checksum_address(f"0x{0xABCDEF0123456789 * n:040x}") for n in (3, 5, 7))
WRONG = A[:-1] + ("0" if A[-1] != "0" else "1")


def written(tmp_path: Path, data: bytes | str) -> Path:
    path = tmp_path / "buyers.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def mistakes(tmp_path: Path, data: bytes | str) -> list[tuple[str, str]]:
    with pytest.raises(FileMistakes) as caught:
        read_whitelist(written(tmp_path, data))
    return caught.value.mistakes


@pytest.mark.parametrize(
    "text",
    [
        f"address\n{A}\n{B}\n",
        f"address\r\n{A}\r\n{B}\r\n",
        f"address\n{A}\n{B}",
        f"address,reference\n{A},KYC-2018/0001\n{B},\n",
    ],
)
def test_read_whitelist_answers_the_addresses_in_order(tmp_path: Path, text: str) -> None:
    assert read_whitelist(written(tmp_path, text)) == [A, B]


@pytest.mark.parametrize(
    ("data", "place", "text"),
    [
        ("", "line 1", "empty"),
        ("address\n", "line 2", "no address follows"),
        ("addresses\n" + A, "line 1", "the header is `addresses`"),
        ("Address\n" + A, "line 1", "the header is `Address`"),
        ("address;reference\n" + A, "line 1", "the header is"),
        (A + "\n" + B, "line 1", "the header is"),
        (b"\xef\xbb\xbfaddress\n" + A.encode(), "line 1", "byte order mark"),
        ("address\n".encode("utf-16"), "line 1", "byte order mark"),
        ("address\n".encode("utf-16-le"), "line 1", "control characters"),
        (b"address\n\xff\xfe\n", "line 2", "byte 1 is not plain text"),
        (f"address\n{A}\u00a0\n", "line 2", "byte 43 is not plain text"),
        (f"address\n{A}\t\n", "line 2", "control characters"),
        (f"address\n{A[:20]}\0{A[21:]}\n", "line 2", "control characters"),
        (f"address\n{A}\r{B}\n", "line 2", "control characters"),
        (f"address\n{WRONG}\n", "line 2", "wrong checksum"),
        (f"address\n{A.lower()}\n", "line 2", "has no checksum"),
        (f"address\n0x{A[2:].upper()}\n", "line 2", "has no checksum"),
        (f"address\n{A}\n\n{B}\n", "line 3", "empty"),
        (f"address\n{A}\n   \n{B}\n", "line 3", "empty"),
        (f"address\n{A}\n{B}\n{A}\n", "line 4", "stands on line 2 already"),
        (f"address\n0x{'0' * 40}\n", "line 2", "zero address"),
        (f"address\n{A[2:]}\n", "line 2", "not an address"),
        (f"address\n{A}0\n", "line 2", "not an address"),
        (f"address\n {A}\n", "line 2", "not an address"),
        ("address\nanna.eth\n", "line 2", "not an address"),
        (f"address\n{A},note\n", "line 2", "2 columns, but the header has 1"),
        (f"address,reference\n{A}\n", "line 2", "1 columns, but the header has 2"),
        (f'address\n"{A}"\n', "line 2", "not an address"),
        ('address\n=HYPERLINK("http://127.0.0.1")\n', "line 2", "formula"),
        (f"address,reference\n{A},=1+1\n", "line 2", "formula"),
        (f"address,reference\n{A},Anna Roth\n", "line 2", "the reference"),
        ("address\n" + "x" * 10_000_000 + f"\n{A}\n", "line 2", "longer than 1000 bytes"),
        ("x" * 10_000_000, "line 1", "longer than 1000 bytes"),
    ],
)
def test_read_whitelist_names_the_line_of_a_mistake(tmp_path: Path, data: bytes | str, place: str, text: str) -> None:
    ((found, message),) = mistakes(tmp_path, data)
    assert found == place
    assert text in message


def test_read_whitelist_names_every_mistake(tmp_path: Path) -> None:
    found = mistakes(tmp_path, f"address\n{A}\nx\n{A}\n\n{WRONG}\n{C}\n")
    assert [place for place, _ in found] == ["line 3", "line 4", "line 5", "line 6"]


def test_a_long_list_of_mistakes_is_cut_and_counted(tmp_path: Path) -> None:
    with pytest.raises(FileMistakes, match="200 mistakes") as caught:
        read_whitelist(written(tmp_path, "address\n" + "x\n" * 200))
    assert "and 150 more" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 52

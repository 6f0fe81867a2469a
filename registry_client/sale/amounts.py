"""Ether and tokens as people write them, to and from whole numbers of the smallest unit. No floats anywhere."""

from __future__ import annotations

import re

from registry_client.errors import AmountInvalid

UNIT = 10**18  # wei an ether, and smallest units a token
_DECIMAL = re.compile(r"([0-9]{1,30})(?:\.([0-9]{1,18}))?", re.ASCII)


def parse_amount(text: str) -> int:
    """A decimal such as ``0.1`` or ``2500``, in ether or tokens -> wei or smallest units. Raises AmountInvalid."""
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise AmountInvalid(
            f"{text[:60]}: not an amount; write digits, and a point before at most 18 decimals, as in 0.1 or 2500"
        )
    return int(found[1]) * UNIT + int((found[2] or "").ljust(18, "0"))


def exact(amount: int) -> str:
    """Every digit that counts, none that does not: 100000000000000000 is ``0.1``."""
    whole, part = divmod(abs(amount), UNIT)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}" + (f".{part:018d}".rstrip("0") if part else "")


def grouped(amount: int) -> str:
    """``exact`` with commas between thousands, for people."""
    whole, point, part = exact(amount).partition(".")
    return f"{int(whole):,}{point}{part}" if whole != "-0" else f"-0{point}{part}"

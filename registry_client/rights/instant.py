"""Instants: from what people write to Unix seconds, and back. Source of the form: RFC 3339."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from registry_client.errors import ScopeInvalid
from registry_client.models.scope import FOREVER

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d)?(\.0+)?([Zz]|[+-]\d\d:\d\d)?)?", re.ASCII)
_SECONDS = re.compile(r"\d{1,20}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LAST_YEAR = 253_402_300_800  # the first second of the year 10000


def parse_instant(value: str | int) -> int:
    """Unix seconds (40 bits) of ``2026-11-24`` (its first second, UTC), ``2026-11-24T10:00:00+01:00``, Unix seconds
    or ``forever``.

    Raises ScopeInvalid for a time of day without its zone: the reader's clock must not decide a right; for a date
    that is none; and for a number that is more likely a date (``20261124``, ``2026``) or milliseconds.
    """
    if isinstance(value, int):
        return _in_range(value, str(value)[:40])
    text = value.strip()
    shown = repr(text[:40])
    if text.lower() == "forever":
        return FOREVER
    if _SECONDS.fullmatch(text):
        if re.fullmatch(r"(19|20|21)\d\d((0\d|1[0-2])[0-3]\d)?", text):
            raise ScopeInvalid(f"{shown} reads like a date: write 2026-11-24, or Unix seconds in full")
        return _in_range(int(text), shown)
    match = _DATE.fullmatch(text)
    if not match:
        raise ScopeInvalid(f"{shown} is no date: write 2026-11-24, 2026-11-24T10:00:00Z or Unix seconds")
    date, clock, seconds, _, zone = match.groups()
    if clock and not zone:
        raise ScopeInvalid(f"{shown} has a time without a zone: add Z for UTC, or an offset such as +01:00")
    try:
        local = datetime.fromisoformat(f"{date}T{clock or '00:00'}{seconds or ':00'}+00:00")
        instant = (local - _EPOCH) - _offset(zone)
    except ValueError:
        raise ScopeInvalid(f"{shown} is no date: there is no such day or hour") from None
    return _in_range(instant // timedelta(seconds=1), shown)


def format_instant(seconds: int) -> str:
    """``2026-11-24T10:00:00Z``; ``forever`` for the last instant; Unix seconds beyond the year 9999."""
    if seconds == FOREVER:
        return "forever"
    if not 0 <= seconds < _LAST_YEAR:
        return str(seconds)
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _offset(zone: str | None) -> timedelta:
    if not zone or zone in "Zz":
        return timedelta(0)
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("no such offset")
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)


def _in_range(seconds: int, shown: str) -> int:
    if not 0 <= seconds <= FOREVER:
        raise ScopeInvalid(f"{shown} is outside 1970 to 2^40 Unix seconds; milliseconds are not read")
    return seconds

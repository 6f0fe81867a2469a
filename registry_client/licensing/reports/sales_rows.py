"""From a line's cells to a sale: every column read, every error of the line told. Specification, Sales reports."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from registry_client.content.merkle import owner_bytes, owner_text
from registry_client.errors import EndUserInvalid, LicenceInvalid, ManifestInvalid, ScopeInvalid
from registry_client.licensing.reports.authority import Authority
from registry_client.licensing.reports.rows import Sale
from registry_client.licensing.reports.sales_csv import Row, RowError
from registry_client.models import NO_END_USER, NOBODY, OPEN_SALT, Flags, Licence, Scope
from registry_client.rights.end_user import commit, written_name
from registry_client.rights.instant import format_instant, parse_instant
from registry_client.rights.licence import bytes_of
from registry_client.rights.vocabulary import parse_media, parse_territories

_MAX_TEXT = 200
_FORMULA = tuple("=+-@＝＋－＠")  # what spreadsheets run; full-width forms too
_NUMBER = re.compile(r"\d{1,20}", re.ASCII)
_CLOCK = re.compile(r"\d\d:\d\d|\d{9,}", re.ASCII)
_FLAGS = {flag.name.lower(): flag for flag in Flags if flag.name}
_FLAG_SEPARATORS = re.compile(r"[\s;,]+")


class SalesParser:
    """Reads sales of one report: after ``previous_through`` and up to ``complete_through``, Unix seconds.

    ``seed``: 32 secret bytes, from which each row's nonce and salt are drawn, so that the same rows give the same
    report again.
    """

    def __init__(self, authority: Authority, previous_through: int, complete_through: int, seed: bytes) -> None:
        self._authority, self._seed = authority, seed
        self._previous_through, self._complete_through = previous_through, complete_through

    def sale(self, row: Row, number: int) -> tuple[Sale, str] | list[RowError]:
        """The sale that a line tells of, to stand at row ``number`` of the report, and its owner; or every error."""
        if row.errors:
            return list(row.errors)
        reading = _Reading(row)
        read = self._licence(reading)
        reference, licensee_name = reading.text("reference"), reading.text("licensee_name")
        if reading.errors or read is None:
            return reading.errors
        licence, name, is_open = read
        for column, message in self._authority.faults(licence):
            reading.fault(column, message)
        owner = self._authority.owner_under(licence.mandate)
        if reading.errors or owner is None:
            return reading.errors
        nonce, salt = secrets_of(self._seed, number)
        salt = OPEN_SALT if is_open else salt
        values = {**licence.__dict__, "nonce": nonce, "end_user": commit(name, salt) if name else NO_END_USER}
        return Sale(Licence(**values), name, salt if name else None, licensee_name, reference), owner

    def _licence(self, reading: _Reading) -> tuple[Licence, str | None, bool] | None:
        """The licence without its end user, who that is, and whether everybody may know; None after a fault."""
        work_id = int.from_bytes(reading.digest("work"), "big")
        mandate, seats = reading.number("mandate", 64), reading.number("seats", 32)
        sold_at = self._sold_at(reading)
        scope = reading.scope()
        terms, flags = reading.digest("terms"), reading.flags()
        licensee = reading.address("licensee") or NOBODY
        name = reading.end_user(seats > 0 and licensee != NOBODY)
        is_open = reading.is_open()
        owner = reading.address("owner")
        if reading.errors or scope is None:
            return None
        top = self._authority.owner_under(mandate)
        if owner is not None and top is not None and top != owner:
            reading.fault("owner", f"mandate {mandate} is {top}'s, not this owner's")
        licence = Licence(
            work_id,
            self._authority.agent,
            scope,
            terms,
            mandate=mandate,
            licensee=licensee,
            flags=flags,
            seats=seats,
            issued_at=sold_at,
        )
        return licence, name, is_open

    def _sold_at(self, reading: _Reading) -> int:
        text = reading.cells["sold_at"]
        if text and not _CLOCK.search(text):
            reading.fault("sold_at", f"{text[:40]!r} is no instant: write 2026-11-24T10:00:00+01:00")
            return 0
        sold_at = reading.instant("sold_at")
        if sold_at is None:
            return 0
        if sold_at <= self._previous_through:
            closed = format_instant(self._previous_through)
            reading.fault("sold_at", f"the books are closed through {closed}; this sale can no longer be reported")
        elif sold_at > self._complete_through:
            reading.fault("sold_at", f"after {format_instant(self._complete_through)}; it belongs into a later report")
        return sold_at


class _Reading:
    """A line under reading: each method reads a column, and keeps what is wrong with it in ``errors``."""

    def __init__(self, row: Row) -> None:
        self.cells, self.errors, self._line = row.cells, list[RowError](), row.line

    def fault(self, column: str, message: object) -> None:
        self.errors.append(RowError(self._line, column, str(message)))

    def text(self, column: str) -> str:
        text = self.cells[column]
        if fault := _text_fault(text):
            self.fault(column, fault)
        return " ".join(text.split())

    def digest(self, column: str) -> bytes:
        """Zeros after a fault."""
        try:
            found = bytes_of(self.cells[column].lower(), column)
        except LicenceInvalid:
            found = bytes(32)
        if not any(found):
            self.fault(column, f"{self.cells[column][:80]!r}: 0x and 64 hex digits are wanted")
        return found

    def number(self, column: str, bits: int) -> int:
        """0 for an empty cell, and after a fault."""
        text = self.cells.get(column) or "0"
        if not _NUMBER.fullmatch(text) or int(text) >= 1 << bits:
            self.fault(column, f"{text[:40]!r} is no whole number of at most {bits} bits")
            return 0
        return int(text)

    def instant(self, column: str) -> int | None:
        try:
            return _instant(self.cells[column])
        except ScopeInvalid as error:
            self.fault(column, error)
            return None

    def scope(self) -> Scope | None:
        media = territories = None
        try:
            media = parse_media(self.cells["media"])
        except ScopeInvalid as error:
            self.fault("media", error)
        try:
            territories = parse_territories(self.cells["territories"])
        except ScopeInvalid as error:
            self.fault("territories", error)
        start, until = self.instant("from"), self.instant("until")
        if media is None or territories is None or start is None or until is None:
            return None
        if start >= until:
            self.fault("until", "the licence ends before it begins")
        return _scope(media, territories, start, until)

    def flags(self) -> Flags:
        found = Flags.NONE
        for word in filter(None, _FLAG_SEPARATORS.split(self.cells.get("flags", "").lower())):
            if word not in _FLAGS:
                self.fault("flags", f"{word[:40]!r} is none of {', '.join(_FLAGS)}")
            else:
                found |= _FLAGS[word]
        return found

    def address(self, column: str) -> str | None:
        text = self.cells.get(column)
        if not text:
            return None
        try:
            return _address(text)
        except ManifestInvalid as error:
            self.fault(column, error)
            return None

    def end_user(self, may_be_named_later: bool) -> str | None:
        text = self.cells["end_user"]
        if not text:
            if not may_be_named_later and not any(error.column in ("seats", "licensee") for error in self.errors):
                told = "name a domain or a party, or give seats and the licensee's account, which names end users later"
                self.fault("end_user", told)
            return None
        if fault := _text_fault(text, longest=2_000):
            self.fault("end_user", fault)
            return None
        try:
            return written_name(text)
        except EndUserInvalid as error:
            self.fault("end_user", error)
            return None

    def is_open(self) -> bool:
        text = self.cells.get("visibility", "").lower()
        if text not in ("", "sealed", "open"):
            self.fault("visibility", f"{text[:40]!r} is neither sealed nor open")
        return text == "open"


def secrets_of(seed: bytes, row: int) -> tuple[int, bytes]:
    """A row's nonce (64 bits) and salt (32 bytes): BLAKE2b under the report's seed."""
    drawn = hashlib.blake2b(row.to_bytes(8, "big"), key=seed, digest_size=40, person=b"GCR report rows").digest()
    return int.from_bytes(drawn[:8], "big"), drawn[8:]


def work_in(row: Row) -> int | None:
    """The work that a line is about, None where it does not say."""
    try:
        return int.from_bytes(bytes_of(row.cells.get("work", "").lower(), "work"), "big")
    except LicenceInvalid:
        return None


def _text_fault(text: str, longest: int = _MAX_TEXT) -> str | None:
    if not text or len(text) > longest:
        return f"a text of 1 to {longest} characters is wanted"
    if text.startswith(_FORMULA):
        return f"{text[:20]!r} begins like a formula, which a spreadsheet would run; write it without {text[0]!r}"
    if not text.isprintable() and not text.replace("\N{NO-BREAK SPACE}", " ").replace("\t", " ").isprintable():
        return "control or invisible characters"
    return None


@lru_cache(maxsize=65_536)
def _instant(text: str) -> int:
    return parse_instant(text)


@lru_cache(maxsize=4_096)
def _scope(media: int, territories: int, start: int, until: int) -> Scope:
    return Scope(media, territories, start, until)


@lru_cache(maxsize=65_536)
def _address(text: str) -> str:
    found = owner_text(owner_bytes(text))
    if text[2:] not in (found[2:], text[2:].lower(), text[2:].upper()):
        raise ManifestInvalid(f"{text!r}: its upper and lower case is not that of an address; copy it anew (ERC-55)")
    return found

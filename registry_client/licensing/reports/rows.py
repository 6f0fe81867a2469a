"""A sale as bytes: what a sealed block, an open block and an agency's own books hold. Specification, Sales reports."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from registry_client.content.merkle import owner_bytes, owner_text
from registry_client.errors import LicenceInvalid, ReportInvalid, ScopeInvalid
from registry_client.models import NO_END_USER, Flags, KnownLicence, Licence, ReportRow, Scope
from registry_client.rights.end_user import commit
from registry_client.rights.licence import LicenceIds

MAX_TEXT_BYTES = 1_024

# row, mandate, work, licensee, salt, media, from, until, territories, terms, flags, seats, issued at, nonce, lengths
_HEAD = struct.Struct(">LQ32s20s32sQQQ32s32sBLQQHHH")


@dataclass(frozen=True)
class Sale:
    """A licence that was sold, and to whom.

    ``name`` and ``salt`` open the licence's end user, None where none was named. ``licensee_name`` and ``reference``
    (the agency's own) are empty in a row that is open to everybody. ``is_open``: everybody may read the end user.
    """

    licence: Licence
    name: str | None
    salt: bytes | None
    licensee_name: str
    reference: str

    @property
    def is_open(self) -> bool:
        return self.salt is not None and not any(self.salt)


@dataclass(frozen=True)
class OpenedRow:
    """A sale at its place in a report; its id was computed anew and stands there in the report's tree."""

    agent: str
    index: int
    row: int
    owner: str
    licence_id: bytes
    sale: Sale

    @property
    def place(self) -> ReportRow:
        return ReportRow(self.agent, self.index, self.row)

    def known(self) -> KnownLicence:
        """What a check needs of it."""
        sale = self.sale
        source = f"report {self.index} of {self.agent}, row {self.row}"
        return KnownLicence(sale.licence, self.licence_id, self.place, sale.name, sale.salt, source)


def encode_row(row: int, sale: Sale) -> bytes:
    """One record. Every licence of a report is its agency's, without ``redeem_until``."""
    licence = sale.licence
    scope = licence.scope
    texts = [text.encode("utf-8") for text in (sale.name or "", sale.licensee_name, sale.reference)]
    head = _HEAD.pack(
        row,
        licence.mandate,
        licence.work_id.to_bytes(32, "big"),
        owner_bytes(licence.licensee),
        sale.salt or bytes(32),
        scope.media,
        scope.start,
        scope.until,
        scope.territories.to_bytes(32, "big"),
        licence.terms,
        licence.flags,
        licence.seats,
        licence.issued_at,
        licence.nonce,
        *map(len, texts),
    )
    return head + b"".join(texts)


def decode_rows(data: bytes, count: int, agent: str, what: str) -> Iterator[tuple[int, Sale]]:
    """``count`` records, then zeros up to the end. Raises ReportInvalid that begins with ``what``."""
    at = 0
    for _ in range(count):
        if at + _HEAD.size > len(data):
            raise ReportInvalid(f"{what}: fewer rows than it says")
        head = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        texts = []
        for length in head[14:]:
            if length > MAX_TEXT_BYTES or at + length > len(data):
                raise ReportInvalid(f"{what}: a text that is too long")
            try:
                texts.append(data[at : at + length].decode("utf-8"))
            except UnicodeDecodeError:
                raise ReportInvalid(f"{what}: a text that is not UTF-8") from None
            at += length
        yield head[0], _sale(head, texts, agent, what)
    if any(data[at:]):
        raise ReportInvalid(f"{what}: bytes after its last row")


def id_of(sale: Sale, ids: LicenceIds, what: str) -> bytes:
    """The licence's id. Raises ReportInvalid for a licence that no contract can hold."""
    try:
        return ids.id_of(sale.licence)
    except LicenceInvalid as error:
        raise ReportInvalid(f"{what}: {error}") from None


def _sale(head: tuple[int | bytes, ...], texts: list[str], agent: str, what: str) -> Sale:
    _, mandate, work, licensee, salt, media, start, until, territories, terms, flags, seats, issued, nonce = head[:14]
    name, licensee_name, reference = texts
    try:
        licence = Licence(
            work_id=int.from_bytes(work, "big"),  # type: ignore[arg-type]
            licensor=agent,
            scope=Scope(media, int.from_bytes(territories, "big"), start, until),  # type: ignore[arg-type]
            terms=terms,  # type: ignore[arg-type]
            mandate=mandate,  # type: ignore[arg-type]
            licensee=owner_text(licensee),  # type: ignore[arg-type]
            end_user=commit(name, salt) if name else NO_END_USER,  # type: ignore[arg-type]
            flags=Flags(flags),  # type: ignore[arg-type]
            seats=seats,  # type: ignore[arg-type]
            issued_at=issued,  # type: ignore[arg-type]
            nonce=nonce,  # type: ignore[arg-type]
        )
    except (ScopeInvalid, ValueError) as error:
        raise ReportInvalid(f"{what}: a licence that cannot be ({error})") from None
    if any(ord(character) < 32 or ord(character) == 127 for text in texts for character in text):
        raise ReportInvalid(f"{what}: a text with control characters")
    return Sale(licence, name or None, salt if name else None, licensee_name, reference)  # type: ignore[arg-type]

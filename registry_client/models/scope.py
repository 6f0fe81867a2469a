"""What a licence or a mandate covers, as the contracts see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry_client.errors import ScopeInvalid

FOREVER = 2**40 - 1  # the last instant there is: an ``until`` that means "no end"

_BITS = {"media": 64, "territories": 256, "start": 40, "until": 40}


@dataclass(frozen=True)
class Scope:
    """Source: ``interfaces/Scope.sol`` (its fields stand in another order there: ``as_tuple``, ``from_tuple``);
    ``start`` is the contract's and JSON's ``from``, a reserved word here.

    ``media`` a bit per media class, ``territories`` a bit per country (specification, Vocabulary and scope), ``start``
    the first second inside and ``until`` the first second after, both Unix. Raises ScopeInvalid for a field that its
    contract type does not hold.
    """

    media: int
    territories: int
    start: int
    until: int

    def __post_init__(self) -> None:
        for name, bits in _BITS.items():
            value = getattr(self, name)
            if type(value) is not int or not 0 <= value < 2**bits:
                raise ScopeInvalid(f"a scope's {_outside_name(name)} is a whole number of at most {bits} bits")

    @property
    def is_empty(self) -> bool:
        """Whether it covers nothing."""
        return self.media == 0 or self.territories == 0 or self.start >= self.until

    def is_within(self, outer: Scope) -> bool:
        """Whether everything in it is in ``outer``."""
        return not self.fields_outside(outer)

    def fields_outside(self, outer: Scope) -> tuple[str, ...]:
        """The fields, by their outside names, in which it reaches beyond ``outer``; none if it is within."""
        beyond = {
            "media": self.media & ~outer.media != 0,
            "territories": self.territories & ~outer.territories != 0,
            "from": self.start < outer.start,
            "until": self.until > outer.until,
        }
        return tuple(name for name, is_beyond in beyond.items() if is_beyond)

    def overlaps(self, other: Scope) -> bool:
        """Whether something is in both."""
        return (
            self.media & other.media != 0
            and self.territories & other.territories != 0
            and self.start < other.until
            and other.start < self.until
        )

    def as_tuple(self) -> tuple[int, int, int, int]:
        """The fields in the order of the contract's struct."""
        return self.media, self.start, self.until, self.territories

    @classmethod
    def from_tuple(cls, fields: tuple[int, int, int, int]) -> Scope:
        """Read what the contract gives. Raises ScopeInvalid."""
        media, start, until, territories = fields
        return cls(media, territories, start, until)

    def to_json(self) -> dict[str, Any]:
        """``media`` and ``territories`` as 0x-hex (JSON numbers hold 53 bits), ``from`` and ``until`` as numbers."""
        return {
            "media": hex(self.media),
            "territories": hex(self.territories),
            "from": self.start,
            "until": self.until,
        }

    @classmethod
    def from_json(cls, value: object) -> Scope:
        """Read ``to_json``'s form; bit sets may also be numbers. Raises ScopeInvalid for any other form."""
        if not isinstance(value, Mapping) or set(value) != {"media", "territories", "from", "until"}:
            raise ScopeInvalid("a scope has exactly the fields media, territories, from and until")
        return cls(_bits(value["media"]), _bits(value["territories"]), value["from"], value["until"])


def _bits(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    digits = value.removeprefix("0x")
    if digits == value or not 1 <= len(digits) <= 64 or set(digits) - set("0123456789abcdefABCDEF"):
        raise ScopeInvalid(f"{value[:80]!r} is not a bit set: 0x and at most 64 hex digits")
    return int(digits, 16)


def _outside_name(name: str) -> str:
    return "from" if name == "start" else name

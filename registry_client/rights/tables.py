"""The tables of media and territories, as they ship in ``data``. One bit for ever per code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Table:
    """A vocabulary.

    ``bits``: code to bit number. ``names``: code, or set's code, to our short word. ``sets``: a set's code to its bits.
    ``aliases``: another spelling to the code. ``whole`` is the code of the largest set. ``printed`` are the sets that
    stand in printed text: elsewhere single codes say it more exactly. ``kind`` is what an entry is, ``hint`` how to
    write one.
    """

    kind: str
    hint: str
    whole: str
    bits: Mapping[str, int]
    names: Mapping[str, str]
    sets: Mapping[str, int]
    printed: Mapping[str, int]
    aliases: Mapping[str, str]

    @property
    def assigned(self) -> int:
        """Every bit that has a code."""
        return sum(1 << bit for bit in self.bits.values())

    def mask(self, code: str) -> int | None:
        """The bits of a code, set or alias in upper case, or None."""
        code = self.aliases.get(code, code)
        if code in self.bits:
            return 1 << self.bits[code]
        return self.sets.get(code)

    def codes(self, value: int) -> list[str]:
        """The single codes in ``value``, in the order of their bits; a bit without a code reads ``bit250?``."""
        by_bit = {bit: code for code, bit in self.bits.items()}
        return [by_bit.get(bit, f"bit{bit}?") for bit in range(value.bit_length()) if value >> bit & 1]


@lru_cache
def media_table() -> Table:
    """``data/media.json``. ALL is every class assigned today: what no one has named yet is in no licence."""
    data = _load("media")
    bits = {row["code"]: row["bit"] for row in data["media"]}
    sets = {row["code"]: _mask(bits, row["members"]) for row in data["groups"]}
    whole = {data["all"]["code"]: _mask(bits, " ".join(bits))}
    return Table(
        kind="medium",
        hint="media are written by PLUS class code (2WEB, 2SOC), group (BOOKS) or ALL",
        whole=data["all"]["code"],
        bits=bits,
        names={row["code"]: row["label"] for row in (*data["media"], *data["groups"], data["all"])},
        sets=sets | whole,
        printed=whole,
        aliases={},
    )


@lru_cache
def territory_table() -> Table:
    """``data/countries.json`` and ``data/regions.json``. WORLDWIDE is all 256 bits, also those of countries to come."""
    countries, regions = _load("countries"), _load("regions")
    bits = {row["code"]: row["bit"] for row in countries["countries"]}
    sets = {row["code"]: _mask(bits, _joined(row["members"])) for row in regions["regions"]}
    sets[regions["world"]["code"]] = 2**256 - 1
    return Table(
        kind="territory",
        hint="territories are written by ISO 3166-1 code (DE), region (EU, DACH) or WORLDWIDE",
        whole=regions["world"]["code"],
        bits=bits,
        names={row["code"]: row["name"] for row in (*countries["countries"], *regions["regions"], regions["world"])},
        sets=sets,
        printed=sets,
        aliases=countries["aliases"],
    )


def _load(name: str) -> dict[str, Any]:
    path = resources.files("registry_client.rights") / "data" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _joined(members: str | list[str]) -> str:
    return members if isinstance(members, str) else " ".join(members)


def _mask(bits: Mapping[str, int], members: str) -> int:
    return sum(1 << bits[code] for code in members.split())

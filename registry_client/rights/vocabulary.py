"""Media and territories: from what people write to bits, and back. Specification, Vocabulary and scope.

A list is ``EU, CH`` or ``EU,CH,-DE`` or ``WORLDWIDE except DE``: codes and sets, separated by commas or spaces; what
is excluded is taken from the whole list wherever it stands. What is printed here can be read again.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

from registry_client.errors import ScopeInvalid
from registry_client.rights.tables import Table, media_table, territory_table

_MAX_TEXT = 4_000
_MAX_SHOWN = 40
_SEPARATORS = re.compile(r"[\s,;|]+")


@lru_cache(maxsize=4_096)
def parse_media(text: str) -> int:
    """The media bits (64) of ``2WEB,2SOC`` or ``ALL``. Raises ScopeInvalid, with what was perhaps meant."""
    return _parse(text, media_table())


@lru_cache(maxsize=4_096)
def parse_territories(text: str) -> int:
    """The territory bits (256) of ``EU,CH,-DE``. Raises ScopeInvalid, with what was perhaps meant."""
    return _parse(text, territory_table())


@lru_cache(maxsize=4_096)
def format_media(value: int) -> str:
    """``2WEB, 2SOC``, in the table's order; ``none`` for 0; ``bit60?`` for a bit that this table does not know."""
    return _joined(*_terms(value, media_table()))


@lru_cache(maxsize=4_096)
def format_territories(value: int) -> str:
    """``EU, CH`` or ``WORLDWIDE except DE``, the shortest such; ``none`` for 0; ``bit250?`` for an unknown bit."""
    return _joined(*_terms(value, territory_table()))


def describe_media(value: int) -> str:
    """The same in words: ``website (advertising), social media``."""
    return _described(value, media_table())


def describe_territories(value: int) -> str:
    """The same in words: ``European Union, Switzerland``."""
    return _described(value, territory_table())


def _parse(text: str, table: Table) -> int:
    if len(text) > _MAX_TEXT:
        raise ScopeInvalid(f"a list of {len(text)} characters is too long; {table.hint}")
    included, excluded, unknown = 0, {}, []
    is_exception = False
    for word in filter(None, _SEPARATORS.split(text.upper().replace("\N{MINUS SIGN}", "-"))):
        if word == "EXCEPT":
            is_exception = True
            continue
        code = word.removeprefix("-")
        mask = table.mask(code)
        if mask is None:
            unknown.append(code)
        elif is_exception or code != word:
            excluded[code] = mask
        else:
            included |= mask
    if unknown:
        raise ScopeInvalid("; ".join(_unknown(code, table) for code in unknown[:5]) + f" ({table.hint})")
    if not included:
        raise ScopeInvalid(f"no {table.kind} is given; {table.hint}")
    for code, mask in excluded.items():
        if not mask & included:
            raise ScopeInvalid(f"{code} is excluded from a list that does not hold it")
    value = included & ~_union(excluded.values())
    if not value:
        raise ScopeInvalid(f"nothing is left of this list: every {table.kind} in it is also excluded")
    return value


def _union(masks: Iterable[int]) -> int:
    """All bits that are in any of ``masks``."""
    total = 0
    for mask in masks:
        total |= mask
    return total


def _unknown(code: str, table: Table) -> str:
    """What to say of a code that is none, with up to three that were perhaps meant."""
    shown = code[:_MAX_SHOWN]
    scores = {known: _likeness(shown, known, name.upper()) for known, name in table.names.items()}
    near = sorted((known for known, score in scores.items() if score), key=lambda known: -scores[known])[:3]
    said = f"{shown!r} is no {table.kind}"
    if not near:
        return said
    return said + ": did you mean " + " or ".join(f"{known} ({table.names[known]})" for known in near) + "?"


def _likeness(word: str, code: str, name: str) -> float:
    """1 where the word is the name, 0 where it is like neither code nor name, else how near it comes to one of them."""
    if name == word:
        return 1
    best = 0.9 if name.startswith(word) and len(word) > 3 else 0.0
    matcher = difflib.SequenceMatcher(b=word, autojunk=False)
    for known, least in ((code, 0.6), (name, 0.8)):
        matcher.set_seq1(known)
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least and matcher.ratio() >= least:
            best = max(best, matcher.ratio())
    return best


def _terms(value: int, table: Table) -> tuple[list[str], list[str]]:
    """The fewest codes and sets found that say ``value``: those included, those excluded."""
    best: tuple[list[str], list[str]] = (_cover(value, table), [])
    for mask in table.printed.values():
        missing = mask & ~value
        if value & mask and missing and not missing & ~table.assigned:
            terms = (_cover(value | missing, table), _cover(missing, table))
            best = min(best, terms, key=_length)
    return best


def _length(terms: tuple[list[str], list[str]]) -> tuple[int, int]:
    """What to keep small: first the bits that have no code, then the entries."""
    included, excluded = terms
    return sum(code.endswith("?") for code in included), len(included) + len(excluded)


def _cover(value: int, table: Table) -> list[str]:
    """Sets within ``value``, the one that adds most first, then single codes."""
    found = []
    rest = value
    inside = {code: mask for code, mask in table.printed.items() if not mask & ~value}
    while inside:
        code = max(inside, key=lambda known: ((inside[known] & rest).bit_count(), -inside[known].bit_count()))
        gained = inside.pop(code) & rest
        if gained.bit_count() < 2:
            break
        found.append(code)
        rest &= ~gained
    return found + table.codes(rest)


def _joined(included: list[str], excluded: list[str]) -> str:
    return (", ".join(included) or "none") + (" except " + ", ".join(excluded) if excluded else "")


def _described(value: int, table: Table) -> str:
    included, excluded = _terms(value, table)
    return _joined([table.names.get(code, code) for code in included], [table.names.get(c, c) for c in excluded])

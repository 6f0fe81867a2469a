"""A verdict as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum, Flag
from typing import Any

from registry_client.checks.explain import sentences
from registry_client.checks.verdict import FieldOutside, Verdict
from registry_client.models import Licence, Outside, Scope
from registry_client.rights import licence as licences
from registry_client.rights.instant import format_instant
from registry_client.rights.vocabulary import format_media, format_territories


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """Every field; ids and bytes as 0x-hex, bit sets as 0x-hex and in words, times as Unix seconds and in words."""
    question = verdict.question
    found: dict[str, Any] = {
        "verdict": verdict.kind.value,
        "reason": verdict.reason,
        "explanation": sentences(verdict),
        **{
            field.name: _plain(getattr(verdict, field.name))
            for field in fields(verdict)
            if field.name not in ("kind", "reason")
        },
        "outside": _plain(verdict.outside),
    }
    found["question"] |= {
        "media": hex(question.media),
        "territories": hex(question.territories),
        "media_codes": format_media(question.media) if question.media else None,
        "territory_codes": format_territories(question.territories) if question.territories else None,
        "time_text": format_instant(question.time),
    }
    found["sealed"]["total"] = verdict.sealed.total
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Licence):
        return licences.to_json(value)
    if isinstance(value, Scope):
        return value.to_json()
    if isinstance(value, Outside):
        return [flag.name.lower() for flag in Outside if flag.name and flag in value and flag]
    if isinstance(value, FieldOutside):
        return {"field": value.field, "licence": value.licence, "use": value.use}
    if is_dataclass(value):
        return {field.name: _named(field.name, getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum) and not isinstance(value, Flag):
        return value.value
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def _named(name: str, value: Any) -> Any:
    return f"0x{value:064x}" if name == "work_id" and isinstance(value, int) else _plain(value)

"""The metadata record, specification 1.3: schema.org ImageObject as canonical JSON, one raw block."""

from __future__ import annotations

import json
import unicodedata
from typing import Any
from urllib.parse import urlsplit

from registry_client.content.cid import parse
from registry_client.errors import MetadataInvalid, RegistryError
from registry_client.models import Fingerprint

MAX_BYTES = 65_536
MAX_TEXT = 2_000
MAX_KEYWORDS = 100
TEXTS = ("name", "creator", "creditText", "copyrightNotice", "caption", "dateCreated")
_REQUIRED: dict[str, type] = {
    "@context": str,
    "@type": str,
    "contentHash": str,
    "fingerprint": str,
    "fingerprintAlgorithm": str,
    "fingerprintQuality": int,
    "width": int,
    "height": int,
    "encodingFormat": str,
    "contentSize": int,
}


def build_record(
    fingerprint: Fingerprint,
    embedded: dict[str, Any],
    given: dict[str, Any],
    preview: str | None = None,
    original: str | None = None,
) -> bytes:
    """The record's bytes. ``given`` (by the user) wins over ``embedded``; both hold the field names of 1.3.

    Raises MetadataInvalid for a given value that is no sensible one, and for a record above 65,536 bytes.
    """
    values = embedded | {name: _given(name, value) for name, value in given.items()}
    record: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ImageObject",
        "contentHash": "0x" + fingerprint.content_hash.hex(),
        "fingerprint": "0x" + fingerprint.fingerprint.hex(),
        "fingerprintAlgorithm": fingerprint.algorithm,
        "fingerprintQuality": fingerprint.quality,
        "width": fingerprint.width,
        "height": fingerprint.height,
        "encodingFormat": fingerprint.media_type,
        "contentSize": fingerprint.size,
    }
    record |= {name: values[name] for name in (*TEXTS, "keywords", "license") if values.get(name)}
    if values.get("licensor"):
        record["licensor"] = {"@type": "Organization", "url": values["licensor"]}
    record |= {name: cid for name, cid in (("preview", preview), ("original", original)) if cid}
    data = _canonical(record)
    if len(data) > MAX_BYTES:
        raise MetadataInvalid(f"the metadata record has {len(data)} bytes, more than {MAX_BYTES}; shorten its texts")
    return data


def parse_record(data: bytes) -> dict[str, Any]:
    """Read a record. Raises MetadataInvalid unless it is canonical, whole and of the right types."""
    if len(data) > MAX_BYTES:
        raise MetadataInvalid(f"a metadata record has at most {MAX_BYTES} bytes, not {len(data)}")
    try:
        record = json.loads(data.decode("utf-8"))
        canonical = _canonical(record)
    except (ValueError, RecursionError):
        raise MetadataInvalid("the metadata record is not JSON in UTF-8") from None
    if not isinstance(record, dict) or canonical != data:
        raise MetadataInvalid("the metadata record is not an object in canonical form")
    for name, kind in _REQUIRED.items():
        if type(record.get(name)) is not kind:
            raise MetadataInvalid(f"the metadata record's {name} is missing or of a wrong type")
    for name in TEXTS:
        if name in record and not isinstance(record[name], str):
            raise MetadataInvalid(f"the metadata record's {name} is not a text")
    for name in ("preview", "original"):
        if name in record:
            try:
                parse(record[name])
            except RegistryError as error:
                raise MetadataInvalid(f"the metadata record's {name}: {error}") from None
    return record


def clean_text(value: object) -> str:
    """One line of sensible text, or the empty string: NFC, no control characters, at most 2,000 characters."""
    if not isinstance(value, str):
        return ""
    text = "".join(" " if c.isspace() else c for c in value if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(unicodedata.normalize("NFC", text).split())[:MAX_TEXT].strip()


def clean_keywords(value: object) -> list[str]:
    """At most 100 texts, each once, in their order."""
    values = value if isinstance(value, list | tuple) else [value]
    return list(dict.fromkeys(filter(None, map(clean_text, values))))[:MAX_KEYWORDS]


def clean_url(value: object) -> str:
    """An http or https address, or the empty string."""
    text = clean_text(value)
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        good = False
    return text if good else ""


def _given(name: str, value: object) -> object:
    cleaned: object
    if name == "keywords":
        cleaned = clean_keywords(value)
    elif name in ("licensor", "license"):
        cleaned = clean_url(value)
        if not cleaned:
            raise MetadataInvalid(f"{name}: {value!r} is not an http or https address")
    elif name in TEXTS:
        cleaned = clean_text(value)
    else:
        raise MetadataInvalid(f"{name}: no such field of a metadata record")
    if not cleaned:
        raise MetadataInvalid(f"{name}: {value!r} is empty")
    return cleaned


def _canonical(record: object) -> bytes:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")

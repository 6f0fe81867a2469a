"""All that is learnt from one image file, from one reading of its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry_client.content.embedded import read_embedded
from registry_client.content.fingerprint import fingerprint_bytes
from registry_client.content.image import read_file
from registry_client.content.preview import preview_jpeg
from registry_client.models import Fingerprint


@dataclass(frozen=True)
class Examined:
    """``embedded`` holds fields of specification 1.3; ``preview`` a JPEG, if it was asked for."""

    fingerprint: Fingerprint
    embedded: dict[str, Any]
    preview: bytes | None


def examine_file(path: Path) -> Examined:
    """Fingerprint and embedded metadata. Raises ImageUnreadable, ImageUnsupported."""
    data = read_file(path)
    return Examined(fingerprint_bytes(data, path), read_embedded(data), None)


def examine_file_with_preview(path: Path) -> Examined:
    """The same, and the preview."""
    data = read_file(path)
    return Examined(fingerprint_bytes(data, path), read_embedded(data), preview_jpeg(data, path))

"""Content hash and perceptual fingerprint, specification 1.1 and 1.2."""

from __future__ import annotations

import hashlib
from pathlib import Path

import imagehash
import numpy as np
from PIL import Image

from registry_client.content.image import MEDIA_TYPES, decode, on_white, open_image, read_file
from registry_client.models import Fingerprint

ALGORITHM = "phash-256-v1"
LOW_QUALITY = 10
_HASH_SIDE = 16
_GREY_SIDE = 64
_DRAFT_SIZE = (256, 256)


def fingerprint_file(path: Path) -> Fingerprint:
    """Raises ImageUnreadable or ImageUnsupported, which name the file and what to do."""
    return fingerprint_bytes(read_file(path), path)


def fingerprint_bytes(data: bytes, name: object) -> Fingerprint:
    """The fingerprint of a file's bytes; ``name`` stands in errors."""
    image = open_image(data, name)
    width, height = image.size
    image.draft("L", _DRAFT_SIZE)  # does nothing but for JPEG
    grey = on_white(decode(image, name)).convert("L").resize((_GREY_SIDE, _GREY_SIDE), Image.Resampling.LANCZOS)
    bits = imagehash.phash(grey, hash_size=_HASH_SIDE).hash
    return Fingerprint(
        content_hash=hashlib.sha256(data).digest(),
        fingerprint=np.packbits(bits.flatten()).tobytes(),
        algorithm=ALGORITHM,
        quality=min(100, round(float(np.asarray(grey, dtype=np.float64).std()))),
        width=width,
        height=height,
        media_type=MEDIA_TYPES[image.format or "JPEG"],
        size=len(data),
    )


def hamming(a: bytes, b: bytes) -> int:
    """Bits that differ, of 256; small for renditions of one picture."""
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).bit_count()

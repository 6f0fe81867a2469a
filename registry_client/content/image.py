"""Opening an image file that may be anything: kind, size and form are checked before it is decoded."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image

from registry_client.errors import ImageUnreadable, ImageUnsupported, RegistryError

MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_PIXELS = 120_000_000
MIN_SIDE = 16
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with further pictures after the first (MPF), as many cameras write; the first counts
    "PNG": "image/png",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
}
MODES = frozenset({"L", "LA", "RGB", "RGBA", "P"})
_PNG_DEPTH_AT = 24  # in the IHDR chunk
_TIFF_BITS_PER_SAMPLE = 258


def read_file(path: Path) -> bytes:
    """The file's bytes, read once. Raises ImageUnreadable for a missing, empty or unreadable one, ImageUnsupported."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ImageUnreadable(f"{path}: the file cannot be read ({error.strerror or error})") from None
    if not data:
        raise ImageUnreadable(f"{path}: the file is empty")
    if len(data) > MAX_FILE_BYTES:
        raise ImageUnsupported(f"{path}: larger than {MAX_FILE_BYTES} bytes; register a smaller rendition")
    return data


def open_image(data: bytes, name: object) -> Image.Image:
    """The image, opened and checked but not decoded. Raises ImageUnreadable, ImageUnsupported; ``name`` names it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "TIFF"])
            _check(image, data, name)
            return image
    except RegistryError:
        raise
    except Image.DecompressionBombError:
        raise ImageUnsupported(f"{name}: more than {MAX_PIXELS} pixels; register a smaller rendition") from None
    except Exception as error:  # Pillow raises many kinds for hostile bytes
        raise ImageUnreadable(f"{name}: not a JPEG, PNG, WebP or TIFF image ({_reason(error)})") from None


def decode(image: Image.Image, name: object) -> Image.Image:
    """Decode all of it. Raises ImageUnreadable for a truncated or damaged one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.load()
            return image
    except Exception as error:  # Pillow raises many kinds for hostile bytes
        raise ImageUnreadable(f"{name}: the image is damaged or cut short ({_reason(error)})") from None


def on_white(image: Image.Image) -> Image.Image:
    """Without transparency: composited on white."""
    if image.mode in ("LA", "RGBA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, (255, 255, 255, 255)), layer)
    return image


def _check(image: Image.Image, data: bytes, name: object) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageUnsupported(
            f"{name}: {width}×{height} is more than {MAX_PIXELS} pixels; register a smaller rendition"
        )
    if min(width, height) < MIN_SIDE:
        raise ImageUnsupported(f"{name}: {width}×{height} pixels are too few; each side needs {MIN_SIDE}")
    if image.format not in ("JPEG", "MPO") and getattr(image, "n_frames", 1) > 1:
        raise ImageUnsupported(f"{name}: animated or of several pages; register one still picture")
    deep = image.format == "PNG" and data[_PNG_DEPTH_AT] > 8
    if image.format == "TIFF":
        depths = image.tag_v2.get(_TIFF_BITS_PER_SAMPLE, (8,))  # type: ignore[attr-defined]
        deep = any(depth > 8 for depth in (depths if isinstance(depths, tuple) else (depths,)))
    if deep or image.mode.startswith(("I", "F")):
        raise ImageUnsupported(f"{name}: more than 8 bits a channel; export it with 8 bits")
    if image.mode not in MODES:
        raise ImageUnsupported(f"{name}: colour mode {image.mode} (e.g. CMYK) is not supported; export it as RGB")


def _reason(error: Exception) -> str:
    text = str(error).split("\n")[0]
    return type(error).__name__ if not text or "BytesIO" in text else text[:120]

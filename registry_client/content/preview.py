"""The small rendition that IPFS keeps instead of the original."""

from __future__ import annotations

import io
import warnings

from PIL import Image

from registry_client.content.image import decode, on_white, open_image

SIDE = 512
_QUALITIES = (80, 60, 40, 20)
_MAX_BYTES = 262_144  # one raw block
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def preview_jpeg(data: bytes, name: object) -> bytes:
    """A JPEG of at most 512 pixels a side, upright, without metadata, at most 262,144 bytes.

    The same for the same bytes and version of Pillow. Raises ImageUnreadable, ImageUnsupported.
    """
    image = open_image(data, name)
    upright = _upright(image)
    scale = min(1.0, SIDE / max(image.size))
    image.draft("RGB", (max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    small = on_white(decode(image, name)).convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.HAMMING)  # a third of the time of Lanczos
    if upright is not None:
        small = small.transpose(upright)
    small.info.clear()  # Pillow would write the original's comment again
    for quality in _QUALITIES:
        out = io.BytesIO()
        small.save(out, "JPEG", quality=quality, exif=b"", icc_profile=None)
        if out.tell() <= _MAX_BYTES:
            break
    return out.getvalue()


def _upright(image: Image.Image) -> Image.Transpose | None:
    """What turns the picture as its EXIF says; None where that says nothing, or nothing that can be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # Pillow raises many kinds for hostile bytes; a damaged picture is named when it is decoded
        return None

"""Generated image files for tests: real JPEGs, distinct, quick to make."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

PHOTOS = Path(__file__).resolve().parent.parent / "photos"


def image(seed: int, width: int = 96, height: int = 64) -> Image.Image:
    """A picture with texture; the same for the same seed."""
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return Image.fromarray(coarse, "RGB").resize((width, height), Image.Resampling.BICUBIC)


def jpeg(seed: int, width: int = 96, height: int = 64, **options: object) -> bytes:
    out = io.BytesIO()
    image(seed, width, height).save(out, "JPEG", quality=85, **options)  # type: ignore[arg-type]
    return out.getvalue()


def write_jpegs(folder: Path, count: int, first_seed: int = 0) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{first_seed + i:08}.jpg" for i in range(count)]
    for i, path in enumerate(paths):
        path.write_bytes(jpeg(first_seed + i))
    return paths

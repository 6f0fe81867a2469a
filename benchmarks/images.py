"""Web-size JPEGs for measurements: renditions of the tests' photographs, each different, written by all cores."""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from PIL import Image, ImageEnhance

PHOTOS = Path(__file__).resolve().parent.parent / "tests" / "photos"
WIDTH, HEIGHT = 1280, 853


def write_image(folder: Path, number: int) -> Path:
    """A crop of a photograph, its brightness changed, 1280×853 at quality 85; the same for the same number."""
    draw = random.Random(number)  # noqa: S311  not for secrets
    sources = sorted(PHOTOS.glob("*.jpg"))
    with Image.open(sources[number % len(sources)]) as picture:
        picture.draft("RGB", (WIDTH, HEIGHT))
        width, height = picture.size
        left, top = draw.uniform(0, 0.3) * width, draw.uniform(0, 0.3) * height
        part = picture.resize((WIDTH, HEIGHT), box=(left, top, left + 0.7 * width, top + 0.7 * height))
    path = folder / f"{number:06}.jpg"
    ImageEnhance.Brightness(part).enhance(draw.uniform(0.8, 1.2)).save(path, "JPEG", quality=85)
    return path


def write_images(folder: Path, count: int) -> list[Path]:
    with ProcessPoolExecutor() as pool:
        return list(pool.map(partial(write_image, folder), range(count), chunksize=32))

"""Previews of pictures whose metadata is damaged or whose shape is odd."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from registry_client.content.examine import Examined, examine_file_with_preview
from registry_client.content.pool import examine_files
from registry_client.content.preview import SIDE, preview_jpeg
from registry_client.errors import ImageUnreadable

ORIENTATION, ARTIST = 0x0112, 0x013B


def picture(size: tuple[int, int] = (96, 64)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert("RGB")


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def with_exif(orientation: int, kind: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION], exif[ARTIST] = orientation, "Anna"
    return encoded(picture(), kind, exif=exif)


WEBP = with_exif(6, "WEBP")  # Pillow looks at a JPEG's EXIF as it opens it, at a WebP's only when asked
BROKEN_HEADER = WEBP.replace(b"MM\x00*", b"MM\xff*")
BROKEN_ENTRY = WEBP.replace(b"\x01\x3b\x00\x02", b"\x01\x00\x00\x02")  # a text for a width: read, never written
DAMAGED = {"header": BROKEN_HEADER, "entry": BROKEN_ENTRY}


@pytest.mark.parametrize("name", DAMAGED)
def test_preview_is_made_of_a_picture_whose_exif_is_damaged(name: str) -> None:
    assert DAMAGED[name] != WEBP
    with Image.open(io.BytesIO(preview_jpeg(DAMAGED[name], "photo.webp"))) as small:
        small.load()
        assert sorted(small.size) == [64, 96]


def test_examine_files_loses_no_file_to_one_whose_exif_is_damaged(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.webp" for number in range(3)]
    for file, data in zip(files, (BROKEN_HEADER, BROKEN_ENTRY, with_exif(1, "WEBP")), strict=True):
        file.write_bytes(data)
    answers = list(examine_files(files, preview=True, workers=1))
    assert [path for path, _ in answers] == files
    assert all(isinstance(answer, Examined) and answer.preview for _, answer in answers)


@pytest.mark.parametrize("size", [(20_000, 16), (16, 20_000)])
def test_preview_of_a_very_long_picture_is_one_pixel_at_least(tmp_path: Path, size: tuple[int, int]) -> None:
    file = tmp_path / "long.jpg"
    file.write_bytes(encoded(picture(size)))
    preview = examine_file_with_preview(file).preview
    assert preview is not None
    with Image.open(io.BytesIO(preview)) as small:
        assert max(small.size) == SIDE
        assert min(small.size) == 1


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "JPEG"])
def test_preview_of_a_picture_cut_short_names_the_file(kind: str) -> None:
    data = encoded(Image.effect_noise((96, 64), 80).convert("RGB"), kind)
    with pytest.raises(ImageUnreadable, match=r"photo\.jpg"):
        preview_jpeg(data[: len(data) // 2], "photo.jpg")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_preview_stands_upright_for_every_orientation(orientation: int) -> None:
    data = with_exif(orientation)
    with Image.open(io.BytesIO(data)) as image:
        wanted = ImageOps.exif_transpose(image).convert("L")
    with Image.open(io.BytesIO(preview_jpeg(data, "photo.jpg"))) as small:
        assert small.size == wanted.size
        corners = [(0, 0), (wanted.width - 1, 0), (0, wanted.height - 1)]
        for corner in corners:
            assert abs(int(small.convert("L").getpixel(corner)) - int(wanted.getpixel(corner))) < 12  # type: ignore[arg-type]


def test_preview_carries_no_comment_of_the_original() -> None:
    data = encoded(picture(), comment=b"call me at home", xmp=b"<x/>", dpi=(300, 300))
    assert b"call me" in data
    preview = preview_jpeg(data, "photo.jpg")
    assert b"call me" not in preview
    with Image.open(io.BytesIO(preview)) as small:
        assert set(small.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}

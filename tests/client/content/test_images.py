"""Fingerprints, embedded metadata, previews and the pool, on real and on hostile files."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from registry_client.content.embedded import read_embedded
from registry_client.content.fingerprint import ALGORITHM, LOW_QUALITY, fingerprint_bytes, fingerprint_file, hamming
from registry_client.content.pool import fingerprint_files, run_over
from registry_client.content.preview import preview_jpeg
from registry_client.errors import ImageUnreadable, ImageUnsupported, RegistryError
from tests.client.photos import PHOTOS, image, jpeg, write_jpegs

FILES = sorted(p for p in PHOTOS.iterdir() if p.suffix in (".jpg", ".png"))
LIFE = "d695f3505bda856cd254362667e497d7920b34d149cbec101aeca4dae3b198e6"


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def png_header(width: int, height: int, depth: int = 8) -> bytes:
    """A PNG that promises a size and holds nothing of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 100))
        + chunk(b"IEND", b"")
    )


def test_fingerprint_of_a_known_file_is_fixed() -> None:
    found = fingerprint_file(PHOTOS / "life.jpg")
    assert found.content_hash.hex() == "4c119350ead80201fe256850c3d316309ddfb4bdf10b235ce982dcde0c667c05"
    assert found.fingerprint.hex() == LIFE
    assert (found.algorithm, found.width, found.height) == (ALGORITHM, 3088, 2056)
    assert (found.media_type, found.size) == ("image/jpeg", 1720388)


def test_fingerprint_has_the_bits_of_imagehash_on_the_grey_image() -> None:
    for seed in range(200):
        grey = image(seed, 64, 64).convert("L")
        expected = np.packbits(imagehash.phash(grey, hash_size=16).hash.flatten()).tobytes()
        assert fingerprint_bytes(saved(grey, "PNG"), "x").fingerprint == expected


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_fingerprint_stays_near_for_renditions_and_draft_decoding(path: Path) -> None:
    found = fingerprint_file(path)
    whole = Image.open(path)
    full = np.packbits(imagehash.phash(whole.convert("L"), hash_size=16).hash.flatten()).tobytes()
    assert hamming(found.fingerprint, full) <= 6
    colour = whole.convert("RGB")
    small = colour.resize((640, 640 * colour.height // colour.width), Image.Resampling.LANCZOS)
    for rendition in (saved(colour, "JPEG", quality=50), saved(small, "JPEG", quality=85), saved(small, "WEBP")):
        assert hamming(found.fingerprint, fingerprint_bytes(rendition, "x").fingerprint) <= 16


def test_fingerprints_of_different_photographs_are_far_apart() -> None:
    found = [fingerprint_file(path).fingerprint for path in FILES]
    assert min(hamming(a, b) for i, a in enumerate(found) for b in found[:i]) > 90


def test_quality_marks_a_picture_without_texture() -> None:
    plain = fingerprint_bytes(saved(Image.new("RGB", (100, 100), (120, 130, 140)), "PNG"), "x")
    assert plain.quality < LOW_QUALITY <= fingerprint_file(PHOTOS / "umang.jpg").quality


def test_fingerprint_composites_transparency_on_white() -> None:
    layer = image(1).convert("RGBA")
    layer.putalpha(Image.linear_gradient("L").resize(layer.size))
    flat = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    assert (
        fingerprint_bytes(saved(layer, "PNG"), "x").fingerprint
        == fingerprint_bytes(saved(flat, "PNG"), "x").fingerprint
    )


BAD = {
    "empty.jpg": (b"", ImageUnreadable, "the file is empty"),
    "text.jpg": (b"hello, this is no image", ImageUnreadable, "not a JPEG, PNG, WebP or TIFF"),
    "truncated.jpg": (jpeg(1, 640, 480)[:9000], ImageUnreadable, "damaged or cut short"),
    "bomb.png": (png_header(60_000, 60_000), ImageUnsupported, "pixels"),
    "large.png": (png_header(12_000, 11_000), ImageUnsupported, "more than 120000000 pixels"),
    "damaged.png": (png_header(200, 200), ImageUnreadable, "damaged or cut short"),
    "tiny.png": (saved(Image.new("RGB", (1, 1)), "PNG"), ImageUnsupported, "1×1 pixels are too few"),
    "cmyk.jpg": (saved(image(1).convert("CMYK"), "JPEG"), ImageUnsupported, "colour mode CMYK"),
    "deep.png": (saved(Image.new("I;16", (64, 64)), "PNG"), ImageUnsupported, "more than 8 bits a channel"),
    "deep-rgb.png": (png_header(64, 64, 16), ImageUnsupported, "more than 8 bits a channel"),
    "deep.tif": (saved(Image.new("I;16", (64, 64)), "TIFF"), ImageUnsupported, "more than 8 bits a channel"),
    "moving.webp": (
        saved(image(1), "WEBP", save_all=True, append_images=[image(2)]),
        ImageUnsupported,
        "animated or of several pages",
    ),
    "moving.png": (
        saved(image(1), "PNG", save_all=True, append_images=[image(2)]),
        ImageUnsupported,
        "animated or of several pages",
    ),
    "pages.tif": (saved(image(1), "TIFF", save_all=True, append_images=[image(2)]), ImageUnsupported, "several pages"),
    "other.gif": (saved(image(1), "GIF"), ImageUnreadable, "not a JPEG, PNG, WebP or TIFF"),
    "black.png": (saved(Image.new("1", (64, 64)), "PNG"), ImageUnsupported, "colour mode 1"),
}


@pytest.mark.parametrize("name", BAD)
def test_fingerprint_refuses_and_names_the_file(tmp_path: Path, name: str) -> None:
    data, kind, message = BAD[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(kind, match=message) as caught:
        fingerprint_file(tmp_path / name)
    assert str(caught.value).startswith(str(tmp_path / name))


def test_fingerprint_reports_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.jpg", tmp_path):
        with pytest.raises(ImageUnreadable, match=str(path)):
            fingerprint_file(path)


def test_fingerprint_takes_the_first_picture_of_a_camera_jpeg() -> None:
    several = saved(image(1), "MPO", save_all=True, append_images=[image(2)])
    found = fingerprint_bytes(several, "x")
    assert found.media_type == "image/jpeg"
    assert hamming(found.fingerprint, fingerprint_bytes(saved(image(1), "JPEG"), "x").fingerprint) <= 4


WHOLE = jpeg(3, 64, 48)


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=12), st.integers(0, 300))
@settings(max_examples=300, deadline=None)
def test_any_damage_raises_only_registry_errors(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(WHOLE)
    for at, value in changes:
        data[at] = value
    damaged = bytes(data[: len(data) - cut])
    read_embedded(damaged)
    try:
        fingerprint_bytes(damaged, "x")
        preview_jpeg(damaged, "x")
    except RegistryError as error:
        assert str(error).startswith("x: ")


def test_preview_is_small_upright_and_without_metadata() -> None:
    picture = image(5, 1200, 800)
    exif = picture.getexif()
    exif[0x0112] = 6
    exif[0x013B] = "Anna"
    data = saved(picture, "JPEG", exif=exif)
    found = Image.open(io.BytesIO(preview_jpeg(data, "x")))
    assert found.size == (341, 512)
    assert dict(found.getexif()) == {}
    assert preview_jpeg(data, "x") == preview_jpeg(data, "x")


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"
 photoshop:Credit="Agency" xmpRights:WebStatement="https://a.example/licence">
<dc:creator><rdf:Seq><rdf:li>Anna Roth</rdf:li><rdf:li>Ben</rdf:li></rdf:Seq></dc:creator>
<dc:subject><rdf:Bag><rdf:li>bridge</rdf:li><rdf:li>river</rdf:li></rdf:Bag></dc:subject>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">A\u0007 bridge</rdf:li></rdf:Alt></dc:description>
<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorURL>javascript:x</plus:LicensorURL>
</rdf:li></rdf:Seq></plus:Licensor></rdf:Description></rdf:RDF></x:xmpmeta>"""


def iptc(fields: dict[int, bytes]) -> bytes:
    """An APP13 segment with IIM records."""
    records = b"".join(b"\x1c\x02" + bytes([n]) + struct.pack(">H", len(v)) + v for n, v in fields.items())
    resource = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(records)) + records + b"\x00" * (len(records) % 2)
    payload = b"Photoshop 3.0\x00" + resource
    return b"\xff\xed" + struct.pack(">H", len(payload) + 2) + payload


def test_embedded_reads_xmp_over_iptc_over_exif() -> None:
    exif = Image.Exif()
    exif[0x013B], exif[0x8298], exif[0x010E] = "Exif Artist", "© Exif", "Exif caption"
    exif.get_ifd(0x8769)[0x9003] = "2026:05:04 03:02:01"
    data = saved(image(1), "JPEG", exif=exif, xmp=XMP.replace("\u0007", "").encode())
    data = data[:2] + iptc({80: b"IPTC Author", 116: b"\xa9 IPTC", 120: b"IPTC caption"}) + data[2:]
    found = read_embedded(data)
    assert found == {
        "creator": "Anna Roth, Ben",
        "creditText": "Agency",
        "copyrightNotice": "© IPTC",
        "caption": "A bridge",
        "keywords": ["bridge", "river"],
        "license": "https://a.example/licence",
        "dateCreated": "2026-05-04T03:02:01",
    }


@pytest.mark.parametrize(
    "xmp",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
        '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        "<x" * 1000,
        "<a>" * 100_000,
        "\ufffe",
        "",
    ],
    ids=["bomb", "file", "broken", "deep", "noise", "empty"],
)
def test_embedded_leaves_out_hostile_xmp(xmp: str) -> None:
    exif = Image.Exif()
    exif[0x013B] = "Anna"
    data = saved(image(1), "WEBP", exif=exif, xmp=xmp.encode())
    assert read_embedded(data) == {"creator": "Anna"}


def test_pool_answers_in_order_with_errors_in_place(tmp_path: Path) -> None:
    paths = write_jpegs(tmp_path, 40)
    paths[17].write_bytes(b"no image")
    found = list(fingerprint_files(paths, workers=2))
    assert [path for path, _ in found] == paths
    assert isinstance(found[17][1], ImageUnreadable)
    alone = [fingerprint_file(path) for i, path in enumerate(paths) if i != 17]
    assert [answer for i, (_, answer) in enumerate(found) if i != 17] == alone


def _kills(path: Path) -> str:
    if path.name == "killer":
        os._exit(9)
    return path.name


def test_pool_reports_the_file_that_kills_its_process_and_loses_no_other() -> None:
    paths = [Path(f"{i}") for i in range(30)]
    paths[11] = Path("killer")
    found = dict(run_over(paths, _kills, workers=2))
    assert isinstance(found[Path("killer")], ImageUnreadable)
    assert [found[path] for path in paths if path.name != "killer"] == [p.name for p in paths if p.name != "killer"]


def _surprises(path: Path) -> str:
    if path.name == "3":
        raise ZeroDivisionError
    return path.name


def test_pool_reports_an_unforeseen_error_in_its_files_place() -> None:
    paths = [Path(str(i)) for i in range(12)]
    found = dict(run_over(paths, _surprises, workers=2))
    assert isinstance(found[Path("3")], ImageUnreadable)
    assert [found[path] for path in paths if path.name != "3"] == [path.name for path in paths if path.name != "3"]


def test_pool_works_where_no_process_can_be_started(tmp_path: Path) -> None:
    paths = write_jpegs(tmp_path, 12)
    script = f"""
from pathlib import Path
from registry_client.content.pool import fingerprint_files
for path, answer in fingerprint_files(sorted(Path({str(tmp_path)!r}).iterdir()), workers=2):
    print(path.name, getattr(answer, "content_hash", b"").hex())
"""
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-"], input=script, capture_output=True, text=True, check=True, cwd=root, timeout=60
    )
    expected = [f"{path.name} {fingerprint_file(path).content_hash.hex()}" for path in paths]
    assert done.stdout.splitlines() == expected


def test_pool_takes_only_a_bounded_number_of_files_ahead() -> None:
    taken = 0

    def many() -> object:
        nonlocal taken
        for i in range(10_000):
            taken += 1
            yield Path(str(i))

    answers = run_over(many(), _kills, workers=2)  # type: ignore[arg-type]
    next(answers)
    assert taken < 200
    answers.close()  # type: ignore[attr-defined]

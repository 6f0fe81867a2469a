"""What a file says of itself: EXIF, IPTC IIM and XMP, read as the untrusted bytes they are.

Sources: Exif 2.32; IPTC Photo Metadata Standard 2023.2; XMP part 1 (ISO 16684-1); PLUS LDF 2.0.1.
"""

from __future__ import annotations

import io
import warnings
from typing import Any
from xml.etree import ElementTree

from PIL import Image, ImageFile, IptcImagePlugin

from registry_client.content.metadata import clean_keywords, clean_text, clean_url

_MAX_XMP_BYTES = 1_048_576
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
_PLUS = "{http://ns.useplus.org/ldf/xmp/1.0/}"
_XMP_FIELDS = {
    "name": _DC + "title",
    "creator": _DC + "creator",
    "creditText": _PHOTOSHOP + "Credit",
    "copyrightNotice": _DC + "rights",
    "caption": _DC + "description",
    "keywords": _DC + "subject",
    "dateCreated": _PHOTOSHOP + "DateCreated",
    "licensor": _PLUS + "LicensorURL",
    "license": _RIGHTS + "WebStatement",
}
_IPTC_FIELDS = {
    "name": (2, 5),
    "creator": (2, 80),
    "creditText": (2, 110),
    "copyrightNotice": (2, 116),
    "caption": (2, 120),
    "keywords": (2, 25),
    "dateCreated": (2, 55),
}
_EXIF_FIELDS = {"creator": 0x013B, "copyrightNotice": 0x8298, "caption": 0x010E}
_EXIF_IFD, _EXIF_DATE = 0x8769, 0x9003


def read_embedded(data: bytes) -> dict[str, Any]:
    """Fields of specification 1.3 that the file carries: XMP wins over IPTC, IPTC over EXIF.

    Never raises for bad metadata: what cannot be read, or is no sensible value, is left out.
    """
    found: dict[str, Any] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "TIFF"])
    except Exception:  # the fingerprint has said what is wrong with it
        return found
    for read in (_exif, _iptc, _xmp):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found |= _cleaned(read(image))
        except Exception:  # noqa: S112  Pillow raises many kinds for hostile bytes; the other sources still count
            continue
    return found


def _exif(image: ImageFile.ImageFile) -> dict[str, Any]:
    exif = image.getexif()
    found = {name: exif.get(tag) for name, tag in _EXIF_FIELDS.items()}
    date = str(exif.get_ifd(_EXIF_IFD).get(_EXIF_DATE, ""))
    if len(date) >= 19 and date[4] == date[7] == ":":
        found["dateCreated"] = f"{date[:4]}-{date[5:7]}-{date[8:10]}T{date[11:19]}"
    return found


def _iptc(image: ImageFile.ImageFile) -> dict[str, Any]:
    info = IptcImagePlugin.getiptcinfo(image) or {}
    found: dict[str, Any] = {}
    for name, key in _IPTC_FIELDS.items():
        value = info.get(key)
        parts = [_decoded(part) for part in (value if isinstance(value, list) else [value]) if part is not None]
        if parts:
            found[name] = parts if name == "keywords" else ", ".join(parts)
    date = found.get("dateCreated", "")
    if len(date) == 8 and date.isdigit():
        found["dateCreated"] = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    return found


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _xmp(image: ImageFile.ImageFile) -> dict[str, Any]:
    data = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    text = (data if isinstance(data, str) else bytes(data).decode("utf-8")).strip("\x00\ufeff \n\r\t")
    if not text or len(text) > _MAX_XMP_BYTES or "<!" in text.replace("<!--", ""):
        return {}  # "<!" begins a DOCTYPE or ENTITY: nothing that XMP needs, and how XML bombs are made
    root = ElementTree.fromstring(text)  # noqa: S314  see above
    found: dict[str, Any] = {}
    for name, tag in _XMP_FIELDS.items():
        values = _values(root, tag)
        if values:
            found[name] = values if name == "keywords" else ", ".join(values) if name == "creator" else values[0]
    return found


def _values(root: ElementTree.Element, tag: str) -> list[str]:
    """Values of a property, written as an attribute, an element, or an element that holds a list."""
    for element in root.iter():
        if tag in element.attrib:
            return [element.attrib[tag]]
        if element.tag == tag:
            items = [item.text for item in element.iter(_RDF + "li") if item.text]
            return items or ([element.text] if element.text and element.text.strip() else [])
    return []


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name == "keywords":
            cleaned: Any = clean_keywords(value)
        elif name in ("licensor", "license"):
            cleaned = clean_url(value)
        else:
            cleaned = clean_text(value)
        if cleaned:
            found[name] = cleaned
    return found

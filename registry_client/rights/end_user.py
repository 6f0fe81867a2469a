"""End users: the name of who uses a work, and the commitment that stands for it. Specification, Vocabulary and scope.

A name is a domain (``example.com``) or a party (``party:acme gmbh``), in one spelling, so that two who write the same
thing compute the same commitment.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

import idna

from registry_client.content.keccak import keccak
from registry_client.errors import EndUserInvalid

PARTY = "party:"

_MAX_NAME = 200
_MAX_DOMAIN = 253
_MAX_URL = 8_192
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(//)?\S", re.ASCII | re.IGNORECASE)
_JOINERS = dict.fromkeys(map(ord, "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"))  # letters of some domains


@lru_cache(maxsize=4_096)
def normalise_name(text: str) -> str:
    """The one spelling of an end user.

    A URL, or a word with a dot, is a domain: lower case, in A-labels (UTS 46), without scheme, port, path, ``www.`` and
    the final dot. Anything else, and what begins with ``party:``, is a party: ``party:`` and the name after NFKC and
    case folding, white space collapsed. Normalising twice changes nothing. Raises EndUserInvalid.
    """
    text = text.strip()
    if text.casefold().startswith(PARTY):
        return PARTY + _party(text[len(PARTY) :])
    scheme = _SCHEME.match(text)
    if scheme and scheme[1]:
        return domain_of_url(text)
    if any(dot in text for dot in ".。．｡") and not any(map(str.isspace, text)):
        return _domain_of("https://" + text, _shown(text))
    if scheme:
        raise EndUserInvalid(f"{_shown(text)}: neither a domain nor a web address; for a party write {PARTY}NAME")
    return PARTY + _party(text)


def written_name(text: str) -> str:
    """``normalise_name`` of what a person writes: a party only where they wrote ``party:``, since a word without a dot
    is more often half a domain. Raises EndUserInvalid."""
    name = normalise_name(text)
    if name.startswith(PARTY) and not text.strip().casefold().startswith(PARTY):
        raise EndUserInvalid(f"{_shown(text)}: no domain; for a party write {PARTY}NAME")
    return name


def domain_of_url(url: str) -> str:
    """The normalised domain of a web address. Raises EndUserInvalid for one that is no http or https URL, hides its
    host (user information, backslashes, control characters), or names an IP address or a single word as its host.
    """
    return _domain_of(url, _shown(url))


def candidates_of(name: str) -> tuple[str, ...]:
    """The normalised names whose licence covers a use by ``name``: itself, then its parent domains down to two labels.

    Raises EndUserInvalid.
    """
    name = normalise_name(name)
    if name.startswith(PARTY):
        return (name,)
    labels = name.split(".")
    return tuple(".".join(labels[start:]) for start in range(len(labels) - 1))


def commit(name: str, salt: bytes) -> bytes:
    """``keccak256(abi.encode(string name, bytes32 salt))``, 32 bytes, of exactly this name: normalise it before. With
    ``OPEN_SALT`` anyone who knows the name finds the licence.

    Raises EndUserInvalid for a salt that has not 32 bytes.
    """
    if len(salt) != 32:
        raise EndUserInvalid(f"a salt has 32 bytes, not {len(salt)}")
    try:
        binary = name.encode("utf-8")
    except UnicodeEncodeError:
        raise EndUserInvalid(f"{name[:80]!r} is not text: it holds half a character") from None
    head = (64).to_bytes(32, "big") + salt + len(binary).to_bytes(32, "big")
    return keccak(head + binary + bytes(-len(binary) % 32))


def new_salt() -> bytes:
    """A random salt (32 bytes), which seals a name: only who holds it can show the end user."""
    return secrets.token_bytes(32)


def _domain_of(url: str, shown: str) -> str:
    if len(url) > _MAX_URL:
        raise EndUserInvalid(f"{shown}: a URL of more than {_MAX_URL} characters")
    if not url.translate(_JOINERS).isprintable() or any(c in '\\<>"' or c.isspace() for c in url):
        raise EndUserInvalid(f"{shown}: a URL with white space, control characters or backslashes; copy it anew")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise EndUserInvalid(f"{shown}: not a web address; its host or port is malformed") from None
    if parts.scheme not in ("http", "https") or not host:
        raise EndUserInvalid(f"{shown}: not the address of a web page (https://…)")
    if "@" in parts.netloc:
        raise EndUserInvalid(f"{shown}: an @ before the host; give the domain alone, or {PARTY}NAME for a person")
    if "[" in parts.netloc:
        raise EndUserInvalid(f"{shown}: an IP address changes hands; name a domain")
    return _domain(host, shown)


def _domain(host: str, shown: str) -> str:
    try:
        labels = [_label(label) for label in _mapped(host).removesuffix(".").split(".")]
    except (idna.IDNAError, ValueError):
        raise EndUserInvalid(f"{shown}: its host is not a domain name") from None
    if _NUMBER.fullmatch(labels[-1]):
        raise EndUserInvalid(f"{shown}: an IP address changes hands; name a domain")
    while labels[0] == "www" and len(labels) > 2:
        del labels[0]
    domain = ".".join(labels)
    if len(labels) < 2 or len(domain) > _MAX_DOMAIN:
        raise EndUserInvalid(f"{shown}: no domain: that has two labels or more; for a party write {PARTY}NAME")
    return domain


def _label(label: str) -> str:
    """A label as the DNS holds it. Underscores and emoji pass: they are in no host name's rules, but on the web."""
    if label.startswith("xn--"):
        plain = label[4:].encode("ascii").decode("punycode")
        if _mapped(plain) != plain or _label(plain) != label:
            raise ValueError("another spelling of an A-label")
        return label
    if label.isascii():
        if not _LABEL.fullmatch(label):
            raise ValueError("no label")
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except idna.InvalidCodepoint:
        coded = "xn--" + label.encode("punycode").decode("ascii")
        if not _LABEL.fullmatch(coded):
            raise ValueError("no label") from None
        return coded


def _mapped(text: str) -> str:
    return idna.uts46_remap(text, std3_rules=False, transitional=False)


def _party(text: str) -> str:
    name = text
    for _ in range(3):  # folding can undo composition, and composition folding
        name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    kept = "".join(character for character in name if unicodedata.category(character) != "Cf")
    name = " ".join(kept.split())
    if not name or len(name) > _MAX_NAME:
        raise EndUserInvalid(f"{_shown(text)}: a party's name has 1 to {_MAX_NAME} characters")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in name):
        raise EndUserInvalid(f"{_shown(text)}: a party's name with control or unassigned characters")
    if name.startswith(PARTY):
        raise EndUserInvalid(f"{_shown(text)}: {PARTY} stands once")
    return name


def _shown(text: str) -> str:
    return repr(text[:80] + ("…" if len(text) > 80 else ""))

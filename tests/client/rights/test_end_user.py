"""Names of end users and what commits to them: one spelling, and no host that hides."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from hypothesis import given, settings
from hypothesis import strategies as st

from registry_client.content.keccak import keccak
from registry_client.errors import EndUserInvalid
from registry_client.models import OPEN_SALT
from registry_client.rights.end_user import (
    candidates_of,
    commit,
    domain_of_url,
    new_salt,
    normalise_name,
    written_name,
)

# normalise_name, domain_of_url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(document.domain)",
        "data:text/html,x",
        "mailto:info@example.com",
        "ftp://example.com",
        "file:///etc/passwd",
        "//example.com",
        "https://",
        "https:///path",
        "https://localhost/",
        "https://user@example.com/",
        "https://example.com@evil.com/",
        "https://example.com:443@evil.com/",
        "https://example.com\\@evil.com/",
        "https://example.com/\nHost: evil.com",
        "https://exam ple.com/",
        "https://example.com%00.evil.com/",
        "https://example.com%2eevil.com/",
        "https://\u202emoc.elpmaxe.com/",
        "https://example.com:99999/",
        "https://example.com:http/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.0.0.0x1/",
        "https://1.2.3.4./",
        "https://[::1]/",
        "https://[::ffff:1.2.3.4]/",
        "https://[::1",
        "https://[v1.a]/",
        "https://a..example.com/",
        "https://.example.com/",
        "https://example.com../",
        "https://-a.example.com/",
        "https://*.example.com/",
        "https://xn--a.example.com/",
        "https://xn--example-.com/",
        "https://xn--BCHER-KVA8445FOO.example/",
        "https://xn--tda.xn--" + "a" * 60 + ".com/",
        "https://" + "☃" * 64 + ".net/",
        "https://" + "a" * 64 + ".com/",
        "https://" + "a." * 130 + "com/",
        "https://example.com/" + "a" * 10_000,
        "https://" + "é" * 10_000 + ".com",
        "https://\ud800.com",
    ],
)
def test_domain_of_url_of_what_is_no_page_or_hides_its_host(url: str) -> None:
    with pytest.raises(EndUserInvalid) as caught:
        domain_of_url(url)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.Example.COM:8443/path?q=a@b#c", "example.com"),
        ("HTTP://shop.example.com.", "shop.example.com"),
        ("https://www.com/", "www.com"),
        ("https://www.www.example.com/", "example.com"),
        ("https://medium.com/@someone", "medium.com"),
        ("https://Bücher.example/", "xn--bcher-kva.example"),
        ("https://BU\u0308CHER.example/", "xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("https://straße.de/", "xn--strae-oqa.de"),
        ("https://ｅｘａｍｐｌｅ。com/", "example.com"),
        ("https://my_shop.example.com/", "my_shop.example.com"),
        ("https://☃.net/", "xn--n3h.net"),
        ("https://XN--N3H.net/", "xn--n3h.net"),
        ("https://r3---sn-x.example.com/", "r3---sn-x.example.com"),
        ("https://نامه\u200cای.com/", "xn--mgba3gch31f060k.com"),
    ],
)
def test_domain_of_url(url: str, domain: str) -> None:
    assert domain_of_url(url) == normalise_name(url) == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "party:",
        "party: party:x",
        "\u200b",
        "info@example.com",
        "javascript:alert(1)",
        "https://user:pass@example.com",
        "1.2.3.4",
        "Müller/Co.",
        "*.example.com",
        "a\x00b c",
        "\ue000 x",
        "\U000e1000 x",
        "x " * 200,
        "\ud800 x",
    ],
)
def test_normalise_name_of_what_is_none(text: str) -> None:
    with pytest.raises(EndUserInvalid):
        normalise_name(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("example.com", "example.com"),
        ("Example.com/shop", "example.com"),
        ("example.com:80", "example.com"),
        ("www.example.com.", "example.com"),
        ("ACME  GmbH", "party:acme gmbh"),
        ("Acme Inc.", "party:acme inc."),
        ("party:Acme.Inc", "party:acme.inc"),
        (" Party:  Acme\tGmbH ", "party:acme gmbh"),
        ("Straße & Söhne", "party:strasse & söhne"),
        ("ﬁrm Ｘ", "party:firm x"),
        ("Ac\u00adme\u200b Ltd", "party:acme ltd"),
        ("Acme: the firm", "party:acme: the firm"),
        ("@acme", "party:@acme"),
    ],
)
def test_normalise_name(text: str, name: str) -> None:
    assert normalise_name(text) == name


def test_party_and_domain_are_never_the_same_name() -> None:
    assert normalise_name("party:example.com") != normalise_name("example.com")


@settings(max_examples=1_500, deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"(https?://)?[a-zA-Zäß_.-]{1,30}(:\d{1,5})?(/\w*)?", fullmatch=True))
def test_normalise_name_twice_changes_nothing(text: str) -> None:
    try:
        name = normalise_name(text)
    except EndUserInvalid:
        return
    assert normalise_name(name) == name
    assert name.startswith("party:") or (name.isascii() and name == name.lower() and "." in name)
    assert commit(name, OPEN_SALT)


# candidates_of


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("example.com", ("example.com",)),
        ("https://www.a.b.example.com/x", ("a.b.example.com", "b.example.com", "example.com")),
        ("Acme GmbH", ("party:acme gmbh",)),
        ("party:a.b.c", ("party:a.b.c",)),
    ],
)
def test_candidates_of(name: str, candidates: tuple[str, ...]) -> None:
    assert candidates_of(name) == candidates


def test_candidates_of_a_domain_hold_no_sibling_and_no_look_alike() -> None:
    assert "example.com" not in candidates_of("notexample.com")
    assert "example.com" not in candidates_of("example.com.evil.org")


# commit, new_salt


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)])
def test_commit_with_a_salt_of_another_length(salt: bytes) -> None:
    with pytest.raises(EndUserInvalid, match="32 bytes"):
        commit("example.com", salt)


def test_commit_to_half_a_character() -> None:
    with pytest.raises(EndUserInvalid, match="half a character"):
        commit("\ud800", OPEN_SALT)


def test_commit_is_the_hash_of_the_abi_encoding() -> None:
    by_hand = bytes.fromhex(
        "0000000000000000000000000000000000000000000000000000000000000040"
        "1111111111111111111111111111111111111111111111111111111111111111"
        "000000000000000000000000000000000000000000000000000000000000000b"
        "6578616d706c652e636f6d000000000000000000000000000000000000000000"
    )
    assert commit("example.com", b"\x11" * 32) == keccak(by_hand)


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=100), st.binary(min_size=32, max_size=32))
def test_commit_encodes_as_the_chain_does(name: str, salt: bytes) -> None:
    assert commit(name, salt) == keccak(encode(["string", "bytes32"], [name, salt]))


def test_salts() -> None:
    assert bytes(32) == OPEN_SALT
    assert len(new_salt()) == 32
    assert len({new_salt() for _ in range(100)}) == 100


def test_written_name_takes_a_party_with_its_prefix_only() -> None:
    assert written_name("Party: Acme GmbH") == "party:acme gmbh"
    assert written_name("https://www.example.com/x") == "example.com"
    for text in ("example", "Acme GmbH"):
        with pytest.raises(EndUserInvalid, match="for a party write party:NAME"):
            written_name(text)

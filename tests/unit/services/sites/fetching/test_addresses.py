"""Addresses of web pages: one spelling, and none that leads elsewhere."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.net.ranges import not_public_reason
from services.sites.errors import ForbiddenAddress
from services.sites.fetching.addresses import web_address
from tests.support.depth import examples

FULL_WIDTH = str.maketrans("0123456789.", "0123456789。")


def spellings(number: int) -> list[str]:
    """Return what browsers take for one IPv4 address."""
    a, b, c, d = IPv4Address(number).packed
    rest = (b << 16) | (c << 8) | d
    return [
        f"{a}.{b}.{c}.{d}",
        str(number),
        hex(number),
        f"0{number:o}",
        f"{a}.{rest}",
        f"{a}.{b}.{(c << 8) | d}",
        f"0x{a:x}.0{b:o}.{c}.{hex(d)}",
        f"{a}.{b}.{c}.{d}.",
        f"{a}.{b}.{c}.{d}".translate(FULL_WIDTH),
        "".join(f"%{ord(one):02x}" for one in f"{a}.{b}.{c}.{d}"),
    ]


@given(st.one_of(st.integers(0, 2**32 - 1), st.integers(10 << 24, (11 << 24) - 1)))
@settings(max_examples=examples(100))
def test_every_spelling_of_a_number_is_that_number(number):
    for text in spellings(number):
        if not_public_reason(str(IPv4Address(number))):
            with pytest.raises(ForbiddenAddress):
                web_address(f"http://{text}/")
        else:
            assert web_address(f"http://{text}/").host == str(IPv4Address(number))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://",
        "plain.example",
        "//plain.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://plain.example/",
        "ws://plain.example/",
        "view-source:http://plain.example/",
        "http://plain.example:8080/",
        "http://plain.example:0/",
        "https://user@plain.example/",
        "http://:secret@plain.example/",
        "http://plain.example@127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "http:127.0.0.1",
        "http:///127.0.0.1/",
        "ht\ttp://local\nhost/",
        "http://localhost./",
        "http://LOCALHOST/",
        "http://x.localhost/",
        "http://localhost.localdomain/",
        "http://printer/",
        "http://nas.local/",
        "http://db.internal/",
        "http://[::ffff:93.184.216.34]/",
        "http://[64:ff9b::5db8:d822]/",
        "http://[fe80::1%25eth0]/",
        "http://127.0.0.1\u3002nip\u3002io:22/",
        "http://①②⑦.⓪.⓪.①/",
        "http://256.1.1.1/",
        "http://1.2.3.4.5/",
        "http://a b/",
        "http://plain.example/" + "a" * 2000,
    ],
)
def test_what_is_no_address_of_a_public_page_is_refused(text):
    with pytest.raises(ForbiddenAddress):
        web_address(text)


@pytest.mark.parametrize(
    ("text", "base", "href"),
    [
        ("HTTP://Plain.Example:80/a#top", None, "http://plain.example/a"),
        ("https://plain.example:443", None, "https://plain.example/"),
        ("http://plain.example:443/", None, "http://plain.example:443/"),
        ("../b c?x=ü", "http://plain.example/a/x/y", "http://plain.example/a/b%20c?x=%C3%BC"),
        ("//other.example", "https://plain.example/", "https://other.example/"),
        ("http://müller.example/", None, "http://xn--mller-kva.example/"),
    ],
)
def test_an_address_has_one_spelling(text, base, href):
    assert web_address(text, base).href == href


@given(st.text(max_size=60))
@settings(max_examples=examples(150))
def test_whatever_is_written_is_an_address_or_refused(text):
    for address in (text, f"http://{text}", f"http://plain.example/{text}"):
        try:
            read = web_address(address)
        except ForbiddenAddress:
            continue
        assert read.href.startswith(("http://", "https://"))
        assert "@" not in read.href.split("/")[2]

"""What a page is decoded with."""

import pytest

from services.sites.reading.charsets import decoded, encoding_of

WORD = "Größe – 日本"


@pytest.mark.parametrize(
    ("body", "content_type", "charset", "is_wrong"),
    [
        (WORD.encode(), "text/html; charset=UTF-8", "utf-8", False),
        (WORD.encode(), "text/html", "utf-8", False),
        (WORD.encode(), "text/html; charset=iso-8859-1", "utf-8", True),
        (b"\xef\xbb\xbf" + WORD.encode(), "text/html", "utf-8", False),
        (b"\xef\xbb\xbf" + WORD.encode(), "text/html; charset=latin1", "utf-8", True),
        (WORD.encode("utf-16"), "text/html", "utf-16-le", False),
        ("<meta charset=shift_jis>日本".encode("cp932"), "text/html", "cp932", False),
        ("Größe".encode("cp1252"), "text/html; charset=utf-8", "cp1252", True),
        ("Größe".encode("cp1252"), "text/html", "cp1252", False),
        ("<meta charset='utf-16'>ö".encode(), "text/html", "utf-8", False),
        (b"plain", "text/html; charset=koi8-r", "koi8-r", False),
        (b"plain", "text/html; charset=punycode", "utf-8", False),
        (b"plain", "text/html; charset=", "utf-8", False),
    ],
)
def test_a_page_is_decoded_with_what_fits_it(body, content_type, charset, is_wrong):
    page = decoded(body, content_type)
    assert (page.charset, page.is_wrong) == (charset, is_wrong)
    assert "\ufffd" not in page.text
    assert not page.text.startswith("\ufeff")


def test_header_and_page_that_disagree_are_noticed():
    page = decoded(b"<meta charset=windows-1251>x", "text/html; charset=utf-8")
    assert (page.charset, page.declared, page.is_wrong) == (
        "utf-8",
        ("utf-8", "windows-1251"),
        True,
    )


@pytest.mark.parametrize(
    "label", ["idna", "unicode_escape", "utf-7", "rot13", "zlib", "nothing", "a" * 99]
)
def test_codecs_that_no_page_has_are_not_used(label):
    assert encoding_of(label) is None

"""What is wrong with a page."""

from dataclasses import replace

import pytest

from services.sites.domain.findings import MAX_ITEMS, Arrival, broken_links, findings_of
from services.sites.domain.language_codes import is_language_code
from services.sites.reading.html import read_page

URL = "http://a.example/"
HEAD = "<html lang=en><title>T</title><meta name=description content=d>"
GOOD = f"{HEAD}<h1>H</h1><p>{'word ' * 60}"
AT = Arrival(url=URL, redirects=(), robots=(), canonicals=())


def names(html: str, at: Arrival = AT) -> list[str]:
    page = read_page(html.encode(), content_type="text/html; charset=utf-8", url=at.url)
    return [str(one.name) for one in findings_of(page, at)]


def test_a_good_page_has_none():
    assert names(GOOD) == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<p>" + "word " * 60,
            ["title_missing", "description_missing", "h1_missing", "lang_missing"],
        ),
        (GOOD + "<title>2</title>", ["title_multiple"]),
        (GOOD.replace(">T<", ">" + "T" * 60 + "<"), []),
        (GOOD.replace(">T<", ">" + "T" * 61 + "<"), ["title_too_long"]),
        (GOOD + "<h1>2</h1>", ["h1_multiple"]),
        (GOOD + "<h2>2</h2><h3>3</h3><h2>2</h2>", []),
        (GOOD + "<h3>3</h3>", ["heading_skipped"]),
        (GOOD + "<link rel=canonical href=/>", []),
        (GOOD + "<link rel='x CANONICAL' href=/#top>", []),
        (GOOD + "<link rel=canonical href=/x>", ["canonical_elsewhere"]),
        (GOOD + "<link rel=canonical href=/><link rel=canonical href=/x>", ["canonical_multiple"]),
        (GOOD + "<meta name=robots content=none>", ["noindex"]),
        (GOOD + "<meta name=googlebot content=noindex>", []),
        (GOOD + "<link rel=alternate hreflang=de href=/>", []),
        (GOOD + "<link rel=alternate hreflang=de href=/de>", ["hreflang_no_self"]),
        (GOOD + "<link rel=alternate hreflang=en_GB href=/>", ["hreflang_bad_code"]),
        (GOOD + "<img src=x>", ["image_alt_missing"]),
        (GOOD + "<script>1</script>", []),
        (HEAD + "<h1>H</h1>" + "word " * 48 + "<script>1</script>", ["needs_javascript"]),
        (HEAD + "<h1>H</h1>" + "word " * 49 + "<script>1</script>", []),
    ],
)
def test_what_is_wrong_is_named(html, expected):
    assert names(html) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (replace(AT, redirects=("http://b.example/",)), []),
        (replace(AT, redirects=("http://b.example/", "http://c.example/")), ["redirect_chain"]),
        (replace(AT, robots=("noindex",)), ["noindex"]),
        (replace(AT, canonicals=("http://a.example/x",)), ["canonical_elsewhere"]),
    ],
)
def test_what_the_way_and_the_headers_say_counts(at, expected):
    assert names(GOOD, at) == expected


def test_a_finding_counts_all_places_and_names_the_first():
    html = GOOD + "".join(f"<img src={n}.png>" for n in range(80))
    page = read_page(html.encode(), content_type="text/html", url=URL)
    (finding,) = findings_of(page, AT)
    assert (finding.count, len(finding.items), finding.items[0]) == (80, MAX_ITEMS, "0.png")
    assert broken_links([]) == []


@pytest.mark.parametrize(
    ("code", "is_valid"),
    [("de", True), ("DE-at", True), ("zh-Hant-TW", True), ("x-default", True), ("en-GB", True),
     ("en-UK", False), ("xx", False), ("de-", False), ("de-AT-1996", False), ("deu", False),
     ("", False), ("de_AT", False), ("es-419", False)],
)  # fmt: skip
def test_a_language_code_is_one_that_search_engines_know(code, is_valid):
    assert is_language_code(code) == is_valid

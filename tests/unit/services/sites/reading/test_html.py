"""What is read from a page of HTML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sites.domain.page import PageFacts
from services.sites.reading.html import read_page
from tests.support.depth import examples

URL = "http://a.example/dir/page"


def read(html: str, content_type: str = "text/html; charset=utf-8") -> PageFacts:
    return read_page(html.encode(), content_type=content_type, url=URL)


@pytest.mark.parametrize(
    ("html", "title", "count"),
    [
        ("<title>  A\n title </title>", "A title", 1),
        ("<title></title>", None, 1),
        ("<svg><title>drawing</title></svg>", None, 0),
        ("<svg><title>drawing</title></svg><title>page</title>", "page", 1),
        ("<title>a</title><title>b</title>", "a", 2),
        ("<!-- <title>comment</title> --><title>x &amp; y</title>", "x & y", 1),
        ("<template><title>t</title></template>", None, 0),
        ("<title>" + "x" * 5000 + "</title>", "x" * 499 + "…", 1),
    ],
)
def test_the_title_is_that_of_the_page(html, title, count):
    page = read(html)
    assert (page.title, page.titles) == (title, count)


def test_headings_have_their_text_without_markup_and_images_speak_by_their_alt():
    page = read(
        "<h1>More <em>cra</em>nes<br>here</h1><h2></h2><h2><img alt='A  logo'></h2>"
        "<h3><div>one</div>two</h3><noscript><h4>no</h4></noscript>"
    )
    pairs = [(one.level, one.text) for one in page.headings]
    assert pairs == [(1, "More cranes here"), (2, "A logo"), (3, "one two")]


def test_links_are_absolute_and_each_is_there_once():
    page = read(
        "<a href='../x'>1</a><a href='/x#top'>2</a><a href='HTTP://A.EXAMPLE:80/x'>3</a>"
        "<a href='\\\\b.example\\y'>4</a><a href='mailto:a@b.example'>5</a><a href=' #z'>6</a>"
        "<a href='http://[bad'>7</a><map><area href=/map></map>"
    )
    assert page.links == ("http://a.example/x", "http://b.example/y", "http://a.example/map")
    assert (page.links_internal, page.links_external) == (2, 1)


@pytest.mark.parametrize(
    ("base", "link"),
    [("/other/", "http://a.example/other/x"), ("javascript:1", "http://a.example/dir/x"),
     ("http://[bad", "http://a.example/dir/x"), ("//b.example", "http://b.example/x")],
)  # fmt: skip
def test_the_base_is_followed_where_it_is_an_address(base, link):
    assert read(f"<base href='{base}'><base href='/no/'><a href=x>x</a>").links == (link,)


def test_an_image_without_alt_is_named_unless_it_is_decoration():
    page = read("<img src=a.png><img alt src=b.png><img role=presentation src=c.png>")
    assert (page.images, page.images_without_alt) == (3, ("a.png",))


def test_meta_of_our_name_count_and_those_of_others_do_not():
    page = read(
        "<meta name=ROBOTS content='NoIndex , follow'><meta name=googlebot content=nosnippet>"
        "<meta name=roundhousebot content=noarchive><meta property=og:title content=' O  G '>"
        "<meta name=description content=first><meta name=description content=second>"
    )
    assert page.robots == ("noindex", "follow", "noarchive")
    assert page.meta == {"og:title": "O G"}
    assert page.description == "first"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one two, three-four it's", 4),
        ("über 3.5 % – !", 2),
        ("日本語の文章です", 4),
        ("a日本b", 3),
    ],
)
def test_words_are_counted(text, words):
    assert read(f"<p>{text}</p><script>not these words</script>").words == words


@pytest.mark.parametrize(
    ("html", "scripts"),
    [("<script>1</script><script type=module src=x></script>", 2),
     ("<script type=application/ld+json>{}</script>", 0), ("<noscript>x</noscript>", 0)],
)  # fmt: skip
def test_scripts_are_those_that_run(html, scripts):
    assert read(html).scripts == scripts


SAME = [
    "<p>text</p><script nonce=1>var t=1</script>",
    "<p nonce=9>text</p><script nonce=2>var t=2</script><style>p{}</style>",
    "<p class=x>te<b>xt</b></p><!-- 12:00 -->",
    "<p>text\n</p><input type=hidden name=csrf value=abc><template>t</template>",
]


def test_what_no_reader_sees_does_not_change_the_content():
    head = "<title>T</title><h1>H</h1><a href='/a?sid={}&x=1'>A</a>"
    hashes = {read(head.format(n) + one).content_hash for n, one in enumerate(SAME)}
    assert len(hashes) == 1


@pytest.mark.parametrize(
    "html",
    ["<title>U</title><h1>H</h1>text", "<title>T</title><h2>H</h2>text",
     "<title>T</title><h1>H</h1>other", "<title>T</title><h1>H</h1><a href=/b>text</a>"],
)  # fmt: skip
def test_title_headings_text_and_links_do(html):
    base = read("<title>T</title><h1>H</h1>text").content_hash
    assert read(html).content_hash != base


@given(st.text(max_size=80), st.binary(max_size=80))
@settings(max_examples=examples(60))
def test_any_bytes_are_read_and_go_to_json_and_back(text, data):
    for body in (text.encode("utf-8", "surrogatepass"), data, b"<a href='" + data + b"'>x</a>"):
        page = read_page(body, content_type="text/html", url=URL)
        assert PageFacts.from_json(page.to_json()) == page

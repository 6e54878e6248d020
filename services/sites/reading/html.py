"""The facts of a page of HTML, read by Lexbor, which parses as browsers do."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator

from ada_url import URL
from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.sites.domain.page import LanguageLink, PageFacts, PageHeading
from services.sites.reading.charsets import decoded
from services.sites.reading.links import absolute, host_of, unique, without_tokens
from services.sites.reading.text import MAX_EXCERPT, MAX_ITEMS, collapsed, cut, text_of, words_in

_UNSEEN = ["script", "style", "noscript", "template", "iframe", "object"]
_SCRIPTS = frozenset(("", "module", "text/javascript", "application/javascript", "text/ecmascript"))
_LANDMARKS = (
    "header",
    "nav",
    "main",
    "article",
    "section",
    "aside",
    "footer",
    "form",
    "table",
    "ul",
    "ol",
    "dl",
    "figure",
    "video",
)
_META = (
    "viewport",
    "generator",
    "author",
    "theme-color",
    "og:title",
    "og:description",
    "og:image",
    "og:type",
    "og:url",
    "twitter:card",
)
_ROBOTS = ("robots", "roundhousebot")  # others are for one robot that is not us


def read_page(body: bytes, *, content_type: str, url: str) -> PageFacts:
    """Return what a page says that was answered at ``url`` with ``content_type``."""
    source = decoded(body, content_type)
    tree = LexborHTMLParser(source.text)
    scripts = sum(_is_script(one) for one in tree.css("script"))
    tree.strip_tags(_UNSEEN)
    base = _base(tree, url)
    links = unique(
        absolute(one.attributes.get("href"), base) for one in tree.css("a[href], area[href]")
    )
    headings = list(_headings(tree))
    titles = [one for one in tree.css("title") if not _in_drawing(one)]
    title = text_of(titles[0]) if titles else ""
    text = text_of(tree.body) if tree.body is not None else ""
    meta = dict(_meta(tree))
    images = tree.css("img")
    internal = sum(host_of(one) == host_of(url) for one in links)
    return PageFacts(
        title=cut(title) or None,
        titles=len(titles),
        description=cut(meta.get("description", "")) or None,
        lang=_language(tree),
        headings=tuple(headings[:MAX_ITEMS]),
        canonicals=tuple(_related(tree, "canonical", base)[:MAX_ITEMS]),
        links=tuple(links[:MAX_ITEMS]),
        links_internal=internal,
        links_external=len(links) - internal,
        images=len(images),
        images_without_alt=tuple(_without_alt(images))[:MAX_ITEMS],
        hreflang=tuple(_languages(tree, base))[:MAX_ITEMS],
        robots=tuple(_robots(tree)),
        words=words_in(text),
        scripts=scripts,
        meta={name: cut(meta[name]) for name in _META if meta.get(name)},
        landmarks=_landmarks(tree),
        charset=source.charset,
        charset_declared=source.declared,
        charset_wrong=source.is_wrong,
        content_hash=_content_hash(title, headings, text, links),
        excerpt=text[:MAX_EXCERPT],
    )


def _content_hash(title: str, headings: list[PageHeading], text: str, links: list[str]) -> str:
    """Return the SHA-256 of what a reader sees: equal means unchanged."""
    seen = [title, [[one.level, one.text] for one in headings], text]
    seen.append(sorted({without_tokens(one) for one in links}))
    return hashlib.sha256(json.dumps(seen, ensure_ascii=True).encode()).hexdigest()


def _base(tree: LexborHTMLParser, url: str) -> str:
    """Return what relative addresses are relative to: the first ``base`` that has an address."""
    first = tree.css_first("base[href]")
    try:
        base = URL(first.attributes.get("href") or "", base=url) if first else None
    except ValueError:
        base = None
    return str(base.href) if base and base.protocol in ("http:", "https:") else url


def _headings(tree: LexborHTMLParser) -> Iterator[PageHeading]:
    for one in tree.css("h1, h2, h3, h4, h5, h6"):
        if text := text_of(one):
            yield PageHeading(level=int((one.tag or "h1")[1]), text=cut(text))


def _meta(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """Yield names and contents, the last first, so that the first of a name stays in a dict."""
    for one in reversed(tree.css("meta[content]")):
        name = one.attributes.get("name") or one.attributes.get("property") or ""
        yield name.strip().lower(), collapsed(one.attributes.get("content") or "")


def _robots(tree: LexborHTMLParser) -> list[str]:
    contents = [
        one.attributes.get("content") or ""
        for one in tree.css("meta[name][content]")
        if (one.attributes.get("name") or "").strip().lower() in _ROBOTS
    ]
    return unique(cut(part.strip().lower()) for one in contents for part in one.split(","))


def _relations(tree: LexborHTMLParser, word: str) -> list[LexborNode]:
    links = tree.css("link[rel][href]")
    return [one for one in links if word in (one.attributes.get("rel") or "").lower().split()]


def _related(tree: LexborHTMLParser, word: str, base: str) -> list[str]:
    urls = (absolute(one.attributes.get("href"), base) for one in _relations(tree, word))
    return [one for one in urls if one]


def _languages(tree: LexborHTMLParser, base: str) -> Iterator[LanguageLink]:
    for one in _relations(tree, "alternate"):
        code = (one.attributes.get("hreflang") or "").strip()
        url = absolute(one.attributes.get("href"), base)
        if code and url:
            yield LanguageLink(code=cut(code), url=url)


def _language(tree: LexborHTMLParser) -> str | None:
    html = tree.css_first("html")
    lang = (html.attributes.get("lang") or "").strip() if html else ""
    return cut(lang) or None


def _without_alt(images: list[LexborNode]) -> Iterator[str]:
    for one in images:
        hidden = one.attributes.get("role") in ("presentation", "none")
        if "alt" not in one.attributes and not hidden:
            yield cut(one.attributes.get("src") or one.attributes.get("data-src") or "img")


def _landmarks(tree: LexborHTMLParser) -> dict[str, int]:
    counts = Counter(one.tag for one in tree.css(", ".join(_LANDMARKS)))
    return {name: counts[name] for name in _LANDMARKS if counts[name]}


def _is_script(node: LexborNode) -> bool:
    return (node.attributes.get("type") or "").strip().lower() in _SCRIPTS


def _in_drawing(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag == "svg":
            return True
        parent = parent.parent
    return False

"""What is wrong with a page, by name: each rule is a function of what was read and answered.

Sources: the names and limits of the scheduler's cases (``tests/cases/scheduler/README.md``);
Google Search Central on titles, canonical addresses, hreflang and robots meta tags.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from services.sites.domain.language_codes import is_language_code
from services.sites.domain.page import PageFacts

MAX_TITLE = 60  # characters
MIN_WORDS = 50  # below that, a page with a script is one that the script fills
MIN_CHAIN = 2  # redirects
MAX_ITEMS = 50  # of one finding


class FindingName(StrEnum):
    """The names of findings."""

    TITLE_MISSING = "title_missing"
    TITLE_MULTIPLE = "title_multiple"
    TITLE_TOO_LONG = "title_too_long"
    DESCRIPTION_MISSING = "description_missing"
    H1_MISSING = "h1_missing"
    H1_MULTIPLE = "h1_multiple"
    HEADING_SKIPPED = "heading_skipped"
    LANG_MISSING = "lang_missing"
    CANONICAL_MULTIPLE = "canonical_multiple"
    CANONICAL_ELSEWHERE = "canonical_elsewhere"
    NOINDEX = "noindex"
    HREFLANG_BAD_CODE = "hreflang_bad_code"
    HREFLANG_NO_SELF = "hreflang_no_self"
    IMAGE_ALT_MISSING = "image_alt_missing"
    LINK_BROKEN = "link_broken"
    REDIRECT_CHAIN = "redirect_chain"
    CHARSET_MISMATCH = "charset_mismatch"
    NEEDS_JAVASCRIPT = "needs_javascript"


@dataclass(frozen=True, kw_only=True)
class SiteFinding:
    """A finding: its name, how often it occurs, and the first places or values."""

    name: FindingName
    count: int
    items: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Self:
        """Return the finding of its fields. Raises KeyError and ValueError for something else."""
        name, items = FindingName(raw["name"]), tuple(raw["items"])
        return cls(name=name, count=raw["count"], items=items)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Where the page was: its address, what led there, and what its headers say."""

    url: str
    redirects: tuple[str, ...]
    robots: tuple[str, ...]  # directives of X-Robots-Tag that concern everybody or us
    canonicals: tuple[str, ...]  # of the Link header


Rule = Callable[[PageFacts, Arrival], Iterable[str]]  # what is wrong: texts or addresses


def findings_of(page: PageFacts, arrival: Arrival) -> list[SiteFinding]:
    """Return what is wrong with ``page``, in the order of ``FindingName``; links come later."""
    applied = (_applied(name, rule(page, arrival)) for name, rule in RULES.items())
    return [one for one in applied if one]


def broken_links(urls: Iterable[str]) -> list[SiteFinding]:
    """Return the finding about links that lead nowhere, if there are any."""
    finding = _applied(FindingName.LINK_BROKEN, urls)
    return [finding] if finding else []


def canonicals_of(page: PageFacts, arrival: Arrival) -> list[str]:
    """Return every address that page and header name as the page's own."""
    return [*page.canonicals, *arrival.canonicals]


def _applied(name: FindingName, places: Iterable[str]) -> SiteFinding | None:
    items = list(places)
    if not items:
        return None
    return SiteFinding(name=name, count=len(items), items=tuple(items[:MAX_ITEMS]))


def _skipped_headings(page: PageFacts, _: Arrival) -> list[str]:
    pairs = zip(page.headings, page.headings[1:], strict=False)
    return [later.text for earlier, later in pairs if later.level > earlier.level + 1]


def _long_title(page: PageFacts, _: Arrival) -> list[str]:
    return [page.title] if page.title and len(page.title) > MAX_TITLE else []


def _canonical_elsewhere(page: PageFacts, arrival: Arrival) -> list[str]:
    return [one for one in canonicals_of(page, arrival)[:1] if one != arrival.url]


def _noindex(page: PageFacts, arrival: Arrival) -> list[str]:
    said = (*page.robots, *arrival.robots)
    return [one for one in dict.fromkeys(said) if one in ("noindex", "none")]


def _missing(name: str, value: object) -> list[str]:
    return [] if value else [name]


def _more_than_one(items: list[str]) -> list[str]:
    return items if len(items) > 1 else []


def _bad_codes(page: PageFacts, _: Arrival) -> list[str]:
    return [one.code for one in page.hreflang if not is_language_code(one.code)]


def _without_self(page: PageFacts, arrival: Arrival) -> list[str]:
    names_itself = any(one.url == arrival.url for one in page.hreflang)
    return [] if names_itself else [one.code for one in page.hreflang]


def _needs_javascript(page: PageFacts, _: Arrival) -> list[str]:
    is_empty = page.words < MIN_WORDS and page.scripts > 0
    return [str(page.words)] if is_empty else []


RULES: dict[FindingName, Rule] = {
    FindingName.TITLE_MISSING: lambda page, _: _missing("title", page.title),
    FindingName.TITLE_MULTIPLE: lambda page, _: [page.title or "title"] * (page.titles > 1),
    FindingName.TITLE_TOO_LONG: _long_title,
    FindingName.DESCRIPTION_MISSING: lambda page, _: _missing("description", page.description),
    FindingName.H1_MISSING: lambda page, _: _missing("h1", page.h1),
    FindingName.H1_MULTIPLE: lambda page, _: _more_than_one(page.h1),
    FindingName.HEADING_SKIPPED: _skipped_headings,
    FindingName.LANG_MISSING: lambda page, _: _missing("lang", page.lang),
    FindingName.CANONICAL_MULTIPLE: lambda page, at: _more_than_one(canonicals_of(page, at)),
    FindingName.CANONICAL_ELSEWHERE: _canonical_elsewhere,
    FindingName.NOINDEX: _noindex,
    FindingName.HREFLANG_BAD_CODE: _bad_codes,
    FindingName.HREFLANG_NO_SELF: _without_self,
    FindingName.IMAGE_ALT_MISSING: lambda page, _: page.images_without_alt,
    FindingName.REDIRECT_CHAIN: lambda _, at: (
        at.redirects if len(at.redirects) >= MIN_CHAIN else ()
    ),
    FindingName.CHARSET_MISMATCH: lambda page, _: (page.charset,) if page.charset_wrong else (),
    FindingName.NEEDS_JAVASCRIPT: _needs_javascript,
}

"""What the headers of a page say to search engines: X-Robots-Tag and canonical addresses."""

import re
from collections.abc import Iterator

import httpx

from services.sites.fetching.client import AGENT
from services.sites.reading.links import absolute, unique

_WITH_VALUE = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
_NAMED = re.compile(r"\s*([\w-]+)\s*:(.*)", re.DOTALL)


def robots_of(headers: httpx.Headers) -> tuple[str, ...]:
    """Return the directives of X-Robots-Tag for everybody or us (Google Search Central)."""
    lines = headers.get_list("X-Robots-Tag")
    return tuple(dict.fromkeys(one for line in lines for one in _directives(line)))


def canonicals_of_headers(headers: httpx.Headers, url: str) -> tuple[str, ...]:
    """Return the addresses of Link headers with the relation canonical (RFC 8288, RFC 6596)."""
    links = httpx.Response(200, headers=headers).links.values()
    urls = (one.get("url") for one in links if "canonical" in one.get("rel", "").lower().split())
    return tuple(unique(absolute(one, url) for one in urls))


def _directives(line: str) -> Iterator[str]:
    is_ours = True
    for part in line.split(","):
        directive, named = part, _NAMED.match(part)
        if named and named[1].lower() not in _WITH_VALUE:
            is_ours, directive = named[1].lower() == AGENT.lower(), named[2]
        if is_ours and directive.strip():
            yield directive.strip().lower()

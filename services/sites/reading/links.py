"""Addresses in a page: absolute, by the URL standard of browsers, each once."""

import re
from collections.abc import Iterable

from ada_url import URL

_TOKEN = re.compile(
    r"(?:csrf|xsrf|nonce|token|authenticity_token|sid|phpsessid|jsessionid|sessionid|session_id)",
    re.IGNORECASE,
)
_PATH_TOKEN = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
MAX_URL = 2_000  # characters


def absolute(text: str | None, base: str) -> str | None:
    """Return where an ``href`` leads, without its fragment; None for what is no web address."""
    if text is None or not text.strip() or text.strip().startswith("#"):
        return None
    try:
        url = URL(text, base=base)
    except ValueError:
        return None
    if url.protocol not in ("http:", "https:"):
        return None
    href = str(url.href).partition("#")[0]
    return href if len(href) <= MAX_URL else None


def unique(urls: Iterable[str | None]) -> list[str]:
    """Return the addresses in their order, each once."""
    return list(dict.fromkeys(one for one in urls if one))


def host_of(url: str) -> str:
    """Return the host of an absolute address."""
    return str(URL(url).hostname)


def without_tokens(url: str) -> str:
    """Return an address without the parts that change with every visit: tokens and sessions."""
    path, mark, query = _PATH_TOKEN.sub("", url).partition("?")
    kept = [one for one in query.split("&") if not _TOKEN.fullmatch(one.partition("=")[0])]
    return f"{path}{mark}{'&'.join(kept)}" if kept else path

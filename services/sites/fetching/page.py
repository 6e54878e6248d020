"""The page behind an address: through robots.txt and redirects, or the reason why there is none."""

from dataclasses import dataclass
from datetime import datetime

from services.scheduler.codes.answers import code_of_http, retry_after_seconds
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.errors import AttemptFailed
from services.sites.errors import (
    PageForbidden,
    PageGone,
    PageUnreadable,
    SiteBusy,
    SiteUnreachable,
)
from services.sites.fetching.addresses import WebAddress, web_address
from services.sites.fetching.client import SiteAnswer, SiteClient
from services.sites.fetching.robots import RobotsGate
from services.sites.fetching.unpack import BodyLimits
from services.sites.limits import SiteLimits

NOT_MODIFIED = 304
_PAGES = (200, 203)
_HTML = ("text/html", "application/xhtml+xml")
_OTHER_FILES = (b"%PDF-", b"\x89PNG", b"GIF8", b"PK\x03\x04", b"\xff\xd8\xff", b"\x1f\x8b")
_BEHIND = frozenset((401, 402, 403, 407, 451))
_ERRORS: dict[ErrorCode, type[AttemptFailed]] = {
    ErrorCode.NOT_FOUND: PageGone,
    ErrorCode.RATE_LIMITED: SiteBusy,
    ErrorCode.QUOTA_EXHAUSTED: SiteBusy,
    ErrorCode.NETWORK: SiteUnreachable,
    ErrorCode.TIMEOUT: SiteUnreachable,
}


@dataclass(frozen=True, kw_only=True)
class Validators:
    """What an earlier answer of an address said that tells whether it has changed."""

    url: str
    etag: str | None
    last_modified: str | None

    def headers_for(self, address: WebAddress) -> dict[str, str]:
        """Return the headers of a conditional request to ``address`` (RFC 9110, 13.1)."""
        if address.href != self.url:
            return {}
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True, kw_only=True)
class FetchedPage:
    """The answer at the end of a chain; ``status`` 304 means that it has not changed."""

    address: WebAddress
    redirects: tuple[str, ...]
    answer: SiteAnswer


async def fetch_page(
    client: SiteClient,
    robots: RobotsGate,
    start: WebAddress,
    *,
    validators: Validators | None,
    limits: SiteLimits,
    at: datetime,
) -> FetchedPage:
    """Return the page that ``start`` leads to; ``at`` is now, for dates of Retry-After.

    Raises AttemptFailed of the fitting class, and what httpx raises.
    """
    address, redirects = start, list[str]()
    size = BodyLimits(packed=limits.packed_bytes, unpacked=limits.unpacked_bytes)
    for _ in range(limits.requests):
        await robots.require(address)
        conditions = validators.headers_for(address) if validators else {}
        answer = await client.get(address, size, conditions)
        if answer.location is None:
            _require_page(answer, is_conditional=bool(conditions), at=at)
            return FetchedPage(address=address, redirects=tuple(redirects), answer=answer)
        redirects.append(address.href)
        address = web_address(answer.location, address.href)
    raise PageUnreadable(f"The address redirects {limits.requests} times and more.")


def _require_page(answer: SiteAnswer, *, is_conditional: bool, at: datetime) -> None:
    if answer.status == NOT_MODIFIED and is_conditional:
        return
    if answer.status >= 400:
        raise _refusal(answer, at)
    if answer.status not in _PAGES:
        raise PageUnreadable(f"The site answers HTTP {answer.status}, which is no page.")
    if not answer.body.strip():
        raise PageUnreadable("The page is empty.")
    if not _is_html(answer):
        raise PageUnreadable("The answer is no HTML page.")


def _refusal(answer: SiteAnswer, at: datetime) -> AttemptFailed:
    said = f"The site answers HTTP {answer.status}"
    if answer.status in _BEHIND:
        return PageForbidden(f"{said}: the page is not open to everybody.")
    wait = retry_after_seconds(answer.headers.get("Retry-After"), at)
    kind = _ERRORS.get(code_of_http(answer.status), PageUnreadable)
    return kind(f"{said}.", retry_after=wait)


def _is_html(answer: SiteAnswer) -> bool:
    """Return whether an answer is HTML: it says so, or says nothing and looks like it."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    start = answer.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if any(start.startswith(mark) for mark in _OTHER_FILES):
        return False
    return kind in _HTML or (not kind and start.startswith(b"<"))

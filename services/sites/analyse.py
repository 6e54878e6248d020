"""Analyse one page of a web site: what the kind ``site.analyse`` of the scheduler does.

No database and no clock but the time of Retry-After: who calls it stores the result and hands it in
again as ``previous`` at the next visit.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import httpcore
import httpx

from app.clock import now
from app.net.guarded import Resolve, system_addresses
from services.scheduler.codes.errors import AttemptFailed
from services.scheduler.codes.exceptions import code_of_exception
from services.sites.domain.analysis import LinkCheck, SiteAnalysis, SiteOutcome, SiteReason
from services.sites.domain.findings import (
    Arrival,
    SiteFinding,
    broken_links,
    canonicals_of,
    findings_of,
)
from services.sites.domain.page import PageFacts
from services.sites.errors import SiteRefusal, reason_of
from services.sites.fetching.addresses import web_address
from services.sites.fetching.client import SiteClient, meaning_of
from services.sites.fetching.links import LinkChecker
from services.sites.fetching.page import NOT_MODIFIED, FetchedPage, Validators, fetch_page
from services.sites.fetching.robots import RobotsGate
from services.sites.headers import canonicals_of_headers, robots_of
from services.sites.limits import LIMITS, SiteLimits
from services.sites.params import SiteParams
from services.sites.reading.child import read_in_child


@dataclass(frozen=True, kw_only=True)
class SitePorts:
    """What a visit needs of the world: look-ups, connections, a reader of HTML, the time."""

    resolve: Resolve = system_addresses
    connector: httpcore.AsyncNetworkBackend | None = None
    read: Callable[..., PageFacts] = read_in_child
    now: Callable[[], datetime] = now


def analyse(
    params: SiteParams,
    previous: SiteAnalysis | None = None,
    *,
    ports: SitePorts | None = None,
    limits: SiteLimits = LIMITS,
    needs_text: bool = False,
) -> SiteAnalysis:
    """Return what a visit of ``params.url`` gives; nothing that a site does raises.

    ``previous`` is the last analysis of the same page that ended analysed or skipped. With
    ``needs_text`` the page is sent whole, also where it is unchanged. The call takes until the
    limits at most, and blocks: it is for a worker.
    """
    visit = _Visit(params, previous, ports or SitePorts(), limits, needs_text=needs_text)
    try:
        return asyncio.run(visit.run())
    except AttemptFailed as error:
        return _failed(params, error, error.detail)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _failed(params, error, meaning_of(error))
    except TimeoutError as error:
        return _failed(params, error, f"The page took over {limits.page_seconds:g} s.")


def _failed(params: SiteParams, error: Exception, detail: str) -> SiteAnalysis:
    """Return the analysis that an error ends: its code comes from its class."""
    refused = isinstance(error, SiteRefusal)
    return SiteAnalysis(
        url=params.url,
        outcome=SiteOutcome.REFUSED if refused else SiteOutcome.FAILED,
        code=code_of_exception(error),
        reason=reason_of(error) if isinstance(error, AttemptFailed) else None,
        detail=detail,
        retry_after_s=error.retry_after if isinstance(error, AttemptFailed) else None,
    )


class _Visit:
    """One visit: the page within its time, then its reading, then its links within theirs."""

    def __init__(
        self,
        params: SiteParams,
        previous: SiteAnalysis | None,
        ports: SitePorts,
        limits: SiteLimits,
        *,
        needs_text: bool,
    ) -> None:
        self._needs_text = needs_text
        self._params, self._ports, self._limits = params, ports, limits
        self._previous = previous if previous and previous.is_usable else None

    async def run(self) -> SiteAnalysis:
        start = web_address(self._params.url)
        ports, limits = self._ports, self._limits
        async with SiteClient(limits, resolve=ports.resolve, connector=ports.connector) as client:
            robots = RobotsGate(client, limits)
            async with asyncio.timeout(limits.page_seconds):
                fetched = await fetch_page(
                    client,
                    robots,
                    start,
                    validators=self._validators(),
                    limits=limits,
                    at=ports.now(),
                )
            if fetched.answer.status == NOT_MODIFIED and self._previous:
                return self._unchanged(self._previous, fetched)
            analysis = await self._read(fetched)
            if self._previous and analysis.content_hash == self._previous.content_hash:
                return self._same_content(self._previous, analysis)
            return await self._with_links(analysis, LinkChecker(client, robots, limits))

    def _validators(self) -> Validators | None:
        earlier = self._previous
        if self._needs_text or earlier is None or earlier.final_url is None:
            return None
        return Validators(
            url=earlier.final_url, etag=earlier.etag, last_modified=earlier.last_modified
        )

    async def _read(self, fetched: FetchedPage) -> SiteAnalysis:
        answer, url = fetched.answer, fetched.address.href
        content_type = answer.headers.get("Content-Type", "")
        facts = await asyncio.to_thread(
            self._ports.read, answer.body, content_type=content_type, url=url
        )
        arrival = Arrival(
            url=url,
            redirects=fetched.redirects,
            robots=robots_of(answer.headers),
            canonicals=canonicals_of_headers(answer.headers, url),
        )
        return SiteAnalysis(
            url=self._params.url,
            outcome=SiteOutcome.ANALYSED,
            final_url=url,
            status=answer.status,
            redirects=fetched.redirects,
            packed_bytes=answer.packed_bytes,
            bytes=len(answer.body),
            facts=replace(facts, canonicals=tuple(canonicals_of(facts, arrival))),
            findings=tuple(findings_of(facts, arrival)),
            etag=_validator(answer.headers, "ETag"),
            last_modified=_validator(answer.headers, "Last-Modified"),
            content_hash=facts.content_hash,
        )

    async def _with_links(self, analysis: SiteAnalysis, checker: LinkChecker) -> SiteAnalysis:
        if not self._params.check_links or analysis.facts is None:
            return analysis
        urls = [one for one in analysis.facts.links if one != analysis.final_url]
        checks = await checker.check(urls[: self._params.max_links])
        return _with_checks(analysis, tuple(checks))

    def _unchanged(self, previous: SiteAnalysis, fetched: FetchedPage) -> SiteAnalysis:
        """Return what a visit gives that was answered "not modified": the facts of the last."""
        return replace(
            previous,
            url=self._params.url,
            outcome=SiteOutcome.SKIPPED,
            reason=SiteReason.UNCHANGED,
            redirects=fetched.redirects,
        )

    def _same_content(self, previous: SiteAnalysis, analysis: SiteAnalysis) -> SiteAnalysis:
        """Return the new reading of a page with the same content; its links are as they were."""
        skipped = replace(analysis, outcome=SiteOutcome.SKIPPED, reason=SiteReason.UNCHANGED)
        return _with_checks(skipped, previous.links)


def _with_checks(analysis: SiteAnalysis, links: tuple[LinkCheck, ...]) -> SiteAnalysis:
    checked = replace(analysis, links=links)
    findings: list[SiteFinding] = [*analysis.findings, *broken_links(checked.broken)]
    return replace(checked, findings=tuple(findings))


def _validator(headers: httpx.Headers, name: str) -> str | None:
    """Return a validator that is short enough to be kept and sent again."""
    value = headers.get(name)
    return value if value and len(value) <= 500 else None

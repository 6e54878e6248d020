"""One client of a visit: every request goes to a checked address and ends within its limits."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpcore
import httpx

from app.net.guarded import (
    AddressRefusedError,
    GuardedBackend,
    GuardedTransport,
    Resolve,
    system_addresses,
    tls_context,
)
from app.net.ranges import not_public_reason
from services.sites.errors import ForbiddenAddress
from services.sites.fetching.addresses import WebAddress
from services.sites.fetching.unpack import ACCEPTED, BodyLimits, unpacked
from services.sites.limits import SiteLimits

AGENT = "RoundhouseBot"
HEADERS = {
    "User-Agent": f"{AGENT}/1.0",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
    "Accept-Encoding": ACCEPTED,
}
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_MAX_CONNECTIONS = 8


@dataclass(frozen=True, kw_only=True)
class SiteAnswer:
    """What a server answered: the body unpacked, and how many bytes came."""

    status: int
    headers: httpx.Headers
    body: bytes = b""
    packed_bytes: int = 0

    @property
    def location(self) -> str | None:
        """Where a redirect leads, as the server wrote it; None for what is no redirect."""
        return self.headers.get("Location") if self.status in _REDIRECTS else None


@dataclass
class PinnedNames:
    """Looks up each name once in a visit, so that all of its requests go to the same numbers."""

    resolve: Resolve
    _known: dict[str, list[str]] = field(default_factory=dict)

    async def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses of ``host``. Raises httpcore.ConnectError."""
        if host not in self._known:
            self._known[host] = await self.resolve(host, port)
        return self._known[host]


class SiteClient:
    """Sends requests to addresses that were checked; an open one is closed by ``async with``.

    A client of httpx would read the Location of a redirect by its own rules and fail on some, so
    its transport is used. Cookies live as long as the visit: sites check that they come back.
    """

    def __init__(
        self,
        limits: SiteLimits,
        *,
        resolve: Resolve = system_addresses,
        connector: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        names = PinnedNames(resolve)
        backend = GuardedBackend(not_public_reason, resolve=names.addresses, connector=connector)
        self._transport = GuardedTransport(backend, tls_context(), max_connections=_MAX_CONNECTIONS)
        self._timeout = httpx.Timeout(limits.silence_seconds).as_dict()
        self._cookies = httpx.Cookies()

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._transport.__aexit__(kind, error, trace)

    async def get(
        self, address: WebAddress, limits: BodyLimits, headers: Mapping[str, str] | None = None
    ) -> SiteAnswer:
        """Return an answer, with its body where it has one that is meant for us.

        Raises ForbiddenAddress, PageUnreadable, and what httpx raises.
        """
        async with self._open("GET", address, headers) as answer:
            if not answer.is_success:
                return SiteAnswer(status=answer.status_code, headers=answer.headers)
            coding = answer.headers.get("Content-Encoding", "").strip().lower()
            body, packed = await unpacked(answer.aiter_raw(), coding, limits)
        return SiteAnswer(
            status=answer.status_code, headers=answer.headers, body=body, packed_bytes=packed
        )

    async def look(self, method: str, address: WebAddress) -> SiteAnswer:
        """Return an answer without its body. Raises ForbiddenAddress, and what httpx raises."""
        async with self._open(method, address) as answer:
            return SiteAnswer(status=answer.status_code, headers=answer.headers)

    @asynccontextmanager
    async def _open(
        self, method: str, address: WebAddress, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """Yield an answer whose head has come; what is left of it then is not read."""
        request = self._request(method, address, headers or {})
        try:
            answer = await self._transport.handle_async_request(request)
        except AddressRefusedError as refused:
            raise ForbiddenAddress(str(refused)) from None
        answer.request = request
        try:
            self._cookies.extract_cookies(answer)
            yield answer
        finally:
            await answer.aclose()

    def _request(
        self, method: str, address: WebAddress, headers: Mapping[str, str]
    ) -> httpx.Request:
        request = httpx.Request(
            method,
            address.href,
            headers={**HEADERS, **headers},
            cookies=self._cookies,
            extensions={"timeout": self._timeout},
        )
        if request.url.host != address.host.strip("[]"):  # two readers, two hosts: neither
            raise ForbiddenAddress("The address can be read in two ways, so it is not called.")
        return request


def meaning_of(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    """Return a sentence about what broke on the way, without addresses."""
    if isinstance(error, httpx.TimeoutException):
        return "The site did not answer in time."
    if isinstance(error, httpx.ConnectError):
        return "The site was not reached: its name is not known or nothing answers there."
    return "The site broke off the answer or did not speak HTTP."

"""One client of a visit: every request goes to a checked address and ends within its limits."""

from collections.abc import Mapping
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
from services.sites.domain.errors import ForbiddenAddress
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
    """Sends requests to addresses that were checked; an open one is closed by ``async with``."""

    def __init__(
        self,
        limits: SiteLimits,
        *,
        resolve: Resolve = system_addresses,
        connector: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        names = PinnedNames(resolve)
        backend = GuardedBackend(not_public_reason, resolve=names.addresses, connector=connector)
        transport = GuardedTransport(backend, tls_context(), max_connections=_MAX_CONNECTIONS)
        self._client = httpx.AsyncClient(
            transport=transport,
            headers=HEADERS,
            timeout=limits.silence_seconds,
            trust_env=False,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def get(
        self, address: WebAddress, limits: BodyLimits, headers: Mapping[str, str] | None = None
    ) -> SiteAnswer:
        """Return an answer, with its body where it has one that is meant for us.

        Raises ForbiddenAddress, PageUnreadable, and what httpx raises.
        """
        request = self._request("GET", address, headers)
        async with _Open(self._client, request) as answer:
            if not answer.is_success:
                return SiteAnswer(status=answer.status_code, headers=answer.headers)
            coding = answer.headers.get("Content-Encoding", "").strip().lower()
            body, packed = await unpacked(answer.aiter_raw(), coding, limits)
        return SiteAnswer(
            status=answer.status_code, headers=answer.headers, body=body, packed_bytes=packed
        )

    async def look(self, method: str, address: WebAddress) -> SiteAnswer:
        """Return an answer without its body. Raises ForbiddenAddress, and what httpx raises."""
        async with _Open(self._client, self._request(method, address, None)) as answer:
            return SiteAnswer(status=answer.status_code, headers=answer.headers)

    def _request(
        self, method: str, address: WebAddress, headers: Mapping[str, str] | None
    ) -> httpx.Request:
        request = self._client.build_request(method, address.href, headers=headers)
        if request.url.host != address.host.strip("[]"):  # two readers, two hosts: neither
            raise ForbiddenAddress("The address can be read in two ways, so it is not called.")
        return request


class _Open:
    """An answer whose head has come; it is closed without reading what is left."""

    def __init__(self, client: httpx.AsyncClient, request: httpx.Request) -> None:
        self._client, self._request = client, request

    async def __aenter__(self) -> httpx.Response:
        try:
            self._answer = await self._client.send(self._request, stream=True)
        except AddressRefusedError as refused:
            raise ForbiddenAddress(str(refused)) from None
        return self._answer

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._answer.aclose()


def meaning_of(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    """Return a sentence about what broke on the way, without addresses."""
    if isinstance(error, httpx.TimeoutException):
        return "The site did not answer in time."
    if isinstance(error, httpx.ConnectError):
        return "The site was not reached: its name is not known or nothing answers there."
    return "The site broke off the answer or did not speak HTTP."

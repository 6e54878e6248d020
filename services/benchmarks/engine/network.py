"""Connections to addresses that may be called: every name is resolved and checked on connecting.

The connection goes to the number that was checked, so a name that resolves differently a moment
later (DNS rebinding) gains nothing. TLS still verifies the name.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from functools import cache

import httpcore
import httpx

from services.benchmarks.domain.addresses import forbidden_reason

KEEP_ALIVE_S = 30.0
KEPT = "kept"  # the extension of a request that goes out on a connection of an earlier one


class AddressRefusedError(Exception):
    """The address behind a base URL may not be called: the sentence says why."""

    def __init__(self, host: str, address: str, reason: str) -> None:
        super().__init__(f"The address may not be called: {host} ({address}) {reason}.")


class GuardedBackend(httpcore.AnyIOBackend):
    """Connects only where ``forbidden_reason`` names none."""

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of ``host`` that answers.

        Raises AddressRefusedError where one of them may not be called, httpcore.ConnectError and
        ConnectTimeout.
        """
        error: Exception = httpcore.ConnectError(f"{host} has no address.")
        for address in await self._addresses(host, port):
            try:
                return await super().connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                error = problem
        raise error

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: a base URL names a host."""
        raise AddressRefusedError(path, path, "is no host")

    async def _addresses(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            rows = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = list(dict.fromkeys(str(row[4][0]) for row in rows))
        for address in addresses:
            reason = forbidden_reason(address, allow_private=self.allow_private)
            if reason:
                raise AddressRefusedError(host, address, reason)
        return addresses


@cache
def tls_context() -> ssl.SSLContext:
    """Return what TLS is verified with; reading the authorities takes a moment, so once."""
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """The transport of httpx over one connection that is made through ``GuardedBackend``.

    httpx has no argument for a backend (encode/httpx, pull request 3749), so the pool is set here.
    """

    def __init__(self, backend: GuardedBackend, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=1,
            max_keepalive_connections=1,
            keepalive_expiry=KEEP_ALIVE_S,
            network_backend=backend,
        )

    @property
    def has_connection(self) -> bool:
        """Whether an earlier request left its connection open."""
        return bool(self._pool.connections)


class LanedTransport(httpx.AsyncBaseTransport):
    """One connection for each lane: the request's extension ``lane`` names its own.

    A pool of httpcore looks at all of its connections, each with all others, for every request:
    with 64 in flight that costs more than the request itself.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._backend = GuardedBackend(allow_private=allow_private)
        self._lanes: dict[int, GuardedTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request`` on the connection of its lane."""
        number = request.extensions.get("lane", 0)
        lane = self._lanes.get(number)
        if lane is None:
            lane = self._lanes[number] = GuardedTransport(self._backend, tls_context())
        request.extensions[KEPT] = lane.has_connection
        return await lane.handle_async_request(request)

    async def aclose(self) -> None:
        """Close every connection."""
        for lane in self._lanes.values():
            await lane.aclose()

"""Connections to addresses that may be called: every name is resolved and checked on connecting.

The connection goes to the number that was checked, so a name that resolves differently a moment
later (DNS rebinding) gains nothing. TLS still verifies the name.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from functools import cache

import httpcore
import httpx

KEEP_ALIVE_S = 30.0

Refusal = Callable[[str], str | None]  # why an IP address may not be called
Resolve = Callable[[str, int], Awaitable[list[str]]]  # the IP addresses of a host


class AddressRefusedError(Exception):
    """An address may not be called: the sentence says why."""

    def __init__(self, host: str, address: str, reason: str) -> None:
        super().__init__(f"The address may not be called: {host} ({address}) {reason}.")


async def system_addresses(host: str, port: int) -> list[str]:
    """Return the addresses that the system's resolver has. Raises httpcore.ConnectError."""
    loop = asyncio.get_running_loop()
    try:
        rows = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


class GuardedBackend(httpcore.AnyIOBackend):
    """Connects only where ``refusal`` gives no reason against it."""

    def __init__(
        self,
        refusal: Refusal,
        *,
        resolve: Resolve = system_addresses,
        connector: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._refusal = refusal
        self._resolve = resolve
        self._connector = connector or httpcore.AnyIOBackend()

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
                return await self._connector.connect_tcp(
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
        """Refuse: an address names a host."""
        raise AddressRefusedError(path, path, "is no host")

    async def _addresses(self, host: str, port: int) -> list[str]:
        addresses = await self._resolve(host, port)
        for address in addresses:
            reason = self._refusal(address)
            if reason:
                raise AddressRefusedError(host, address, reason)
        return addresses


@cache
def tls_context() -> ssl.SSLContext:
    """Return what TLS is verified with; reading the authorities takes a moment, so once."""
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """The transport of httpx over connections that are made through ``GuardedBackend``.

    httpx has no argument for a backend (encode/httpx, pull request 3749), so the pool is set here.
    """

    def __init__(
        self, backend: GuardedBackend, context: ssl.SSLContext, *, max_connections: int = 1
    ) -> None:
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=max_connections,
            max_keepalive_connections=max_connections,
            keepalive_expiry=KEEP_ALIVE_S,
            network_backend=backend,
        )

    @property
    def has_connection(self) -> bool:
        """Whether an earlier request left its connection open."""
        return bool(self._pool.connections)

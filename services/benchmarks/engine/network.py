"""Connections to addresses that may be called: every name is resolved and checked on connecting.

The connection goes to the number that was checked, so a name that resolves differently a moment
later (DNS rebinding) gains nothing. TLS still verifies the name.
"""

import asyncio
import socket
from collections.abc import Iterable

import httpcore
import httpx

from services.benchmarks.domain.addresses import forbidden_reason


class AddressRefusedError(Exception):
    """The address behind a base URL may not be called."""


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
        raise AddressRefusedError(path)

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
                raise AddressRefusedError(f"{host} ({address}) {reason}")
        return addresses


class GuardedTransport(httpx.AsyncHTTPTransport):
    """The transport of httpx over a pool that connects through ``GuardedBackend``.

    httpx has no argument for a backend (encode/httpx, pull request 3749), so the pool is set here.
    """

    def __init__(self, *, allow_private: bool, connections: int) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=30.0,
            network_backend=GuardedBackend(allow_private=allow_private),
        )

"""Connections of a benchmark to its model's server: one for each lane, to allowed addresses."""

from functools import partial

import httpx

from app.net.guarded import GuardedBackend, GuardedTransport, tls_context
from services.benchmarks.domain.addresses import forbidden_reason

KEPT = "kept"  # the extension of a request that goes out on a connection of an earlier one


class LanedTransport(httpx.AsyncBaseTransport):
    """One connection for each lane: the request's extension ``lane`` names its own.

    A pool of httpcore looks at all of its connections, each with all others, for every request:
    with 64 in flight that costs more than the request itself.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._backend = GuardedBackend(partial(forbidden_reason, allow_private=allow_private))
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

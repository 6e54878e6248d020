"""Posting to an address of the web: every hop is checked, and the whole of it has a time limit."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
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
from services.channels.sending.addresses import (
    INSIDE,
    ChannelAddress,
    channel_address,
    forbidden_reason,
)
from services.channels.sending.outcome import TargetRefused

MAX_REDIRECTS = 3
MAX_ANSWER_BYTES = 4096
BODY_SECONDS = 2.0
MAX_CONNECTIONS = 8
_KEEP_METHOD = (307, 308)
_HEADERS = {
    "User-Agent": "Roundhouse",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Content-Type": "application/json",
    "Connection": "close",
}


@dataclass(frozen=True, kw_only=True)
class WebReply:
    """What a receiver answered; ``start`` is the beginning of its body, never stored or shown."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    start: bytes = field(repr=False, default=b"")


class WebSender:
    """Posts to addresses that are public or lie in ``networks``."""

    def __init__(
        self,
        networks: Sequence[str],
        limit_s: float,
        *,
        resolve: Resolve = system_addresses,
        connector: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._networks = networks
        self._limit_s = limit_s
        backend = GuardedBackend(
            partial(forbidden_reason, networks=networks), resolve=resolve, connector=connector
        )
        self._transport = GuardedTransport(backend, tls_context(), max_connections=MAX_CONNECTIONS)

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

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebReply:
        """Return the answer at the end of the redirects that keep a POST one.

        Raises TargetRefused, TimeoutError and what httpx raises.
        """
        async with asyncio.timeout(self._limit_s):
            address = channel_address(url, self._networks)
            for _ in range(MAX_REDIRECTS + 1):
                reply = await self._once(address, body, headers)
                if reply.status not in _KEEP_METHOD:
                    return reply
                address = self._next(reply, address)
        raise TargetRefused(f"The address redirects more than {MAX_REDIRECTS} times.")

    def _next(self, reply: WebReply, here: ChannelAddress) -> ChannelAddress:
        address = channel_address(reply.headers.get("Location", ""), self._networks, here.href)
        if here.is_tls and not address.is_tls:
            raise TargetRefused("The address redirects from https:// to http://.")
        return address

    async def _once(
        self, address: ChannelAddress, body: bytes, headers: Mapping[str, str]
    ) -> WebReply:
        request = httpx.Request(
            "POST",
            address.href,
            headers={**_HEADERS, **headers},
            content=body,
            extensions={"timeout": httpx.Timeout(self._limit_s).as_dict()},
        )
        if request.url.host != address.host.strip("[]"):  # two readers, two hosts: neither
            raise TargetRefused("The address can be read in two ways.")
        try:
            answer = await self._transport.handle_async_request(request)
        except AddressRefusedError:
            raise TargetRefused(INSIDE) from None  # not what the name resolves to in here
        reply = WebReply(status=answer.status_code, headers=answer.headers)
        try:
            return replace(reply, start=await _start_of(answer))
        finally:
            await answer.aclose()


async def _start_of(answer: httpx.Response) -> bytes:
    """Return the first bytes of a body: whether it ends, and when, decides nothing."""
    start = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in answer.aiter_raw():
                start += part[: MAX_ANSWER_BYTES - len(start)]
                if len(start) >= MAX_ANSWER_BYTES:
                    break
    except (TimeoutError, httpx.HTTPError):
        pass
    return start

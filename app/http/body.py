"""Bodies that wait for whoever reads them.

Quart takes a body into memory as fast as it comes, also while the view is busy writing the last
piece to disk. Here no more than a little is taken in: then the connection waits, and so does the
sender.
"""

import asyncio
from contextlib import suppress

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, ASGISendEvent
from quart import Quart, Request
from quart.asgi import ASGIHTTPConnection
from quart.wrappers.request import Body

from app.http.precedence import ShortRequests

MAX_WAITING = 2 << 20  # bytes of one request
SHORT_REQUESTS = "short_requests"


class BoundedBody(Body):
    """A body of which at most a little waits in memory, unless somebody awaits it whole.

    It is read piece by piece (``async for``) or in blocks (``next_block``).
    """

    def __init__(self, expected_content_length: int | None, max_content_length: int | None) -> None:
        super().__init__(expected_content_length, max_content_length)
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_bounded = True
        self._least = MAX_WAITING
        self._has_block = asyncio.Event()

    @property
    def is_read(self) -> bool:
        """Whether all of it came and was taken."""
        return self._complete.is_set() and not self._data

    async def next_block(self, least: int, seconds: float) -> bytearray:
        """Return what came, as soon as it is ``least`` bytes, the end, or ``seconds`` have passed.

        Waking the reader for each piece of the network costs more than writing it to a disk.
        ``least`` is at most MAX_WAITING. Raises RequestEntityTooLarge.
        """
        self._least = least
        if len(self._data) < least and not self._complete.is_set():
            self._has_block.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._has_block.wait()
        if self._must_raise is not None:
            raise self._must_raise
        return self.take()

    def take(self) -> bytearray:
        """Return what waits, perhaps nothing, and let more come."""
        data, self._data = self._data, bytearray()
        self._has_data.clear()
        self._has_room.set()
        return data

    async def __anext__(self) -> bytes:
        """Return what waits, and let more come."""
        data = await super().__anext__()
        self._has_room.set()
        return data

    def __await__(self):  # type: ignore[no-untyped-def]  # as Quart declares it
        """Take it whole: only then does everything have to fit."""
        self._is_bounded = False
        self._has_room.set()
        return super().__await__()

    def append(self, data: bytes) -> None:
        """Take a piece in."""
        super().append(data)
        if len(self._data) >= self._least:
            self._has_block.set()
        if self._is_bounded and len(self._data) >= MAX_WAITING:
            self._has_room.clear()

    def set_complete(self) -> None:
        """Say that nothing more comes."""
        super().set_complete()
        self._has_block.set()

    async def wait_for_room(self) -> None:
        """Return when the next piece may come."""
        await self._has_room.wait()


class BoundedRequest(Request):
    """A request whose body waits."""

    body_class = BoundedBody


class _Connection(ASGIHTTPConnection):
    async def __call__(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        short = self._short_requests

        async def send_on(message: ASGISendEvent) -> None:
            if message["type"] == "http.response.start":
                short.leave(self)  # a stream of events stays open for hours
            await send(message)

        short.enter(self)
        try:
            await super().__call__(receive, send_on)
        finally:
            short.leave(self)

    @property
    def _short_requests(self) -> ShortRequests:
        short: ShortRequests = self.app.extensions[SHORT_REQUESTS]
        return short

    async def handle_messages(self, request: Request, receive: ASGIReceiveCallable) -> None:
        body, came = request.body, 0
        while True:
            if isinstance(body, BoundedBody):
                await body.wait_for_room()
            if came > MAX_WAITING:
                self._short_requests.leave(self)
                await self._short_requests.let_pass()
            message = await receive()
            if message["type"] == "http.request":
                came += len(message.get("body", b""))
                body.append(message.get("body", b""))
                if not message.get("more_body", False):
                    body.set_complete()
            elif message["type"] == "http.disconnect":
                return


def install_bounded_bodies(app: Quart) -> None:
    """Let every body of ``app`` wait for its reader, and a long one for short requests."""
    app.request_class = BoundedRequest
    app.asgi_http_class = _Connection
    app.extensions[SHORT_REQUESTS] = ShortRequests()

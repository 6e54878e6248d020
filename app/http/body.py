"""Bodies that wait for whoever reads them.

Quart takes a body into memory as fast as it comes, also while the view is busy writing the last
piece to disk. Here no more than a little is taken in: then the connection waits, and so does the
sender.
"""

import asyncio

from hypercorn.typing import ASGIReceiveCallable
from quart import Quart, Request
from quart.asgi import ASGIHTTPConnection
from quart.wrappers.request import Body

MAX_WAITING = 1 << 20  # bytes of one request


class BoundedBody(Body):
    """A body of which at most a little waits in memory, unless somebody awaits it whole."""

    def __init__(self, expected_content_length: int | None, max_content_length: int | None) -> None:
        super().__init__(expected_content_length, max_content_length)
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_bounded = True

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
        if self._is_bounded and len(self._data) >= MAX_WAITING:
            self._has_room.clear()

    async def wait_for_room(self) -> None:
        """Return when the next piece may come."""
        await self._has_room.wait()


class BoundedRequest(Request):
    """A request whose body waits."""

    body_class = BoundedBody


class _Connection(ASGIHTTPConnection):
    async def handle_messages(self, request: Request, receive: ASGIReceiveCallable) -> None:
        body = request.body
        while True:
            if isinstance(body, BoundedBody):
                await body.wait_for_room()
            message = await receive()
            if message["type"] == "http.request":
                body.append(message.get("body", b""))
                if not message.get("more_body", False):
                    body.set_complete()
            elif message["type"] == "http.disconnect":
                return


def install_bounded_bodies(app: Quart) -> None:
    """Let every body of ``app`` wait for its reader."""
    app.request_class = BoundedRequest
    app.asgi_http_class = _Connection

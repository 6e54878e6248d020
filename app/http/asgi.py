"""From messages of the server to bodies of requests: a long one lets short requests pass."""

import asyncio
from contextlib import suppress
from typing import cast

from hypercorn.typing import (
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    HTTPResponseBodyEvent,
)
from quart import Quart, Request
from quart.asgi import ASGIHTTPConnection

from app.http.body import MAX_WAITING, BoundedBody, BoundedRequest
from app.http.memory import EXTENSION, BodyMemory
from app.http.precedence import ShortRequests
from app.http.takeover import CONNECTION, TAKEN

SHORT_REQUESTS = "short_requests"
LINGER_SECONDS = 5.0  # for which the rest of a body comes that nobody reads any more


class _Connection(ASGIHTTPConnection):
    _body: BoundedBody | None = None

    async def __call__(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        short = self._short_requests

        async def send_on(message: ASGISendEvent) -> None:
            if message["type"] == "http.response.start":
                short.leave(self)  # a stream of events stays open for hours
                if self._body is not None and self._body.is_taken:
                    message["headers"] = [*message["headers"], (b"connection", b"close")]
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                message = await self._linger(message, send)
            await send(message)

        short.enter(self)
        try:
            await super().__call__(receive, send_on)
        finally:
            short.leave(self)
            if self._body is not None:
                self._body.close()
                self.app.extensions[EXTENSION].release(self._body)

    async def _linger(
        self, message: HTTPResponseBodyEvent, send: ASGISendCallable
    ) -> HTTPResponseBodyEvent:
        """Return the end of an answer, once its request has come or was given time to.

        Who is answered while they still send would hear of a broken line, not of the answer, were
        the line closed at once; and what nobody reads any more would keep it open for ever.
        """
        body = self._body
        if body is None or body.is_taken or body.is_complete:
            return message
        await send({**message, "more_body": True})
        body.discard()
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(LINGER_SECONDS):
                await body.wait_until_complete()
        return {"type": "http.response.body", "body": b"", "more_body": False}

    @property
    def _short_requests(self) -> ShortRequests:
        short: ShortRequests = self.app.extensions[SHORT_REQUESTS]
        return short

    def _create_request_from_scope(self, send: ASGISendCallable) -> Request:
        request = super()._create_request_from_scope(send)
        self._body = cast("BoundedBody", request.body)
        self._body.connection = self.scope.get("state", {}).get(CONNECTION)
        if self._body.connection is not None:
            self._body.connection.begin_request()
        return request

    async def handle_messages(self, request: Request, receive: ASGIReceiveCallable) -> None:
        body, came = cast("BoundedBody", request.body), 0
        while True:
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
            elif message["type"] == TAKEN:
                self._short_requests.leave(self)
                body.receive_rest(self._short_requests)
            elif message["type"] == "http.disconnect":
                return


def install_bounded_bodies(app: Quart, memory: BodyMemory) -> None:
    """Let every body of ``app`` wait for its reader, and a long one for short requests."""
    app.request_class = BoundedRequest
    app.asgi_http_class = _Connection
    app.extensions[SHORT_REQUESTS] = ShortRequests()
    app.extensions[EXTENSION] = memory

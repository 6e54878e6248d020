"""The rest of a long body, straight from the socket of its connection.

On its way through Hypercorn, h11 and Quart every byte is copied five times, and every piece costs
tasks. Whoever reads a long body may take its connection over instead: what the server has read
comes as before, then the message TAKEN, and the rest waits in the socket. Since the server never
sees the end of such a request, it closes the connection after the answer (ADR 42).

All that knows the inside of Hypercorn is here; ``tests/integration/test_takeover.py`` holds it.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from http import HTTPStatus
from typing import Any, cast

import h11
from hypercorn import protocol
from hypercorn.asyncio import run, tcp_server
from hypercorn.events import Closed, RawData
from hypercorn.protocol.h11 import H11Protocol

from app.http.strict_lines import keep_lines_strict

CONNECTION = "roundhouse.connection"  # in the state of a request
TAKEN = "roundhouse.taken"  # the message after the last piece that the server had read
RECEIVE_BYTES = 1 << 18  # what is received at once; each piece costs a task, whatever its size
FIRST_BYTES = 1 << 14  # at once until somebody reads: several pieces of each connection wait


class OnlyHttp1(H11Protocol):
    """HTTP/1.1 and nothing else.

    Of HTTP/2 one connection may open and reset streams without end, and each costs a request. A
    proxy in front speaks it with browsers, and HTTP/1.1 with us.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        keep_lines_strict(cast("h11.Connection", self.connection))

    async def _check_protocol(self, event: h11.Request) -> None:
        """Stay with HTTP/1.1, whatever upgrade is offered."""

    async def _create_stream(self, request: h11.Request) -> None:
        if request.http_version not in (b"1.0", b"1.1"):
            await self._refuse(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
        elif not request.target.startswith(b"/"):  # what only a proxy that lets anybody on takes
            await self._refuse(HTTPStatus.BAD_REQUEST)
        else:
            await super()._create_stream(request)

    async def _refuse(self, status: HTTPStatus) -> None:
        await self._send_error_response(status)
        await self.send(Closed())


class TakeableConnection(tcp_server.TCPServer):
    """A connection of the server whose request may take its socket over."""

    def __init__(
        self, app: Any, loop: Any, config: Any, context: Any, state: Any, reader: Any, writer: Any
    ) -> None:
        own_state = {**state, CONNECTION: self}
        super().__init__(app, loop, config, context, cast("Any", own_state), reader, writer)
        self.is_taken = False
        self._receive_bytes = FIRST_BYTES
        self._reading: asyncio.Future[bytes] | None = None

    @property
    def can_be_taken(self) -> bool:
        """Whether its bytes are those of plain HTTP/1.1."""
        is_encrypted = self.writer.get_extra_info("ssl_object") is not None
        return not is_encrypted and isinstance(self.protocol.protocol, H11Protocol)

    def begin_request(self) -> None:
        """Receive little at once: perhaps its sender may not write."""
        self._receive_bytes = FIRST_BYTES

    def begin_body(self) -> None:
        """Receive much at once: somebody reads it."""
        self._receive_bytes = RECEIVE_BYTES

    def take_over(self) -> None:
        """Read nothing more; what was read is followed by the message TAKEN."""
        self.is_taken = True
        self._pause()
        if self._reading is not None:
            self._reading.cancel()

    def socket(self) -> socket.socket:
        """Return the socket, to be closed by whoever called this."""
        return cast("socket.socket", self.writer.get_extra_info("socket")).dup()

    async def end(self) -> None:
        """Say to the request that its sender went away."""
        await self.protocol.handle(Closed())

    async def _read_data(self) -> None:
        async for piece in self._pieces():
            await self.protocol.handle(RawData(piece))
        stream = getattr(self.protocol.protocol, "stream", None)
        if self.is_taken and stream is not None:
            await stream.app_put({"type": TAKEN})
        else:
            await self.end()

    async def _pieces(self) -> AsyncIterator[bytes]:
        """Yield what comes until the end, a long silence, or until it was taken over."""
        with suppress(OSError, TimeoutError):
            while not self.is_taken and not self.reader.at_eof():
                async with asyncio.timeout(self.config.read_timeout):
                    piece = await self._next_piece()
                if piece is not None:
                    yield piece
            while self.is_taken and (piece := await self._piece_left()):
                yield piece

    async def _next_piece(self) -> bytes | None:
        """Return what comes next, or None when it was taken over meanwhile."""
        self._reading = asyncio.ensure_future(self.reader.read(self._receive_bytes))
        try:
            await asyncio.wait({self._reading})
        finally:
            self._reading.cancel()
        return None if self._reading.cancelled() else self._reading.result()

    async def _piece_left(self) -> bytes:
        """Return what was received before it was taken over; in the end nothing."""
        self._pause()  # the reader resumes by itself when it has room
        reading = asyncio.ensure_future(self.reader.read(RECEIVE_BYTES))
        await asyncio.sleep(0)  # what is there it returns at once
        return b"" if reading.cancel() else reading.result()

    def _pause(self) -> None:
        cast("asyncio.Transport", self.writer.transport).pause_reading()


def install_takeover() -> None:
    """Let Hypercorn serve HTTP/1.1 alone, on connections that can be taken over."""
    protocol.H11Protocol = OnlyHttp1  # type: ignore[attr-defined]
    run.TCPServer = TakeableConnection  # type: ignore[attr-defined]

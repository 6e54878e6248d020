"""Knowing how far behind each socket is.

python-socketio keeps an unbounded queue per client; one client that stops reading would grow the
process without end. The queue here counts what waits, and the live server cuts who is too far
behind: a cut client resumes by number, so nothing is lost by it.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import engineio
import socketio
import structlog

from app.realtime.rate import Rate
from app.realtime.strangers import Strangers

log = structlog.get_logger(__name__)

EVENT_BURST, EVENTS_PER_SECOND = 200, 50  # of one socket: a page watches at most 50 topics


class MeasuredQueue(asyncio.Queue[Any]):
    """An asyncio queue that knows how many bytes wait in it, and since when."""

    def _init(self, maxsize: int) -> None:
        super()._init(maxsize)
        self.waiting_bytes = 0
        self.waiting_since: float | None = None

    def _put(self, item: Any) -> None:
        super()._put(item)
        self.waiting_bytes += _size(item)
        self.waiting_since = self.waiting_since or time.monotonic()

    def _get(self) -> Any:
        item = super()._get()
        self.waiting_bytes -= _size(item)
        self.waiting_since = None if self.empty() else time.monotonic()
        return item

    def is_over(self, max_bytes: int, max_seconds: float) -> bool:
        """Return whether the reader of this queue is too far behind."""
        if self.waiting_since is None:
            return False
        late = time.monotonic() - self.waiting_since > max_seconds
        return late or self.waiting_bytes > max_bytes


def _size(packet: Any) -> int:
    data = getattr(packet, "data", None)
    return len(data) if isinstance(data, str | bytes) else 64


class _MeasuredEngine(engineio.AsyncServer):
    def create_queue(self, *args: Any, **kwargs: Any) -> MeasuredQueue:
        return MeasuredQueue(*args, **kwargs)


class BoundedServer(socketio.AsyncServer):
    """A Socket.IO server that can name and cut the clients that do not keep up.

    It cuts by itself who sends too much, and who does not say who they are. ``address_of`` reads
    the address of a client out of its handshake.
    """

    def __init__(
        self, strangers: Strangers, address_of: Callable[[Mapping[str, Any]], str], **options: Any
    ) -> None:
        super().__init__(**options)
        self.strangers, self._address_of = strangers, address_of
        self._rates: dict[str, Rate] = {}
        self._connections: dict[str, asyncio.Task[Any] | None] = {}

    def recognise(self, sid: str) -> None:
        """Note that somebody known is behind a session."""
        self.strangers.leave(self.manager.eio_sid_from_sid(sid, "/"))

    async def cut_strangers(self) -> None:
        """Cut who has not said in time who they are."""
        for eio_sid in self.strangers.overdue():
            await self._cut_connection(eio_sid)

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        self._rates[eio_sid] = Rate(EVENT_BURST, EVENTS_PER_SECOND)
        self._connections[eio_sid] = asyncio.current_task()
        leaves = self.strangers.enter(eio_sid, self._address_of(environ))
        if leaves is not None:
            await self._cut_connection(leaves)
        await super()._handle_eio_connect(eio_sid, environ)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        rate = self._rates.get(eio_sid)
        if rate is None:
            return  # it is cut; what it sent before still comes
        if rate.take():
            await super()._handle_eio_message(eio_sid, data)
            return
        log.info("flooding client cut", sid=eio_sid)
        await self._cut_connection(eio_sid)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._forget(eio_sid)
        await super()._handle_eio_disconnect(eio_sid, reason)

    def _forget(self, eio_sid: str) -> "asyncio.Task[Any] | None":
        self.strangers.leave(eio_sid)
        self._rates.pop(eio_sid, None)
        return self._connections.pop(eio_sid, None)

    async def _cut_connection(self, eio_sid: str) -> None:
        """Close a connection that may have no session yet, and stop to read from it."""
        connection = self._forget(eio_sid)
        engine_socket = self.eio.sockets.get(eio_sid)
        if engine_socket is not None:
            await self._close(engine_socket)
        if connection is not None:
            connection.cancel()  # it waits for the next message, perhaps for ever

    def _engineio_server_class(self) -> type[engineio.AsyncServer]:
        return _MeasuredEngine

    def slow_clients(self, max_bytes: int, max_seconds: float) -> Iterator[str]:
        """Yield the session ids whose queue holds too much or stands still for too long."""
        for sid, eio_sid in list(self.manager.get_participants("/", None)):
            engine_socket = self.eio.sockets.get(eio_sid)
            queue = engine_socket.queue if engine_socket else None
            if isinstance(queue, MeasuredQueue) and queue.is_over(max_bytes, max_seconds):
                yield sid

    async def cut(self, sid: str) -> None:
        """Close a connection without waiting for its client, and free what waited for it."""
        eio_sid = self.manager.eio_sid_from_sid(sid, "/")
        engine_socket = self.eio.sockets.get(eio_sid)
        if engine_socket is not None:
            await self._close(engine_socket)

    async def _close(self, engine_socket: Any) -> None:
        await engine_socket.close(wait=False, abort=True)
        while not engine_socket.queue.empty():
            engine_socket.queue.get_nowait()
        engine_socket.queue.put_nowait(None)  # ends the writer, which closes the WebSocket

"""Knowing how far behind each socket is.

python-socketio keeps an unbounded queue per client; one client that stops reading would grow the
process without end. The queue here counts what waits, and the live server cuts who is too far
behind: a cut client resumes by number, so nothing is lost by it.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import engineio
import socketio


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
    """A Socket.IO server that can name and cut the clients that do not keep up."""

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
        if engine_socket is None:
            return
        await engine_socket.close(wait=False, abort=True)
        while not engine_socket.queue.empty():
            engine_socket.queue.get_nowait()
        engine_socket.queue.put_nowait(None)  # ends the writer, which closes the WebSocket

"""Bodies that wait for whoever reads them.

Quart takes a body into memory as fast as it comes, also while the view is busy writing the last
piece to disk. Here no more than a little is taken in: then the connection waits, and so does the
sender.
"""

import asyncio
from contextlib import suppress

from quart import Request
from quart.wrappers.request import Body

from app.http.precedence import ShortRequests
from app.http.socket_body import SocketBody
from app.http.takeover import TakeableConnection

MAX_WAITING = 2 << 20  # bytes of one request
MAX_UNREAD = 64 << 10  # bytes, before somebody begins to read: perhaps its sender may not write


class BoundedBody(Body):
    """A body of which at most a little waits in memory, unless somebody awaits it whole.

    It is read piece by piece (``async for``) or in blocks (``next_block``). With ``take_over`` the
    blocks come straight from the socket.
    """

    def __init__(self, expected_content_length: int | None, max_content_length: int | None) -> None:
        super().__init__(expected_content_length, max_content_length)
        self.connection: TakeableConnection | None = None
        self._left, self._position = expected_content_length, 0  # bytes to come, and the next
        self._rest: SocketBody | None = None
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_bounded, self._most, self._is_discarded = True, MAX_UNREAD, False
        self._least = MAX_WAITING
        self._has_block = asyncio.Event()

    @property
    def is_taken(self) -> bool:
        """Whether the connection is the reader's, who leaves nothing to the server."""
        return self.connection is not None and self.connection.is_taken

    @property
    def is_read(self) -> bool:
        """Whether all of it came and was taken."""
        return self._complete.is_set() and not self._data

    def take_over(self, position: int = 0) -> None:
        """Receive what the server has not read yet from the socket itself, where that can be.

        The body is to be written to ``position`` of a file.
        """
        is_known = self._left is not None and not self._complete.is_set()
        if is_known and self.connection is not None and self.connection.can_be_taken:
            self._position += position
            self.connection.take_over()

    def receive_rest(self, short: ShortRequests) -> None:
        """Begin with the socket: all that the server has read was appended."""
        if self.connection is not None and self._left:
            source = self.connection.socket()
            self._rest = SocketBody(source, self._left, self._position, MAX_WAITING, short)
        self._has_block.set()

    def close(self) -> None:
        """Let go of the socket."""
        if self._rest is not None:
            self._rest.close()

    async def next_block(self, least: int, seconds: float) -> bytearray | memoryview:
        """Return what came, as soon as it is ``least`` bytes, the end, or ``seconds`` have passed.

        Waking the reader for each piece of the network costs more than writing it to a disk.
        ``least`` is at most MAX_WAITING. It holds these bytes until two more were returned.
        Raises RequestEntityTooLarge.
        """
        if self._rest is not None and not self._data:
            return await self._next_of_rest(self._rest, seconds)
        self._least = least
        self._begin()
        if len(self._data) < least and not self._complete.is_set() and self._rest is None:
            self._has_block.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._has_block.wait()
        if self._must_raise is not None:
            raise self._must_raise
        return self.take()

    async def _next_of_rest(self, rest: SocketBody, seconds: float) -> memoryview:
        try:
            block = await rest.next_block(seconds, self._data.extend)
        except OSError:
            await self._wait_for_the_end()
            raise
        if rest.left == 0:
            self.set_complete()
        return block

    async def _wait_for_the_end(self) -> None:
        """Let the request be cancelled, as that of any sender that goes away."""
        if self.connection is not None:
            await self.connection.end()
            await asyncio.get_running_loop().create_future()

    def _begin(self) -> None:
        """Let more wait from now on: it is read."""
        if self._most < MAX_WAITING:
            self._most = MAX_WAITING
            self._receive_much()
            self._has_room.set()

    def _receive_much(self) -> None:
        if self.connection is not None:
            self.connection.begin_body()

    @property
    def is_complete(self) -> bool:
        """Whether nothing more comes."""
        return self._complete.is_set()

    def discard(self) -> None:
        """Keep nothing of it any more: its request is answered."""
        self._is_discarded = True
        self.take()

    async def wait_until_complete(self) -> None:
        """Return when nothing more comes; much of it is thrown away beneath the server.

        Raises ConnectionError when its sender goes away.
        """
        if self._left is not None and self._left > MAX_UNREAD:
            self.take_over()
        if self.is_taken:
            self._has_block.clear()
            if not self._complete.is_set():
                await self._has_block.wait()
            if self._rest is not None:
                await self._rest.drop()
        else:
            await self._complete.wait()

    def take(self) -> bytearray:
        """Return what waits, perhaps nothing, and let more come."""
        data, self._data = self._data, bytearray()
        self._has_data.clear()
        self._has_room.set()
        return data

    async def __anext__(self) -> bytes:
        """Return what waits, and let more come."""
        self._begin()
        data = await super().__anext__()
        self._has_room.set()
        return data

    def __await__(self):  # type: ignore[no-untyped-def]  # as Quart declares it
        """Take it whole: only then does everything have to fit."""
        self._is_bounded = False
        self._receive_much()
        self._has_room.set()
        return super().__await__()

    def append(self, data: bytes) -> None:
        """Take a piece in."""
        if self._left is not None:
            self._left -= len(data)
        self._position += len(data)
        if self._is_discarded:
            return
        super().append(data)
        if len(self._data) >= self._least:
            self._has_block.set()
        if self._is_bounded and len(self._data) >= self._most:
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

"""The rest of a body, received from its socket into blocks."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from mmap import MADV_HUGEPAGE, MAP_ANONYMOUS, MAP_PRIVATE, PAGESIZE, mmap
from socket import socket

from app.http.precedence import ShortRequests

RECEIVE_BYTES = 1 << 20  # at once: the event loop does nothing else meanwhile


class SocketBody:
    """The ``left`` bytes of a body that are still to come from ``source``, in blocks of ``size``.

    The next one is the byte ``position`` of a file. Each byte lies in its page of memory where it
    will lie in its page of the file, so that a disk can take it from there. Nobody else reads
    ``source``, and it does not block. Close this in the end.
    """

    def __init__(
        self, source: socket, left: int, position: int, size: int, short: ShortRequests
    ) -> None:
        self.left, self._position, self._size = left, position, size
        self._source, self._short_requests = source, short
        # Two by turns, since a new one for each block costs a tenth of all the work; they take
        # memory where bytes came, so that of slow senders it is little.
        self._blocks = cycle([_memory(size), _memory(size)])
        self._is_fast = False
        self._is_readable = asyncio.Event()

    async def next_block(self, seconds: float, keep: Callable[[bytes], None]) -> memoryview:
        """Return a block, or what came until the end or within ``seconds``.

        It holds these bytes until the next but one is returned. What was received when this is
        cancelled goes to ``keep``. Raises ConnectionError when the sender goes away; what it sent
        before goes to ``keep``.
        """
        await self._short_requests.let_pass()
        block, filled = memoryview(next(self._blocks))[self._position % PAGESIZE :], 0
        most = min(len(block), self.left)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while filled < most:
                        filled += await self._receive(block[filled:most])
        except (asyncio.CancelledError, OSError):
            keep(bytes(block[:filled]))
            raise
        if filled == len(block) and not self._is_fast:
            self._take_huge_pages()
        return block[:filled]

    def _take_huge_pages(self) -> None:
        """Receive into memory of huge pages from now on: it is filled whole anyway.

        A disk takes these in one piece, in two thirds of the time.
        """
        self._is_fast = True
        blocks = [_memory(self._size), _memory(self._size)]
        for block in blocks:
            with suppress(OSError):  # the system has none
                block.madvise(MADV_HUGEPAGE)
        self._blocks = cycle(blocks)

    def close(self) -> None:
        """Let go of the socket."""
        self._source.close()

    async def _receive(self, target: memoryview) -> int:
        """Receive some bytes into ``target``; nothing is awaited once they are there."""
        while (number := self._receive_now(target)) is None:
            await self._wait_until_readable()
        if number == 0:
            raise ConnectionResetError
        self.left -= number
        self._position += number
        return number

    def _receive_now(self, target: memoryview) -> int | None:
        try:
            return self._source.recv_into(target[:RECEIVE_BYTES])
        except BlockingIOError:
            return None

    async def _wait_until_readable(self) -> None:
        loop = asyncio.get_running_loop()
        self._is_readable.clear()
        loop.add_reader(self._source, self._is_readable.set)
        try:
            await self._is_readable.wait()
        finally:
            loop.remove_reader(self._source)


def _memory(size: int) -> mmap:
    return mmap(-1, size, flags=MAP_PRIVATE | MAP_ANONYMOUS)

"""The rest of a body, received from its socket into blocks."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from mmap import MADV_HUGEPAGE, MAP_ANONYMOUS, MAP_PRIVATE, PAGESIZE, mmap
from socket import SO_RCVLOWAT, SOL_SOCKET, socket

from app.http.precedence import ShortRequests

NUM_BLOCKS = 3  # one is received, one written, and of the one before the hash may not be done yet
FAST = 2  # times the size of a block for a sender that fills one whole within its time
RECEIVE_BYTES = 1 << 20  # at once: the event loop does nothing else meanwhile
DROPPED = bytearray(256 << 10)  # what nobody reads is received here, whoever sends it
WAKE_BYTES = 512 << 10  # fewer do not wake the event loop: that costs more than to receive them


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
        # By turns, since a new one for each block costs a tenth of all the work; they take memory
        # where bytes came, so that of slow senders it is little.
        self._blocks = cycle([_memory(size) for _ in range(NUM_BLOCKS)])
        self._is_fast = False
        self._is_readable = asyncio.Event()

    async def next_block(self, seconds: float, keep: Callable[[bytes], None]) -> memoryview:
        """Return a block, or what came until the end or within ``seconds``.

        It holds these bytes until two more were returned. What was received when this is cancelled
        goes to ``keep``. Raises ConnectionError when the sender goes away; what it sent before goes
        to ``keep``.
        """
        await self._short_requests.let_pass()
        block, filled = memoryview(next(self._blocks))[self._position % PAGESIZE :], 0
        most = min(len(block), self.left)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while filled < most:
                        filled += await self._receive(block[filled:most])
            if filled < most:  # fewer came than wake it
                filled += self._receive_now(block[filled:most]) or 0
        except (asyncio.CancelledError, OSError):
            keep(bytes(block[:filled]))
            raise
        if filled == len(block) and not self._is_fast:
            self._take_huge_pages()
        return block[:filled]

    def _take_huge_pages(self) -> None:
        """Receive more at once from now on, into memory of huge pages: it is filled whole anyway.

        A disk takes such a page in one piece, in two thirds of the time.
        """
        self._is_fast = True
        blocks = [_memory(FAST * self._size) for _ in range(NUM_BLOCKS)]
        for block in blocks:
            with suppress(OSError):  # the system has none
                block.madvise(MADV_HUGEPAGE)
        self._blocks = cycle(blocks)

    async def drop(self) -> None:
        """Throw away what is still to come. Raises ConnectionError when the sender goes away."""
        while self.left:
            await self._short_requests.let_pass()
            await self._receive(memoryview(DROPPED)[: self.left])
            await asyncio.sleep(0)

    def close(self) -> None:
        """Let go of the socket."""
        self._source.close()

    async def _receive(self, target: memoryview) -> int:
        """Receive some bytes into ``target``; nothing is awaited once they are there."""
        while (number := self._receive_now(target)) is None:
            await self._wait_for(min(len(target), WAKE_BYTES))
        if number == 0:
            raise ConnectionResetError
        return number

    def _receive_now(self, target: memoryview) -> int | None:
        try:
            number = self._source.recv_into(target[:RECEIVE_BYTES])
        except BlockingIOError:
            return None
        self.left -= number
        self._position += number
        return number

    async def _wait_for(self, least: int) -> None:
        """Return when so many bytes are there, or no more will come."""
        self._source.setsockopt(SOL_SOCKET, SO_RCVLOWAT, least)
        loop = asyncio.get_running_loop()
        self._is_readable.clear()
        loop.add_reader(self._source, self._is_readable.set)
        try:
            await self._is_readable.wait()
        finally:
            loop.remove_reader(self._source)


def _memory(size: int) -> mmap:
    return mmap(-1, size, flags=MAP_PRIVATE | MAP_ANONYMOUS)

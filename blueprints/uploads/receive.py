"""From the body of a request to the end of an upload: in pieces, straight to the disk.

The offset is committed now and then, so that a process that dies takes little with it, and when
the sender goes away or falls silent. With a checksum nothing counts until all of it is right.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from quart import request
from werkzeug.exceptions import RequestTimeout

from app.errors import RoundhouseError
from app.http.threads import run_in_thread
from blueprints.uploads.headers import CHECKSUMS, Checksum
from services.uploads.errors import ChecksumMismatch, LockLost
from services.uploads.writer import UploadWriter

P = ParamSpec("P")
T = TypeVar("T")

BLOCK = 1 << 20  # bytes that are written at once
COMMIT_BYTES = 64 << 20
COMMIT_SECONDS = 1.0
SILENCE_SECONDS = 30.0  # a sender that says nothing for so long is cut; it resumes where it was
# disks make threads wait: these are not the threads of use cases, so nobody else waits for them
_disk = ThreadPoolExecutor(4, thread_name_prefix="upload-disk")


async def receive_bytes(writer: UploadWriter, checksum: Checksum | None) -> None:
    """Append the body of this request, commit, and close the writer, whatever happens.

    Raises ChecksumMismatch, TooLarge, DiskFull, LockLost and RequestTimeout. What had arrived
    before any of these counts, except with a checksum.
    """
    receiver = _Receiver(writer, checksum)
    try:
        await receiver.receive()
    finally:
        await asyncio.shield(asyncio.ensure_future(receiver.end()))


class _Receiver:
    """Writes the pieces of one body."""

    def __init__(self, writer: UploadWriter, checksum: Checksum | None) -> None:
        self._writer, self._checksum = writer, checksum
        self._digest = CHECKSUMS[checksum.algorithm]() if checksum else None
        self._block, self._is_committed = bytearray(), False
        self._loop = asyncio.get_running_loop()
        self._committed_at = self._loop.time()

    async def receive(self) -> None:
        """Write the whole body, then commit it."""
        self._writer.require_room_for(request.content_length or 0)
        async for piece in self._pieces():
            self._block += piece
            if len(self._block) >= BLOCK or not piece:
                await self._write()
        await self._write()
        self._compare()
        await run_in_thread(self._writer.commit, release=True)
        self._is_committed = True

    async def end(self) -> None:
        """Commit what came before an error, without a checksum, and close the writer."""
        try:
            if not self._is_committed and self._checksum is None and not self._writer.is_revoked:
                await self._write()
                await run_in_thread(self._writer.commit, release=True)
        except RoundhouseError:
            return  # full, or taken over: the row says how far it is
        finally:
            await _on_disk(self._writer.close)

    def _compare(self) -> None:
        if self._checksum is None or self._digest is None:
            return
        if not hmac.compare_digest(self._digest.digest(), self._checksum.digest):
            raise ChecksumMismatch

    async def _write(self) -> None:
        block, self._block = self._block, bytearray()
        if block:
            await _on_disk(self._write_now, block)
        if self._checksum is None and self._is_due():
            await run_in_thread(self._writer.commit)
            self._committed_at = self._loop.time()

    def _write_now(self, block: bytearray) -> None:
        if self._digest is not None:
            self._digest.update(block)
        self._writer.write(block)

    def _is_due(self) -> bool:
        pending = self._writer.position - self._writer.committed
        late = self._loop.time() - self._committed_at > COMMIT_SECONDS
        return pending >= COMMIT_BYTES or (pending > 0 and late)

    async def _pieces(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes, and nothing (``b""``) after each second of silence."""
        body, silence = aiter(request.body), 0.0
        coming: asyncio.Task[bytes | None] | None = None
        try:
            while True:
                coming = coming or asyncio.ensure_future(_next(body))
                done, _ = await asyncio.wait((coming,), timeout=COMMIT_SECONDS)
                if done:
                    piece, coming, silence = coming.result(), None, 0.0
                    if piece is None:
                        return
                    yield piece
                else:
                    silence += COMMIT_SECONDS
                    self._check_silence(silence)
                    yield b""
        finally:
            if coming is not None:
                coming.cancel()

    def _check_silence(self, silence: float) -> None:
        if self._writer.is_revoked:
            raise LockLost
        if silence >= SILENCE_SECONDS:
            raise RequestTimeout


async def _next(body: AsyncIterator[bytes]) -> bytes | None:
    try:
        return await anext(body)
    except StopAsyncIteration:
        return None


async def _on_disk(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_disk, lambda: function(*args, **kwargs))

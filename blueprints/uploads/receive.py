"""From the body of a request to the end of an upload: in pieces, straight to the disk.

The offset is committed now and then, beside the writing, so that a process that dies takes little
with it, and when the sender goes away or falls silent. With a checksum nothing counts until all of
it is right.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from quart import request
from werkzeug.exceptions import RequestTimeout

from app.errors import RoundhouseError
from app.http.body import BoundedBody
from app.http.threads import run_in_thread
from blueprints.uploads.headers import CHECKSUMS, Checksum
from services.uploads.errors import ChecksumMismatch, LockLost
from services.uploads.writer import UploadWriter

Block = bytearray | memoryview

BLOCK = 2 << 20  # bytes that are written at once
LONG = 4 << 20  # bytes of a body for which the connection is taken over, and closed in the end
COMMIT_BYTES = 64 << 20  # a commit keeps the interpreter from the blocks for some milliseconds
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
    """Writes the blocks of one body, and commits what is written while the next ones come."""

    def __init__(self, writer: UploadWriter, checksum: Checksum | None) -> None:
        self._writer, self._checksum = writer, checksum
        self._digest = CHECKSUMS[checksum.algorithm]() if checksum else None
        self._body = cast("BoundedBody", request.body)
        self._writing: asyncio.Future[None] | None = None
        self._committing: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._begun_at, self._begun_with = self._loop.time(), writer.position
        self._is_committed = False

    async def receive(self) -> None:
        """Write the whole body, then commit it."""
        self._writer.require_room_for(request.content_length or 0)
        if (request.content_length or 0) >= LONG:
            self._body.take_over(self._writer.position)
        async for block in self._blocks():
            await self._begin_write(block)
            if self._checksum is None and self._is_due():
                await self._begin_commit()
        await self._written()
        self._compare()
        await self._commit_all()

    async def end(self) -> None:
        """Commit what came before an error, without a checksum, and close the writer."""
        try:
            if not self._is_committed and self._checksum is None and not self._writer.is_revoked:
                await self._write_waiting()
                await self._commit_all()
        except RoundhouseError:
            return  # full, or taken over: the row says how far it is
        finally:
            await _finished(self._writing, self._committing)
            await self._loop.run_in_executor(_disk, self._writer.close)

    def _compare(self) -> None:
        if self._checksum is None or self._digest is None:
            return
        if not hmac.compare_digest(self._digest.digest(), self._checksum.digest):
            raise ChecksumMismatch

    async def _begin_write(self, block: Block) -> None:
        """Write ``block`` while the next comes; the one before must be written.

        Once begun it is written whole, whatever becomes of the request.
        """
        await self._written()
        if block:
            # not a task: one would begin no sooner than this one waits, and often it need not
            self._writing = self._loop.run_in_executor(_disk, self._write_now, block)

    async def _written(self) -> None:
        """Return when all that was begun is written. Raises what kept it from being written."""
        if self._writing is not None:
            await asyncio.shield(self._writing)

    async def _write_waiting(self) -> None:
        """Write what came and was not taken, unless what should stand before it is missing."""
        await _finished(self._writing)
        if self._writing is None or self._writing.exception() is None:
            await self._begin_write(self._body.take())
            await self._written()

    def _write_now(self, block: Block) -> None:
        if self._digest is not None:
            self._digest.update(block)
        self._writer.write(block)

    def _is_due(self) -> bool:
        pending = self._writer.position - self._begun_with
        late = self._loop.time() - self._begun_at > COMMIT_SECONDS
        return pending >= COMMIT_BYTES or (pending > 0 and late)

    async def _begin_commit(self) -> None:
        """Begin to commit what is written; the one before must have ended well."""
        if self._committing is not None:
            await asyncio.shield(self._committing)
        self._begun_at, self._begun_with = self._loop.time(), self._writer.position
        self._committing = asyncio.ensure_future(run_in_thread(self._writer.commit))

    async def _commit_all(self) -> None:
        if self._committing is not None:
            await asyncio.shield(self._committing)
        self._committing = asyncio.ensure_future(run_in_thread(self._writer.commit, release=True))
        await asyncio.shield(self._committing)
        self._is_committed = True

    async def _blocks(self) -> AsyncIterator[Block]:
        """Yield the body in blocks, and what there is, perhaps nothing, after each second."""
        silence = 0.0
        while not self._body.is_read:
            block = await self._body.next_block(BLOCK, COMMIT_SECONDS)
            silence = 0.0 if block else silence + COMMIT_SECONDS
            self._check_silence(silence)
            yield block

    def _check_silence(self, silence: float) -> None:
        if self._writer.is_revoked:
            raise LockLost
        if silence >= SILENCE_SECONDS:
            raise RequestTimeout


async def _finished(*futures: asyncio.Future[None] | None) -> None:
    """Wait until these have ended, well or not; whoever began them has heard of it."""
    await asyncio.gather(*filter(None, futures), return_exceptions=True)

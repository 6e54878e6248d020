"""Writing bytes to the end of an upload.

One request writes to an upload at a time. It holds the lock of the file (``files``) and its token
stands in the row; a commit of the offset is refused when another token stands there. The offset
is committed after ``fsync``: what it counts outlives a power cut, and what lies in the file
beyond it is cut off by whoever writes next.
"""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import update

from app.clock import now
from app.db.types import database_time
from app.errors import RoundhouseError, TooLarge
from app.models.upload import StoredUpload
from services.uploads.errors import LockLost, UploadExpired
from services.uploads.files import disk_errors, new_name
from services.uploads.running_hash import RunningHash
from services.uploads.types import UploadStore

if TYPE_CHECKING:
    from hashlib import _Hash


class UploadWriter:
    """The one writer of an upload, from ``begin_append`` until ``close``.

    Its methods are called one at a time, from any thread, but ``write`` may go on beside
    ``commit``, and ``revoke`` may come at any moment. ``committed`` bytes are safe, ``position``
    bytes are written.
    """

    def __init__(self, store: UploadStore, row: StoredUpload, descriptor: int) -> None:
        self.token = new_name()
        self.upload_id, self.name = row.id, row.file
        self.committed = self.position = row.received
        self.max_length = row.length if row.length is not None else store.limits.max_bytes
        self.length = row.length
        self._store, self._descriptor = store, descriptor
        state = store.files.hash_at(row.file, row.received)
        self._hash, self._committed_hash = RunningHash(state) if state else None, state
        self._lock, self._last_sign = threading.Lock(), time.monotonic()
        self._is_committing = False
        self._failure: Exception | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it has done nothing for so long that another request may take over."""
        silence = time.monotonic() - self._last_sign
        is_busy = self._is_committing or self._lock.locked()
        return not is_busy and silence > self._store.limits.stall_seconds

    @property
    def is_revoked(self) -> bool:
        """Whether another request has taken over."""
        return self._descriptor < 0

    def cut_off(self) -> None:
        """Drop what lies beyond the committed bytes: somebody wrote it who did not commit.

        Raises UploadExpired where the file is shorter than its row says, so that its bytes are
        lost: that can only be a folder that was restored or emptied by hand.
        """
        with self._lock, disk_errors():
            if os.fstat(self._descriptor).st_size < self.committed:
                raise UploadExpired
            os.ftruncate(self._descriptor, self.committed)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write ``data`` at the end; leave it as it is until the next one is written, or committed.

        Raises TooLarge beyond the length, DiskFull and LockLost.
        """
        self.require_room_for(len(data))
        view = memoryview(data)
        with self._lock:
            self._require_lock()
            with self._hashed(view), disk_errors():
                while view:
                    done = self._store.files.disk.write(self._descriptor, view, self.position)
                    self.position += done
                    view = view[done:]
            self._last_sign = time.monotonic()

    @contextmanager
    def _hashed(self, view: memoryview) -> Iterator[None]:
        """Hash ``view`` beside this write and the next; should this fail, what it wrote."""
        if self._hash is None:
            yield
            return
        begin = self.position
        self._hash.extend(view)
        try:
            yield
        finally:
            self._hash.wait_for_earlier()
            if self.position - begin != len(view):
                self._hash.replace_last(view[: self.position - begin])

    def require_room_for(self, number: int) -> None:
        """Refuse more bytes than the file has left. Raises TooLarge."""
        if self.position + number > self.max_length:
            raise TooLarge(f"More bytes came than the {self.max_length} that were announced.")

    def commit(self, *, release: bool = False) -> None:
        """Make the row count what has been written and is safe on the disk; ``release`` the lock.

        The bytes that are written meanwhile count with the next commit. Raises LockLost and
        DiskFull.
        """
        with self._begun_commit() as (descriptor, position, digest):
            if position != self.committed:
                self._flush(descriptor)
            self._commit_row(position, release=release)
            state = digest.result() if digest else None
            self.committed, self._committed_hash = position, state

    @contextmanager
    def _begun_commit(self) -> Iterator[tuple[int, int, "Future[_Hash] | None"]]:
        """Yield a descriptor that outlives ``revoke``, the bytes to commit and their hash."""
        with self._lock:
            self._require_lock()
            digest = self._hash.so_far() if self._hash else None
            descriptor, position = os.dup(self._descriptor), self.position
            self._is_committing = True
        try:
            yield descriptor, position, digest
        finally:
            os.close(descriptor)
            self._last_sign, self._is_committing = time.monotonic(), False

    def _flush(self, descriptor: int) -> None:
        """Wait until the bytes are on the disk.

        When that fails the kernel may have dropped them, and the next try would succeed without
        them: so nothing is written or counted after a failure.
        """
        try:
            with disk_errors():
                self._store.files.disk.flush(descriptor)
        except (OSError, RoundhouseError) as error:
            self._failure = error
            raise

    def revoke(self) -> None:
        """Keep it from writing anything more."""
        with self._lock:
            self._close()

    def close(self) -> None:
        """Let the next one write. Its token may stay in the row: the next one replaces it."""
        with self._lock:
            if self._committed_hash is not None and not self.is_revoked:
                self._store.files.keep_hash(self.name, self.committed, self._committed_hash)
            self._close()
        with self._store.files.lock:
            if self._store.files.writers.get(self.upload_id) is self:
                del self._store.files.writers[self.upload_id]

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _require_lock(self) -> None:
        if self.is_revoked:
            raise LockLost
        if self._failure is not None:
            raise self._failure

    def _commit_row(self, position: int, *, release: bool) -> None:
        limits = self._store.limits
        statement = (
            update(StoredUpload)
            .where(StoredUpload.id == self.upload_id, StoredUpload.lock_holder == self.token)
            .values(
                received=position,
                expires_at=now() + limits.lifetime,
                lock_holder=None if release else self.token,
                lock_expires_at=None if release else database_time() + limits.stall_seconds,
            )
            .returning(StoredUpload.id)
        )
        with self._store.database.write() as unit:
            if unit.session.scalar(statement) is None:
                raise LockLost

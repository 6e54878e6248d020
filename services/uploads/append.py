"""Becoming the one who writes to an upload."""

from contextlib import ExitStack

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.types import database_time
from app.errors import TooLarge
from app.models.upload import FINAL, RECEIVING, StoredUpload
from services.uploads.errors import (
    FinalUpload,
    UploadExpired,
    UploadFinished,
    UploadLocked,
    UploadRequestInvalid,
    WrongOffset,
)
from services.uploads.files import new_name
from services.uploads.repository import require_own, require_room
from services.uploads.types import UploadStore
from services.uploads.writer import UploadWriter


def begin_append(
    store: UploadStore, actor: Actor, upload_id: str, offset: int, *, length: int | None = None
) -> UploadWriter:
    """Return the writer of an upload whose next byte is at ``offset``; close it in the end.

    ``length`` is that of the whole, if it was not known before. Raises UploadNotFound,
    UploadExpired, WrongOffset, UploadFinished, FinalUpload, UploadRequestInvalid for another
    length, and UploadLocked while another request writes; one that is silent for 4 s is replaced.
    """
    with store.database.read() as session:
        row = require_own(session, actor, upload_id)
        lock_expired = _lock_expired(session, row)
    _require_appendable(row, offset)
    _take_length(row, length, store)
    replaced = row.file
    writer = _claim_file(store, row, lock_expired=lock_expired)
    with ExitStack() as stack:
        stack.callback(writer.close)
        _enter(store, actor, row, writer, replaced)
        writer.cut_off()
        stack.pop_all()
    return writer


def _require_appendable(row: StoredUpload, offset: int) -> None:
    if row.concat == FINAL:
        raise FinalUpload("This upload was made of others: nothing can be added to it.")
    if row.num_parts is not None:
        raise UploadFinished("This upload takes numbered parts only.")
    if offset != row.received:
        raise WrongOffset(offset, row.received)
    if row.state != RECEIVING:
        raise UploadFinished("The upload is complete: it takes no more bytes.")


def _take_length(row: StoredUpload, length: int | None, store: UploadStore) -> None:
    if length is None or length == row.length:
        return
    if row.length is not None:
        raise UploadRequestInvalid(f"The upload has {row.length} bytes, not {length}.")
    if length < row.received:
        raise UploadRequestInvalid(f"{row.received} bytes are here already, more than {length}.")
    if length > store.limits.max_bytes:
        raise TooLarge(f"The file has {length} bytes; {store.limits.max_bytes} are allowed.")
    row.length = length


def _claim_file(store: UploadStore, row: StoredUpload, *, lock_expired: bool) -> UploadWriter:
    """Return a writer that holds the lock of the file. Raises UploadLocked."""
    files = store.files
    with files.lock:
        current = files.writers.get(row.id)
        if current is not None and not current.is_silent:
            raise UploadLocked
        if current is not None:
            current.revoke()
        descriptor = files.open_locked(row.file)
        if descriptor is None:
            descriptor = _leave_frozen_process(store, row, lock_expired=lock_expired)
        writer = UploadWriter(store, row, descriptor)
        files.writers[row.id] = writer
    return writer


def _leave_frozen_process(store: UploadStore, row: StoredUpload, *, lock_expired: bool) -> int:
    """Leave the file to a process that holds it and says nothing: go on in a copy of it.

    Whatever that process writes when it wakes goes to a file that no row names.
    """
    if not lock_expired:
        raise UploadLocked
    name = new_name()
    store.files.copy_head(row.file, name, row.received)
    row.file = name
    descriptor = store.files.open_locked(name)
    if descriptor is None:
        raise UploadLocked
    return descriptor


def _enter(
    store: UploadStore, actor: Actor, row: StoredUpload, writer: UploadWriter, replaced: str
) -> None:
    """Write the writer's token into the row if the row is still what was read."""
    statement = (
        update(StoredUpload)
        .where(
            StoredUpload.id == row.id,
            StoredUpload.received == row.received,
            StoredUpload.file == replaced,
            StoredUpload.state == RECEIVING,
        )
        .values(
            file=row.file,
            length=row.length,
            lock_holder=writer.token,
            lock_expires_at=database_time() + store.limits.stall_seconds,
        )
        .returning(StoredUpload.id)
    )
    with store.database.write() as unit:
        known = unit.session.get(StoredUpload, row.id)
        if known is not None and known.length is None and row.length is not None:
            require_room(unit.session, actor, row.length - row.received, store.limits)
        if unit.session.scalar(statement) is None:
            fresh = unit.session.get(StoredUpload, row.id, populate_existing=True)
            if fresh is None:
                raise UploadExpired
            raise WrongOffset(row.received, fresh.received)


def _lock_expired(session: Session, row: StoredUpload) -> bool:
    if row.lock_expires_at is None:
        return True
    return bool(session.scalar(select(database_time() > row.lock_expires_at)))

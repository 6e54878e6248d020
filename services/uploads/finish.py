"""When all bytes are there: the hash of the whole, and whether it is the one announced."""

from sqlalchemy import delete, update

from app.auth.actor import Actor
from app.clock import now
from app.models.upload import FINAL, FINISHED, PARTIAL, RECEIVING, StoredUpload
from services.uploads.errors import HashMismatch
from services.uploads.repository import require_own
from services.uploads.types import UploadStore


def complete_upload(store: UploadStore, actor: Actor, upload_id: str) -> StoredUpload:
    """Return the upload, finished if all of its bytes are there; asking twice changes nothing.

    Raises HashMismatch, and drops the upload, when the whole is not what was announced.
    """
    with store.database.read() as session:
        row = require_own(session, actor, upload_id)
    if not is_complete(row):
        return row
    row.sha256 = store.files.sha256(row.file, row.received)
    if row.expected_sha256 not in (None, row.sha256):
        _drop(store, row)
        raise HashMismatch(str(row.expected_sha256), row.sha256)
    row.state, row.expires_at = FINISHED, now() + store.limits.lifetime
    with store.database.write() as unit:
        unit.session.execute(
            update(StoredUpload)
            .where(StoredUpload.id == row.id, StoredUpload.state == RECEIVING)
            .values(state=row.state, sha256=row.sha256, expires_at=row.expires_at)
        )
    return row


def is_complete(row: StoredUpload) -> bool:
    """Return whether all bytes are there and the upload was not finished yet."""
    whole = row.concat == FINAL or (row.concat != PARTIAL and row.num_parts is None)
    return whole and row.state == RECEIVING and row.received == row.length


def _drop(store: UploadStore, row: StoredUpload) -> None:
    with store.database.write() as unit:
        unit.session.execute(delete(StoredUpload).where(StoredUpload.id == row.id))
    store.files.delete(row.file)

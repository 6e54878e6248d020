"""When all bytes are there: the hash of the whole, and whether it is the one announced."""

from sqlalchemy import delete, update

from app.auth.actor import Actor
from app.clock import now
from app.models.upload import FINAL, FINISHED, PARTIAL, RECEIVING, StoredUpload, UploadPart
from services.uploads.errors import HashMismatch, UploadExpired
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
    computed = store.files.sha256(row.file, row.received)
    return finish_with(store, row, computed, _hash_field(row))


def _hash_field(row: StoredUpload) -> str:
    """Return the word by which the metadata of tus announced the hash."""
    said = row.details
    return "fileHash" if said.get("fileHash") and not said.get("sha256") else "sha256"


def is_complete(row: StoredUpload) -> bool:
    """Return whether all bytes are there and the upload was not finished yet."""
    whole = row.concat == FINAL or (row.concat != PARTIAL and row.num_parts is None)
    return whole and row.state == RECEIVING and row.received == row.length


def finish_with(
    store: UploadStore, row: StoredUpload, sha256: str, hash_field: str = "sha256"
) -> StoredUpload:
    """Finish ``row`` with its file and the hash of it, and return it as it stands then.

    Where another request has finished it meanwhile, that one's file counts. Raises HashMismatch,
    which names ``hash_field``, the field in which the client announced the hash.
    """
    if row.expected_sha256 not in (None, sha256):
        _drop(store, row)
        raise HashMismatch(str(row.expected_sha256), sha256, hash_field)
    statement = (
        update(StoredUpload)
        .where(StoredUpload.id == row.id, StoredUpload.state == RECEIVING)
        .values(
            state=FINISHED,
            sha256=sha256,
            file=row.file,
            length=row.length,
            received=row.received,
            expires_at=now() + store.limits.lifetime,
        )
    )
    with store.database.write() as unit:
        unit.session.execute(statement)
        stands = unit.session.get(StoredUpload, row.id)
    if stands is None:
        raise UploadExpired
    return stands


def _drop(store: UploadStore, row: StoredUpload) -> None:
    with store.database.write() as unit:
        unit.session.execute(delete(UploadPart).where(UploadPart.upload_id == row.id))
        unit.session.execute(delete(StoredUpload).where(StoredUpload.id == row.id))
    store.files.delete(row.file)

"""Giving an upload up."""

from sqlalchemy import delete, select

from app.auth.actor import Actor
from app.models.upload import StoredUpload, UploadPart
from services.uploads.errors import UploadNotFound
from services.uploads.repository import require_own
from services.uploads.types import UploadStore


def delete_upload(store: UploadStore, actor: Actor, upload_id: str) -> None:
    """Delete an upload and its bytes; what was made of it stays, as it has bytes of its own.

    A request that writes to it is refused from here on. Raises UploadNotFound and UploadExpired.
    """
    with store.database.write() as unit:
        require_own(unit.session, actor, upload_id)
        parts = unit.session.scalars(
            select(UploadPart.file).where(UploadPart.upload_id == upload_id)
        ).all()
        unit.session.execute(delete(UploadPart).where(UploadPart.upload_id == upload_id))
        gone = delete(StoredUpload).where(StoredUpload.id == upload_id).returning(StoredUpload.file)
        if (file := unit.session.scalar(gone)) is None:
            raise UploadNotFound(upload_id)
    store.files.delete(file, *parts)


def forget_upload(store: UploadStore, actor: Actor, upload_id: str) -> None:
    """Delete the actor's upload, expired or not, so that another of its reference can begin.

    What was made of it stays; its bytes are swept.
    """
    mine = (StoredUpload.owner_id == actor.user_id, StoredUpload.id == upload_id)
    with store.database.write() as unit:
        ids = select(StoredUpload.id).where(*mine)
        unit.session.execute(delete(UploadPart).where(UploadPart.upload_id.in_(ids)))
        unit.session.execute(delete(StoredUpload).where(*mine))

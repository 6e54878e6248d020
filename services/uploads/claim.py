"""Saying what was made of an upload, in the commit that makes it."""

from sqlalchemy import update

from app.auth.actor import Actor
from app.db.uow import UnitOfWork
from app.models.upload import CLAIMED, FINISHED, StoredUpload
from services.uploads.errors import UploadClaimed


def claim_upload(unit: UnitOfWork, actor: Actor, upload_id: str, claimed_by: str) -> None:
    """Mark a finished upload as used by ``claimed_by`` (``dataset:7``): once, by one thing.

    Raises UploadClaimed where another has it; then nothing of ``unit`` is committed.
    """
    statement = (
        update(StoredUpload)
        .where(
            StoredUpload.id == upload_id,
            StoredUpload.owner_id == actor.user_id,
            StoredUpload.state == FINISHED,
        )
        .values(state=CLAIMED, claimed_by=claimed_by)
        .returning(StoredUpload.id)
    )
    if unit.session.scalar(statement) is None:
        raise UploadClaimed("Something was made of this upload already, or it has been deleted.")

"""Looking at uploads, and at the bytes of finished ones."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from app.auth.actor import Actor
from app.clock import now
from app.db.pages import Page
from app.models.upload import CLAIMED, FINISHED, StoredUpload
from services.uploads.errors import UploadClaimed, UploadUnfinished
from services.uploads.finish import complete_upload
from services.uploads.repository import require_own
from services.uploads.types import OpenedUpload, UploadStore


def get_upload(store: UploadStore, actor: Actor, upload_id: str) -> StoredUpload:
    """Return one upload of the actor's. Raises UploadNotFound and UploadExpired."""
    with store.database.read() as session:
        return require_own(session, actor, upload_id)


def list_uploads(
    store: UploadStore, actor: Actor, *, limit: int, offset: int
) -> Page[StoredUpload]:
    """Return a page of the actor's uploads, the newest first."""
    mine = (StoredUpload.owner_id == actor.user_id, StoredUpload.expires_at > now())
    query = select(StoredUpload).where(*mine)
    query = query.order_by(StoredUpload.created_at.desc(), StoredUpload.id)
    with store.database.read() as session:
        total = int(
            session.scalar(select(func.count()).select_from(StoredUpload).where(*mine)) or 0
        )
        rows = session.scalars(query.limit(limit).offset(offset)).all()
    return Page(items=rows, total=total, limit=limit, offset=offset)


@contextmanager
def opened(store: UploadStore, actor: Actor, upload_id: str) -> Iterator[OpenedUpload]:
    """Hand over the bytes of a finished upload that nothing has used; see ``claim_upload``.

    Raises UploadNotFound, UploadExpired, UploadUnfinished and UploadClaimed.
    """
    row = complete_upload(store, actor, upload_id)
    if row.state == CLAIMED:
        raise UploadClaimed(f"{row.claimed_by} was made of this upload already.")
    if row.state != FINISHED or row.sha256 is None:
        missing = "" if row.length is None else f" of {row.length}"
        raise UploadUnfinished(f"{row.received}{missing} bytes of this upload are here.")
    yield OpenedUpload(
        id=row.id,
        path=store.files.path(row.file),
        filename=row.filename,
        length=row.received,
        sha256=row.sha256,
    )

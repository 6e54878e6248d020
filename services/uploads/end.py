"""Ending uploads together with the thing that they were for."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.upload import RECEIVING, StoredUpload, UploadPart


def end_unfinished(session: Session, purposes: Sequence[str]) -> int:
    """Delete the unfinished uploads of these purposes, whoever sends them; return how many.

    A request that writes to one is refused as expired from the commit on. The bytes go with the
    next sweep, which sees that no row names them.
    """
    mine = (StoredUpload.purpose.in_(purposes), StoredUpload.state == RECEIVING)
    ids = session.scalars(select(StoredUpload.id).where(*mine)).all()
    session.execute(delete(UploadPart).where(UploadPart.upload_id.in_(ids)))
    session.execute(delete(StoredUpload).where(StoredUpload.id.in_(ids)))
    return len(ids)

"""Making a file of a session out of a finished upload."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.auth.actor import Actor
from app.errors import RoundhouseError
from app.models.forecasting import SessionFile
from app.models.upload import CLAIMED, StoredUpload
from app.storage import ObjectStore
from services.forecasting.errors import DuplicateFile
from services.forecasting.files.create import Reader, SeriesUpload, create_file
from services.forecasting.uploads import LABEL
from services.forecasting.uploads.receive import file_of
from services.uploads.delete import delete_upload
from services.uploads.errors import UploadClaimed, UploadExpired, UploadNotFound
from services.uploads.read import get_upload
from services.uploads.types import UploadStore

REFUSED = (400, 422)


def take_in(
    store: UploadStore,
    objects: ObjectStore,
    actor: Actor,
    upload: StoredUpload,
    path: Path,
    read: Reader,
    *,
    quota_bytes: int = 0,
) -> Sequence[SessionFile]:
    """Take the finished ``upload``, whose bytes lie at ``path``, into its session.

    Where another request was quicker, its rows are returned. Raises as ``create_file`` does.
    """
    said = _series_upload(upload, path)
    try:
        return create_file(store.database, objects, actor, said, read, quota_bytes=quota_bytes)
    except (DuplicateFile, UploadClaimed):
        stands = get_upload(store, actor, upload.id)
        if stands.state != CLAIMED:
            raise
        return rows_of(store, stands)


def drop_refused(
    store: UploadStore, actor: Actor, upload: StoredUpload, error: RoundhouseError
) -> None:
    """Delete an upload whose content is refused: its chunks may come again, with other bytes."""
    if error.status in REFUSED:
        with suppress(UploadNotFound):  # another request was quicker
            delete_upload(store, actor, upload.id)


def rows_of(store: UploadStore, upload: StoredUpload) -> Sequence[SessionFile]:
    """Return the series of the file that was made of an upload, the first one first.

    Raises UploadExpired where the file has been deleted.
    """
    with store.database.read() as session:
        first = file_of(session, upload)
        if first is None:
            raise UploadExpired
        query = select(SessionFile).where(
            SessionFile.session_id == first.session_id, SessionFile.object_key == first.object_key
        )
        return session.scalars(query.order_by(SessionFile.series_index)).all()


def _series_upload(upload: StoredUpload, path: Path) -> SeriesUpload:
    details = upload.details
    fields: Mapping[str, Any] = details.get("fields", details)  # of tus: beside the others
    return SeriesUpload(
        path=path,
        file_name=upload.filename,
        direction=details.get("fileType"),
        session_id=details.get("sessionId"),
        label=details.get(LABEL),
        metadata=fields,
        known_sha256=upload.sha256,
        upload_id=upload.id,
        creates_session=False,
    )

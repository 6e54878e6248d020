"""Files of a session that have not arrived whole, and what of them is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.models.forecasting import ForecastSession
from app.models.upload import PARTIAL, RECEIVING, StoredUpload, UploadPart
from services.forecasting.errors import UploadsIncomplete
from services.forecasting.topics import subject_of
from services.forecasting.uploads import LABEL
from services.uploads.domain.holes import missing_numbers, named

MAX_SHOWN = 100  # indices in an answer: there may be a hundred thousand


@dataclass(frozen=True, kw_only=True)
class IncompleteUpload:
    """A file on its way. ``missing`` are indices of chunks, None where it comes by tus."""

    upload_id: str
    file_name: str
    direction: str
    label: str | None
    received: int
    length: int | None
    total_chunks: int | None
    missing: Sequence[int] | None

    @property
    def first_missing(self) -> Sequence[int] | None:
        """Return as many of the missing indices as an answer shows."""
        return None if self.missing is None else self.missing[:MAX_SHOWN]

    @property
    def missing_count(self) -> int:
        """Return how many chunks are missing."""
        return len(self.missing or ())

    def __str__(self) -> str:
        """Return a sentence that says what to send."""
        if self.missing is None:
            return f"{self.file_name}: {self.received} of {self.length or '?'} bytes are here."
        if not self.missing:
            return f"{self.file_name}: all chunks are here; send one of them again."
        if len(self.missing) == 1:
            return f"{self.file_name}: chunk {self.missing[0]} is missing."
        return f"{self.file_name}: chunks {named(list(self.missing))} are missing."


def incomplete_uploads(session: Session, owner: ForecastSession) -> list[IncompleteUpload]:
    """Return the uploads of a session's owner for it that are not whole, the oldest first."""
    query = select(StoredUpload).where(
        StoredUpload.owner_id == owner.owner_id,
        StoredUpload.purpose == subject_of(owner.id),
        StoredUpload.state == RECEIVING,
        StoredUpload.concat.is_distinct_from(PARTIAL),
        StoredUpload.expires_at > now(),
    )
    rows = session.scalars(query.order_by(StoredUpload.created_at, StoredUpload.id)).all()
    return [_described(session, row) for row in rows]


def refuse_incomplete(session: Session, owner: ForecastSession) -> None:
    """Raise UploadsIncomplete, naming files and what is missing, where any is on its way."""
    incomplete = incomplete_uploads(session, owner)
    if incomplete:
        sentences = [str(one) for one in incomplete]
        raise UploadsIncomplete(" ".join(sentences), errors={"files": sentences})


def _described(session: Session, row: StoredUpload) -> IncompleteUpload:
    missing = None
    if row.num_parts is not None:
        query = select(UploadPart.number).where(UploadPart.upload_id == row.id)
        missing = missing_numbers(row.num_parts, session.scalars(query).all())
    return IncompleteUpload(
        upload_id=row.id,
        file_name=row.filename,
        direction=str(row.details.get("fileType")),
        label=row.details.get(LABEL),
        received=row.received,
        length=row.length,
        total_chunks=row.num_parts,
        missing=missing,
    )

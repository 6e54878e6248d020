"""The first bytes of an upload, while the others are still on their way."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.models.upload import RECEIVING, StoredUpload, UploadPart
from services.uploads.errors import UploadExpired
from services.uploads.files import BLOCK, disk_errors
from services.uploads.repository import require_own
from services.uploads.types import UploadStore


@dataclass(frozen=True, kw_only=True)
class UploadHead:
    """``received`` of ``length`` bytes are safe, ``copied`` of them were given.

    ``length`` of an upload in numbered parts is None until it is whole.
    """

    filename: str
    received: int
    length: int | None
    copied: int


def copy_head(
    store: UploadStore, actor: Actor, upload_id: str, target: Path, max_bytes: int
) -> UploadHead:
    """Copy the first bytes of an upload that are safe on the disk to ``target``.

    Of one that comes in numbered parts these are the parts before the first that is missing.
    Raises UploadNotFound, UploadExpired and DiskFull.
    """
    row, names = _in_order(store, actor, upload_id)
    try:
        copied = _copy(store, names, target, min(row.received, max_bytes))
    except UploadExpired:
        row, names = _in_order(store, actor, upload_id)
        if row.state == RECEIVING:
            raise
        # its last part came meanwhile: parts that are joined are gone
        copied = _copy(store, names, target, min(row.received, max_bytes))
    return UploadHead(
        filename=row.filename, received=row.received, length=row.length, copied=copied
    )


def _in_order(
    store: UploadStore, actor: Actor, upload_id: str
) -> tuple[StoredUpload, Sequence[str]]:
    """Return an upload and the files that hold its first bytes, one after the other."""
    with store.database.read() as session:
        row = require_own(session, actor, upload_id)
        is_in_parts = row.num_parts is not None and row.state == RECEIVING
        return row, _leading_parts(session, row) if is_in_parts else [row.file]


def _leading_parts(session: Session, row: StoredUpload) -> list[str]:
    """Return the files of the parts before the first that is missing."""
    query = select(UploadPart.number, UploadPart.file).where(UploadPart.upload_id == row.id)
    parts = session.execute(query.order_by(UploadPart.number)).all()
    return [file for place, (number, file) in enumerate(parts) if number == place]


def _copy(store: UploadStore, names: Sequence[str], target: Path, number: int) -> int:
    """Make ``target`` of the first ``number`` bytes of files; return how many there were."""
    left = number
    with disk_errors(), target.open("wb") as file:
        for name in names:
            with store.files.path(name).open("rb") as source:
                while left and (data := source.read(min(BLOCK, left))):
                    file.write(data)
                    left -= len(data)
    return number - left

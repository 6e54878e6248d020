"""The first bytes of an upload, while the others are still on their way."""

from dataclasses import dataclass
from pathlib import Path

from app.auth.actor import Actor
from services.uploads.errors import UploadUnfinished
from services.uploads.files import BLOCK, disk_errors
from services.uploads.repository import require_own
from services.uploads.types import UploadStore


@dataclass(frozen=True, kw_only=True)
class UploadHead:
    """``received`` of ``length`` bytes are safe, ``copied`` of them were given."""

    filename: str
    received: int
    length: int | None
    copied: int


def copy_head(
    store: UploadStore, actor: Actor, upload_id: str, target: Path, max_bytes: int
) -> UploadHead:
    """Copy the first bytes of an upload that are safe on the disk to ``target``.

    Raises UploadNotFound, UploadExpired, DiskFull, and UploadUnfinished for one that comes in
    numbered parts, which have no order yet.
    """
    with store.database.read() as session:
        row = require_own(session, actor, upload_id)
    if row.num_parts is not None:
        raise UploadUnfinished("This upload comes in numbered parts: it can be read once whole.")
    left = copied = min(row.received, max_bytes)
    with (
        disk_errors(),
        store.files.path(row.file).open("rb") as source,
        target.open("xb") as file,
    ):
        while left and (data := source.read(min(BLOCK, left))):
            file.write(data)
            left -= len(data)
    return UploadHead(
        filename=row.filename, received=row.received, length=row.length, copied=copied - left
    )

"""Looking into a file before it becomes a dataset: its columns and the roles they would have."""

from dataclasses import dataclass, field
from pathlib import Path

from app.auth.access import require_member
from app.auth.actor import Actor
from app.db.engine import Database
from app.storage import ObjectStore
from services.datasets.inspector import preview_upload
from services.datasets.types import Preview, ReaderOptions


@dataclass(frozen=True, kw_only=True)
class PreviewUpload:
    """A file that has arrived, and what its owner says about it so far."""

    path: Path
    kind: str
    options: ReaderOptions = field(default_factory=ReaderOptions)


def preview_dataset(
    _database: Database, _store: ObjectStore, actor: Actor, upload: PreviewUpload
) -> Preview:
    """Return the columns of the file; nothing is kept.

    Raises UploadRefused for what cannot be read at all.
    """
    require_member(actor)
    return preview_upload(upload.kind, upload.path, upload.options)

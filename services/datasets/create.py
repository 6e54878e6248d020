"""Making a dataset of an uploaded file."""

import dataclasses
import uuid
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.dataset import Dataset
from app.storage import ObjectStore
from app.storage.files import put_file
from services.datasets.inspector import inspect_upload
from services.datasets.names import name_of_upload
from services.datasets.types import DatasetSummary, ReaderOptions
from services.uploads.claim import claim_upload

PREFIX = "datasets/"
_FILES = {"table": "table.parquet", "images": "images.zip"}


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that has arrived, and what its owner says about it.

    ``upload_id`` names the upload that it came by, which is used up with the commit.
    """

    path: Path
    filename: str | None
    kind: str
    name: str | None = None
    visibility: str = "private"
    options: ReaderOptions = dataclasses.field(default_factory=ReaderOptions)
    upload_id: str | None = None


def create_dataset(database: Database, store: ObjectStore, actor: Actor, upload: Upload) -> Dataset:
    """Validate an upload, keep its rows, and return the new dataset.

    Raises UploadRefused with every fault found, at most 20.
    """
    require_member(actor)
    name = name_of_upload(upload.name, upload.filename, "Dataset")
    with TemporaryDirectory(dir=upload.path.parent) as folder:
        canonical = Path(folder) / "canonical"
        summary = inspect_upload(upload.kind, upload.path, canonical, upload.options)
        key = put_file(store, f"{PREFIX}{uuid.uuid4()}/{_FILES[upload.kind]}", canonical)
        return _add_row(database, actor, upload, name, summary, key)


def _add_row(
    database: Database,
    actor: Actor,
    upload: Upload,
    name: str,
    summary: DatasetSummary,
    key: str,
) -> Dataset:
    dataset = Dataset(
        name=name,
        owner_id=actor.user_id,
        visibility=upload.visibility,
        object_key=key,
        reader_options=dataclasses.asdict(upload.options),
        created_at=now(),
        **dataclasses.asdict(summary),
    )
    with database.write() as unit:
        unit.session.add(dataset)
        unit.session.flush()
        detail = {"name": name, "rows": summary.num_rows, "sha256": summary.sha256}
        record(unit, actor, "dataset_created", f"dataset:{dataset.id}", detail)
        if upload.upload_id is not None:
            claim_upload(unit, actor, upload.upload_id, f"dataset:{dataset.id}")
    return dataset

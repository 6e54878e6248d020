"""Making a dataset of an uploaded file."""

import dataclasses
import uuid
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

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
FILES = {"table": "table.parquet", "images": "images.zip"}
SOURCE = "source.csv"


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
        place = f"{PREFIX}{uuid.uuid4()}/"
        source = _put_source(store, upload, place)
        key = put_file(store, f"{place}{FILES[upload.kind]}", canonical)
        return _add_row(database, actor, upload, name, summary, Keys(key, source))


class Keys(NamedTuple):
    """Where the rows of a dataset are kept, and its file if that is kept too."""

    rows: str
    source: str | None


def _put_source(store: ObjectStore, upload: Upload, place: str) -> str | None:
    """Keep the file of a table, which may be read in another way; images are kept as they are."""
    if upload.kind != "table":
        return None
    return put_file(store, f"{place}{SOURCE}", upload.path)


def _add_row(
    database: Database,
    actor: Actor,
    upload: Upload,
    name: str,
    summary: DatasetSummary,
    keys: Keys,
) -> Dataset:
    dataset = Dataset(
        name=name,
        owner_id=actor.user_id,
        visibility=upload.visibility,
        object_key=keys.rows,
        source_key=keys.source,
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

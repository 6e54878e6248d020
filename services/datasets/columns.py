"""Reading a table in another way: its columns may change until something was trained on it."""

import dataclasses
import shutil
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.dataset import Dataset
from app.storage import ObjectStore
from app.storage.files import put_file
from services.datasets import repository
from services.datasets.create import FILES, PREFIX
from services.datasets.errors import DatasetInUse, DatasetReadOnly
from services.datasets.inspector import inspect_upload
from services.datasets.types import DatasetSummary, ReaderOptions
from services.datasets.update import editable


def change_columns(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    dataset_id: str,
    options: ReaderOptions,
    scratch: Path,
) -> Dataset:
    """Read the file of a table again as ``options`` say, and return the dataset with its rows.

    Raises DatasetInUse once a run used it, DatasetReadOnly where no file is kept, UploadRefused
    with every fault of the new reading; then nothing changes.
    """
    with database.write() as unit:
        dataset = _changeable(unit, actor, dataset_id)
    with TemporaryDirectory(dir=scratch) as folder:
        source, canonical = Path(folder) / "source", Path(folder) / "canonical"
        with store.open(str(dataset.source_key)) as kept, source.open("wb") as file:
            shutil.copyfileobj(kept, file)
        summary = inspect_upload(dataset.kind, source, canonical, options)
        key = put_file(store, f"{PREFIX}{uuid.uuid4()}/{FILES[dataset.kind]}", canonical)
        return _replace(database, actor, dataset_id, options, summary, key)


def _replace(
    database: Database,
    actor: Actor,
    dataset_id: str,
    options: ReaderOptions,
    summary: DatasetSummary,
    key: str,
) -> Dataset:
    """Point the dataset at the rows of the new reading; a sweep deletes the earlier ones."""
    with database.write() as unit:
        dataset = _changeable(unit, actor, dataset_id)
        before = dataset.sha256
        for name, value in dataclasses.asdict(summary).items():
            setattr(dataset, name, value)
        dataset.object_key = key
        dataset.reader_options = dataclasses.asdict(options)
        detail = {"before": {"sha256": before}, "after": {"sha256": summary.sha256}}
        record(unit, actor, "dataset_changed", f"dataset:{dataset.id}", detail)
    return dataset


def _changeable(unit: UnitOfWork, actor: Actor, dataset_id: str) -> Dataset:
    dataset = editable(unit, actor, dataset_id)
    repository.lock(unit.session, dataset)  # no run may begin on it meanwhile
    run = repository.any_run(unit.session, dataset.id)
    if run is not None:
        raise DatasetInUse(
            f"Run {run} was trained on these columns, so they stay as they are. Upload the file "
            "again to read it in another way."
        )
    if dataset.source_key is None:
        raise DatasetReadOnly(
            "The file of this dataset is not kept, so it cannot be read in another way. Upload it "
            "again."
        )
    return dataset

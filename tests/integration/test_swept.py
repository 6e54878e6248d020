"""What processes that were killed leave behind is swept, and nothing else."""

import os
import time
from pathlib import Path

import pytest

from app.db.engine import Database
from app.storage import MemoryStore
from harness.archives import table_csv
from services.benchmarks.analysis_jobs.sweep import sweep_exports
from services.datasets.create import Upload, create_dataset
from services.datasets.sweep import sweep_datasets
from services.forecasting.files.create import PREFIX as SESSIONS
from services.forecasting.sweep import sweep_objects
from services.imports.sweep import sweep_imports
from services.runs.sweep import sweep_orphans
from services.weights.create import WeightsUpload, create_weights
from services.weights.sweep import sweep_weights
from tests.factories.people import make_actor
from tests.factories.stores import AgedStore
from tests.factories.tensors import weights_file

FOLDERS = ("benchmarks/", "datasets/", "imports/", "runs/", SESSIONS, "weights/")
SWEEPS = (sweep_exports, sweep_imports, sweep_objects, sweep_orphans, sweep_weights)


def sweep(database: Database, store: MemoryStore, scratch: Path) -> None:
    for one in SWEEPS:
        one(database, store)
    sweep_datasets(database, store, scratch)


@pytest.mark.parametrize(("kind", "is_old"), [(AgedStore, True), (MemoryStore, False)])
def test_old_objects_that_no_row_names_are_swept_and_the_others_stay(
    kind: type[MemoryStore], is_old: bool, database: Database, tmp_path: Path
) -> None:
    store, actor = kind(), make_actor(database)
    path = tmp_path / "file"
    path.write_bytes(table_csv())
    create_dataset(database, store, actor, Upload(path=path, filename="a.csv", kind="table"))
    path.write_bytes(weights_file())
    create_weights(database, store, actor, WeightsUpload(path=path, filename="w"))
    named = {entry.key for entry in store.list()}
    unnamed = {f"{folder}left/behind" for folder in FOLDERS}
    for key in unnamed:
        store.put(key, b"of a process that was killed")
    sweep(database, store, tmp_path / "tmp")
    assert {entry.key for entry in store.list()} == (named if is_old else named | unnamed)


def test_day_old_files_in_tmp_are_swept_and_younger_ones_stay(
    database: Database, tmp_path: Path
) -> None:
    scratch = tmp_path / "tmp"
    for name in ("old", "young"):
        (scratch / f"{name}-folder").mkdir(parents=True)
        (scratch / f"{name}-folder" / "inside").touch()
        (scratch / f"{name}-file").touch()
    before = time.time() - 25 * 3600
    for name in ("old-folder", "old-file"):
        os.utime(scratch / name, (before, before))
    sweep(database, MemoryStore(), scratch)
    assert sorted(path.name for path in scratch.iterdir()) == ["young-file", "young-folder"]

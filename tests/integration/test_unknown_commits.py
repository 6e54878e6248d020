"""A commit whose outcome is unknown: what it may have named is there, and stays until a sweep."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.dataset import Dataset
from app.models.run import Artifact
from app.models.run_import import RunImport
from app.models.weights import Weights
from app.storage import MemoryStore, ObjectStore
from harness.archives import table_csv
from services.datasets.create import Upload, create_dataset
from services.imports.create import ImportUpload, queue_import
from services.runs.external.artifacts import FileUpload, keep_file
from services.runs.external.create import LoggedRunRequest, start_logged_run
from services.runs.sweep import sweep_orphans
from services.weights.create import WeightsUpload, create_weights
from tests.factories.databases import AnswerlessDatabase
from tests.factories.people import make_actor
from tests.factories.stores import AgedStore
from tests.factories.tensors import weights_file

UseCase = Callable[[Database, ObjectStore, Actor, Path], object]


def dataset(database: Database, store: ObjectStore, actor: Actor, path: Path) -> object:
    path.write_bytes(table_csv())
    upload = Upload(path=path, filename="a.csv", kind="table")
    return create_dataset(database, store, actor, upload)


def weights(database: Database, store: ObjectStore, actor: Actor, path: Path) -> object:
    path.write_bytes(weights_file())
    return create_weights(database, store, actor, WeightsUpload(path=path, filename="w"))


def runs(database: Database, store: ObjectStore, actor: Actor, path: Path) -> object:
    path.write_bytes(b"a database of another tool")
    upload = ImportUpload(kind="mlflow", path=path, filename="mlflow.db")
    return queue_import(database, store, actor, upload)


@pytest.mark.parametrize(
    ("use_case", "model"), [(dataset, Dataset), (weights, Weights), (runs, RunImport)]
)
def test_what_was_committed_after_all_has_its_object(
    use_case: UseCase, model: type, database: Database, tmp_path: Path
) -> None:
    store, actor = MemoryStore(), make_actor(database)
    with pytest.raises(OperationalError):
        use_case(AnswerlessDatabase(database), store, actor, tmp_path / "file")
    with database.read() as session:
        keys = session.scalars(select(model.object_key).where(model.owner_id == actor.user_id))
        assert [store.exists(key) for key in keys] == [True]


def test_a_replaced_file_and_the_one_before_it_stay_until_the_sweep_has_looked(
    database: Database, tmp_path: Path
) -> None:
    store, actor = AgedStore(), make_actor(database)
    run_id = str(start_logged_run(database, actor, LoggedRunRequest(name="A run")).id)
    path = tmp_path / "file"
    path.write_bytes(b"one")
    upload = FileUpload(run_id=run_id, path=path, filename="notes.txt")
    keep_file(database, store, actor, upload)
    path.write_bytes(b"another")
    with pytest.raises(OperationalError):
        keep_file(AnswerlessDatabase(database), store, actor, upload)
    with database.read() as session:
        key = session.scalars(select(Artifact.object_key)).one()
    assert (store.get(key), len(list(store.list()))) == (b"another", 2)
    assert sweep_orphans(database, store) == 1
    assert [entry.key for entry in store.list()] == [key]

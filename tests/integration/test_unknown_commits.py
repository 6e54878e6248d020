"""A commit whose outcome is unknown: what it may have named is there, and stays until a sweep."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.dataset import Dataset
from app.models.forecasting import ForecastSession, SessionFile
from app.models.run import Artifact
from app.storage import MemoryStore, ObjectStore
from harness.archives import table_csv
from services.datasets.columns import change_columns
from services.datasets.create import Upload, create_dataset
from services.datasets.types import ReaderOptions
from services.domains import kept_objects
from services.forecasting.files.create import SeriesUpload, create_file
from services.forecasting.saved_tables import save_tables
from services.imports.create import ImportUpload, queue_import
from services.runs.external.artifacts import FileUpload, keep_file
from services.runs.external.create import LoggedRunRequest, start_logged_run
from services.runs.sweep import sweep_orphans
from services.weights.create import WeightsUpload, create_weights
from tests.factories.databases import AnswerlessDatabase, cut_at
from tests.factories.people import make_actor
from tests.factories.sessions import csv_text, load_and_temperature, read_here
from tests.factories.stores import AgedStore
from tests.factories.tensors import weights_file

UseCase = Callable[[Database, ObjectStore, Actor, Path], object]


def dataset(database: Database, store: ObjectStore, actor: Actor, path: Path) -> Dataset:
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


def artifact(database: Database, store: ObjectStore, actor: Actor, path: Path) -> object:
    """Write a file of a run and replace it by another."""
    run_id = str(start_logged_run(database, actor, LoggedRunRequest(name="A run")).id)
    upload = FileUpload(run_id=run_id, path=path, filename="notes.txt")
    for content in (b"one", b"another"):
        path.write_bytes(content)
        kept = keep_file(database, store, actor, upload)
    return kept


def series(
    database: Database, store: ObjectStore, actor: Actor, path: Path
) -> Sequence[SessionFile]:
    path.write_text(csv_text("load", load_and_temperature(48)[0]))
    session_id = f"session_{uuid.uuid4()}"
    upload = SeriesUpload(path=path, file_name="a.csv", direction="input", session_id=session_id)
    return create_file(database, store, actor, upload, read_here)


def columns(database: Database, store: ObjectStore, actor: Actor, path: Path) -> object:
    """Make a dataset and have its file read in another way."""
    made = dataset(database, store, actor, path)
    number, target = str(made.id), ReaderOptions(target_column="Target")
    return change_columns(database, store, actor, number, target, path.parent)


def tables(database: Database, store: ObjectStore, actor: Actor, path: Path) -> object:
    """Keep tables with a session, and others in their place."""
    rows = series(database, store, actor, path)
    with database.read() as session:
        wire_id = session.get_one(ForecastSession, rows[0].session_id).wire_id
    for error in (1.5, 2.5):
        given = {"df_eval": {"load": {"MAE": [error]}}, "df_eval_ts": {}, "model_type": "Mine"}
        kept = save_tables(database, store, actor, wire_id, given)
    return kept


USE_CASES = pytest.mark.parametrize(
    "use_case", [dataset, weights, runs, artifact, series, columns, tables]
)


@USE_CASES
def test_what_was_committed_after_all_has_its_object(
    use_case: UseCase, database: Database, tmp_path: Path
) -> None:
    store, actor = MemoryStore(), make_actor(database)
    number, has_broken = 0, True
    while has_broken:
        number += 1
        answerless = AnswerlessDatabase(database, number)
        with suppress(OperationalError):
            use_case(answerless, store, actor, tmp_path / "file")
        with database.read() as session:
            named = kept_objects(session)
        assert named <= {entry.key for entry in store.list()}, f"after commit {number}"
        has_broken = answerless.commits >= number
    assert named


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


def test_a_backup_asks_for_the_objects_of_every_use_case(
    database: Database, tmp_path: Path
) -> None:
    store, actor = MemoryStore(), make_actor(database)
    for use_case in (dataset, weights, runs, series):
        use_case(database, store, actor, tmp_path / "file")
    before = {entry.key for entry in store.list()}
    artifact(database, store, actor, tmp_path / "file")
    replaced = 1  # stays until the sweep
    with database.read() as session:
        kept = kept_objects(session)
    assert before < kept
    assert len(list(store.list())) == len(kept) + replaced


MAX_STATEMENTS = 100


@pytest.mark.full
@USE_CASES
def test_a_connection_that_is_cut_at_any_statement_leaves_no_row_without_its_object(
    use_case: UseCase, database: Database, tmp_path: Path
) -> None:
    store, actor = MemoryStore(), make_actor(database)
    use_case(database, store, actor, tmp_path / "file")
    cuts: list[str] = []
    for number in range(1, MAX_STATEMENTS):
        with cut_at(database, number) as cut, suppress(OperationalError):
            use_case(database, store, actor, tmp_path / "file")
        with database.read() as session:
            assert kept_objects(session) <= {entry.key for entry in store.list()}, cut
        if not cut:
            break
        cuts += cut
    assert len(cuts) == number - 1  # the last one passed, and every one before it was cut
    assert "COMMIT" in cuts

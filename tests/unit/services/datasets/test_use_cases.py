"""What can be done with datasets, on both databases."""

import os
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.errors import Forbidden, Invalid
from app.models.dataset import Dataset
from app.models.run import Run
from app.storage import MemoryStore, StorageUnavailable
from harness.archives import table_csv
from services.datasets.builtin import BUILTINS
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.datasets.create import Upload, create_dataset
from services.datasets.errors import DatasetInUse, DatasetNotFound, UploadRefused
from services.datasets.list import get_dataset, list_datasets, resolve_dataset
from services.datasets.names import name_of_file
from services.datasets.sweep import sweep_datasets
from services.datasets.update import DatasetChanges, change_dataset, delete_dataset
from tests.factories.people import make_actor
from tests.factories.resources import make_dataset
from tests.factories.stores import AgedStore


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def owner(database: Database) -> Actor:
    return make_actor(database)


def upload(
    database: Database, store: MemoryStore, actor: Actor, folder: Path, visibility: str = "private"
) -> Dataset:
    """Upload a table: a process of its own reads it."""
    path = folder / "upload.csv"
    path.write_bytes(table_csv())
    described = Upload(path=path, filename="a.csv", kind="table", visibility=visibility)
    return create_dataset(database, store, actor, described)


def make(
    database: Database, store: MemoryStore, actor: Actor, visibility: str = "private"
) -> Dataset:
    """Write what an upload leaves."""
    number = make_dataset(database, actor.user_id, visibility)
    with database.read() as session:
        made = session.get_one(Dataset, number)
    store.put(str(made.object_key), b"a table")
    return made


def add_run(database: Database, actor: Actor, dataset: Dataset, status: str) -> None:
    """Write a run on a dataset."""
    run = Run(
        name="run",
        training_mode="centralized",
        status=status,
        start_time=now(),
        owner_id=actor.user_id,
        dataset_id=dataset.id,
        config={},
        seed=1,
    )
    with database.write() as unit:
        unit.session.add(run)


def test_builtins_are_added_once_and_corrected(database: Database) -> None:
    ensure_builtin_datasets(database)
    with database.write() as unit:
        row = unit.session.scalars(select(Dataset).where(Dataset.slug == "digits")).one()
        row.num_rows, number = 5, row.id
    ensure_builtin_datasets(database)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Dataset)) == len(BUILTINS)
        assert session.get_one(Dataset, number).num_rows == 1797


def test_a_training_names_a_dataset_by_id_or_slug(
    database: Database, store: MemoryStore, owner: Actor
) -> None:
    ensure_builtin_datasets(database)
    made = make(database, store, owner)
    with database.read() as session:
        for reference in (made.id, str(made.id), f" {made.id} "):
            assert resolve_dataset(session, owner, reference).id == made.id
        assert resolve_dataset(session, owner, "digits").slug == "digits"


@pytest.mark.parametrize(
    "reference", [0, -1, 10**30, "", "9999", "DIGITS", "../digits", "²", "1.0"]
)
def test_what_names_no_dataset_is_said_under_its_field(
    reference: int | str, database: Database, owner: Actor
) -> None:
    ensure_builtin_datasets(database)
    with database.read() as session, pytest.raises(DatasetNotFound) as caught:
        resolve_dataset(session, owner, reference)
    assert list(caught.value.errors) == ["dataset"]


def test_nobody_trains_on_a_dataset_that_is_not_theirs_to_see(
    database: Database, store: MemoryStore, owner: Actor
) -> None:
    private = make(database, store, owner)
    shared = make(database, store, owner, "team")
    with database.read() as session:
        other = make_actor(database)
        assert resolve_dataset(session, other, shared.id).id == shared.id
        with pytest.raises(DatasetNotFound):
            resolve_dataset(session, other, private.id)
        admin = make_actor(database, "admin")
        assert resolve_dataset(session, admin, private.id).id == private.id


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_dataset_that_a_run_needs_is_not_deleted(
    status: str, database: Database, store: MemoryStore, owner: Actor
) -> None:
    made = make(database, store, owner)
    add_run(database, owner, made, status)
    with pytest.raises(DatasetInUse, match="is not over"):
        delete_dataset(database, owner, str(made.id))
    assert get_dataset(database, owner, str(made.id)).deleted_at is None


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled"])
def test_a_dataset_whose_runs_are_over_can_go_and_nobody_trains_on_it_again(
    status: str, database: Database, store: MemoryStore, owner: Actor
) -> None:
    made = make(database, store, owner)
    add_run(database, owner, made, status)
    delete_dataset(database, owner, str(made.id))
    assert list_datasets(database, owner, 10, 0).total == 0
    assert store.exists(str(made.object_key))
    with database.read() as session, pytest.raises(DatasetNotFound):
        resolve_dataset(session, owner, made.id)


def test_pages_follow_each_other_without_gap(
    database: Database, store: MemoryStore, owner: Actor
) -> None:
    ensure_builtin_datasets(database)
    made = [make(database, store, owner).id for _ in range(3)]
    pages = [list_datasets(database, owner, 2, offset) for offset in (0, 2, 4)]
    assert [one.slug or one.id for page in pages for one in page.items] == [
        "breast_cancer",
        "digits",
        *reversed(made),
    ]
    assert {page.total for page in pages} == {5}


@pytest.mark.parametrize("number", [1, 12])
def test_a_list_takes_the_same_statements_however_long_it_is(
    number: int, database: Database, store: MemoryStore, owner: Actor
) -> None:
    made = make(database, store, owner)
    columns = {column.key for column in Dataset.__table__.columns} - {"id", "object_key"}
    copies = [
        Dataset(object_key=f"datasets/{i}/x", **{name: getattr(made, name) for name in columns})
        for i in range(number)
    ]
    with database.write() as unit:
        unit.session.add_all(copies)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert len(list_datasets(database, owner, 100, 0).items) == number + 1
    assert sum("datasets" in statement for statement in statements) == 2


def test_an_owner_who_became_a_viewer_changes_nothing(
    database: Database, store: MemoryStore, owner: Actor, tmp_path: Path
) -> None:
    made = make(database, store, owner, "team")
    viewer = Actor(user_id=owner.user_id, role="viewer")
    with pytest.raises(Forbidden):
        change_dataset(database, viewer, str(made.id), DatasetChanges(name="mine"))
    with pytest.raises(Forbidden):
        upload(database, store, viewer, tmp_path)


class FullStore(MemoryStore):
    """A store without room."""

    def put(self, key: str, data: object) -> None:
        raise StorageUnavailable("There is no room.")


def test_a_store_without_room_leaves_no_row(
    database: Database, owner: Actor, tmp_path: Path
) -> None:
    with pytest.raises(StorageUnavailable):
        upload(database, FullStore(), owner, tmp_path)
    assert list_datasets(database, owner, 10, 0).total == 0


def test_a_name_is_checked_before_the_file_is_read(
    database: Database, store: MemoryStore, owner: Actor, tmp_path: Path
) -> None:
    bad = Upload(path=tmp_path / "missing", filename=None, kind="table", name="\x07")
    with pytest.raises(Invalid) as caught:
        create_dataset(database, store, owner, bad)
    assert list(caught.value.errors) == ["name"]


def test_a_refused_upload_leaves_neither_row_nor_object(
    database: Database, store: MemoryStore, owner: Actor, tmp_path: Path
) -> None:
    (tmp_path / "bad.csv").write_bytes(b"a\n1\n")
    bad = Upload(path=tmp_path / "bad.csv", filename="bad.csv", kind="table")
    with pytest.raises(UploadRefused):
        create_dataset(database, store, owner, bad)
    assert (list_datasets(database, owner, 10, 0).total, list(store.list())) == (0, [])


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("../../etc/passwd.csv", "passwd"),
        ("C:\\data\\ward 7.zip", "ward 7"),
        ("\x00\x1b.csv", "Dataset"),
        (None, "Dataset"),
        ("x" * 400 + ".csv", "x" * 200),
    ],
)
def test_the_name_of_a_file_becomes_a_harmless_name(filename: str | None, name: str) -> None:
    assert name_of_file(filename, "Dataset") == name


@pytest.mark.parametrize(("kind", "swept"), [(AgedStore, 1), (MemoryStore, 0)])
def test_the_sweep_takes_old_objects_without_a_row_and_nothing_else(
    kind: type[MemoryStore], swept: int, database: Database, owner: Actor, tmp_path: Path
) -> None:
    store = kind()
    kept = upload(database, store, owner, tmp_path)
    deleted = make(database, store, owner)
    delete_dataset(database, owner, str(deleted.id))
    store.put("datasets/0f0f/table.parquet", b"orphan")
    store.put("runs/1/weights", b"not ours")
    assert sweep_datasets(database, store, tmp_path / "tmp") == swept
    keys = [str(kept.object_key), str(deleted.object_key), "runs/1/weights"]
    assert all(store.exists(key) for key in keys)


def test_the_sweep_takes_old_temporary_files(database: Database, tmp_path: Path) -> None:
    old, new, folder = tmp_path / "upload-old", tmp_path / "upload-new", tmp_path / "old"
    folder.mkdir()
    for path in (old, new, folder / "canonical"):
        path.write_bytes(b"x")
    for path in (old, folder):
        os.utime(path, (0, 0))
    sweep_datasets(database, MemoryStore(), tmp_path)
    assert [path for path in (old, new, folder) if path.exists()] == [new]

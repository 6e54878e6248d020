"""The formats that runs can be imported from, each with its reader."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.auth.actor import Actor
from app.db.engine import Database
from app.storage import ObjectStore
from services.datasets.names import checked_name, name_of_file
from services.runs.imports.errors import ImportRefused
from services.runs.imports.flower import read_flower
from services.runs.imports.mlflow import count_mlflow, read_mlflow
from services.runs.imports.store import store_runs
from services.runs.imports.tensorboard import count_tensorboard, read_tensorboard
from services.runs.imports.types import ForeignRun, ImportOutcome, Skipped

LARGEST_UPLOAD = 200 * 1000 * 1000  # bytes; what is larger is imported on the host itself
Runs = Iterable[ForeignRun | Skipped]


@dataclass(frozen=True, kw_only=True)
class Format:
    """How files of one kind are read: the runs in it, and beforehand how many there are."""

    read: Callable[[Path, str], Iterator[ForeignRun | Skipped]]
    count: Callable[[Path], int]
    takes_folder: bool = False


FORMATS: dict[str, Format] = {
    "flower": Format(read=read_flower, count=lambda _: 1),
    "tensorboard": Format(read=read_tensorboard, count=count_tensorboard, takes_folder=True),
    "mlflow": Format(read=lambda path, _: read_mlflow(path), count=count_mlflow),
}


@dataclass(frozen=True, kw_only=True)
class ImportUpload:
    """A file that has arrived or lies here, and what its owner says about it."""

    kind: str
    path: Path
    filename: str | None
    name: str | None = None
    visibility: str = "private"


def import_upload(
    database: Database, _store: ObjectStore, actor: Actor, upload: ImportUpload
) -> ImportOutcome:
    """Make runs of a file; raises ImportRefused for one that is not of its kind."""
    return import_runs(database, actor, upload, lambda runs, _: runs)


def import_runs(
    database: Database,
    actor: Actor,
    upload: ImportUpload,
    watched: Callable[[Runs, Callable[[], int]], Runs],
) -> ImportOutcome:
    """Make runs of a file or a folder.

    ``watched`` sees each run go by, and can ask how many there are. Raises ImportRefused.
    """
    one = FORMATS[upload.kind]
    if upload.path.is_dir() and not one.takes_folder:
        raise ImportRefused("This is a folder: give a file.")
    name = checked_name(upload.name) if upload.name else name_of_file(upload.filename, "Imported")
    runs = watched(one.read(upload.path, name), lambda: one.count(upload.path))
    return store_runs(database, actor, runs, visibility=upload.visibility)

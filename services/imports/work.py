"""Reading a file that was sent: what a worker does for an import.

What became of each run of the file is kept in the commit that makes the run, together with how
many of them are done. So an attempt that takes over after a death passes over exactly those.
"""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Forbidden, RoundhouseError
from app.jobs import states
from app.models.run_import import RunImport, RunImportItem
from app.models.user import User
from app.storage import ObjectMissing, ObjectStore
from services.imports.errors import ImportRefused
from services.imports.formats import opened
from services.imports.notifications import publish_progress
from services.imports.store import store_runs
from services.imports.types import ImportOutcome, SkippedRecord
from services.runs.training.ports import FencedAttempt

REPORT_SECONDS = 0.5
FILE = "file"


class ImportAttempt(FencedAttempt, Protocol):
    """The platform's side of an attempt, which can also end with an error for people."""

    def finish(self, unit: UnitOfWork, state: str, error: dict[str, Any] | None = None) -> None:
        """End the job together with what the unit of work holds."""


@dataclass(frozen=True, kw_only=True)
class _Task:
    import_id: int
    kind: str
    name: str
    visibility: str
    object_key: str
    done: int
    actor: Actor


def import_runs(
    import_id: int, attempt: ImportAttempt, database: Database, store: ObjectStore, folder: Path
) -> None:
    """Make runs of the file of an import, from where an earlier attempt was, and remove the file.

    ``folder`` is where a copy of the file lies meanwhile.
    """
    task = _task(database, import_id)
    try:
        with _fetched(store, task, folder) as path:
            _read(task, path, attempt, database, store)
    except (ImportRefused, Forbidden, ObjectMissing) as error:
        _refuse(task, attempt, error)
    except MemoryError:
        _refuse(task, attempt, ImportRefused("Reading the file needs more memory than is allowed."))
    store.delete(task.object_key)


def _task(database: Database, import_id: int) -> _Task:
    with database.read() as session:
        row = session.get_one(RunImport, import_id)
        owner = session.get_one(User, row.owner_id)
    role = owner.role if owner.is_active else "viewer"  # who left makes nothing any more
    return _Task(
        import_id=row.id,
        kind=row.kind,
        name=row.name,
        visibility=row.visibility,
        object_key=row.object_key,
        done=row.done,
        actor=Actor(user_id=owner.id, role=role, name=owner.name, via="system"),
    )


@contextmanager
def _fetched(store: ObjectStore, task: _Task, folder: Path) -> Iterator[Path]:
    """Give the file as a path: SQLite reads no streams. What a dead attempt left here goes."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    prefix = f"import-{task.import_id}-"
    for left in folder.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=prefix, dir=folder, ignore_cleanup_errors=True) as own:
        path = Path(own) / FILE
        with store.open(task.object_key) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        yield path


def _read(
    task: _Task, path: Path, attempt: ImportAttempt, database: Database, store: ObjectStore
) -> None:
    total, candidates = opened(task.kind, path, task.name)
    keeper = _OutcomeWriter(task.import_id, attempt)
    keeper.begin(total)
    rest = islice(candidates, task.done, None)
    complete = store_runs(database, store, task.actor, rest, keeper, visibility=task.visibility)
    with attempt.write() as unit:
        attempt.finish(unit, states.SUCCEEDED if complete else states.CANCELLED)


def _refuse(task: _Task, attempt: ImportAttempt, error: RoundhouseError) -> None:
    """End the import as failed; what was made before stays."""
    file_reasons = error.reasons if isinstance(error, ImportRefused) else ()
    reasons = [SkippedRecord(name=task.name, reason=reason) for reason in file_reasons]
    with attempt.write() as unit:
        row = unit.session.get_one(RunImport, task.import_id)
        _add_items(unit, row, ImportOutcome(name=task.name, left_out=reasons))
        unit.raised = error
        attempt.finish(unit, states.FAILED, {"type": error.code, "detail": error.detail})


class _OutcomeWriter:
    """Keeps outcomes as rows, in the order of the source."""

    def __init__(self, import_id: int, attempt: ImportAttempt) -> None:
        self._import_id = import_id
        self._attempt = attempt
        self._reported_at = 0.0

    def begin(self, total: int) -> None:
        """Say how many runs there are."""
        with self._attempt.write() as unit:
            unit.session.get_one(RunImport, self._import_id).total = total

    def write(self) -> AbstractContextManager[UnitOfWork]:
        return self._attempt.write()

    def stop_requested(self) -> bool:
        return self._attempt.stop_requested()

    def keep(self, unit: UnitOfWork, outcomes: Sequence[ImportOutcome]) -> None:
        row = unit.session.get_one(RunImport, self._import_id)
        for one in outcomes:
            _add_items(unit, row, one)
        row.done += len(outcomes)
        self._attempt.note(
            unit,
            progress=min(1.0, row.done / max(1, row.total or 0)),
            checkpoint_step=row.done,
            checkpoint_attempt=self._attempt.number,
        )
        if time.monotonic() - self._reported_at >= REPORT_SECONDS:
            self._reported_at = time.monotonic()
            publish_progress(unit, row)


def _add_items(unit: UnitOfWork, row: RunImport, outcome: ImportOutcome) -> None:
    if outcome.run_id is not None:
        _add(unit, row, name=outcome.name, run_id=outcome.run_id)
        row.num_imported += 1
    for one in outcome.left_out:
        _add(unit, row, name=one.name, reason=one.reason)
        row.num_skipped += 1


def _add(unit: UnitOfWork, row: RunImport, **values: Any) -> None:
    number = row.num_imported + row.num_skipped
    unit.session.add(RunImportItem(import_id=row.id, number=number, **values))

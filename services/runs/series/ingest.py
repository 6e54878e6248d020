"""Taking points from a program that trains elsewhere: each batch once."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.errors import Conflict
from app.models.run import Run
from app.models.series import SeriesBatch
from services.runs.outside.access import lock_run, require_logged
from services.runs.outside.alive import note_sign_of_life
from services.runs.series.announce import announcer_of
from services.runs.series.append import append_columns
from services.runs.series.batch import Batch

OVER = ("completed", "failed", "cancelled")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a batch; a duplicate changed nothing."""

    batch_id: str
    points: int
    duplicate: bool


def take_batch(database: Database, actor: Actor, run_id: str, batch: Batch) -> Taken:
    """Store the points of ``batch``, unless they were stored before.

    Raises Conflict for a run that is over or not logged to, and for a batch id that came with
    other points before.
    """
    announcer = announcer_of(database)
    with database.write() as unit:
        run = require_logged(unit.session, run_id, actor)
        if announcer.is_silent(run.id):  # the row of its job says so once a second anyway
            note_sign_of_life(unit, run)
        lock_run(unit.session, run.id)
        duplicate = not _is_first(unit.session, run.id, batch)
        if not duplicate:
            _require_open(run)
            append_columns(unit.session, run.id, batch.columns)
    if not duplicate:
        announcer.note(run.id, batch)
    return Taken(batch_id=batch.batch_id, points=batch.points, duplicate=duplicate)


def _require_open(run: Run) -> None:
    if run.status in OVER:
        raise Conflict(
            f"Run {run.id} is {run.status} and takes no more points: "
            'open it again with PATCH {"status": "in_progress"}.'
        )


def _is_first(session: Session, run_id: int, batch: Batch) -> bool:
    """Return whether the batch is new, and remember it; raises Conflict for another content."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    make_insert = sqlite_insert if is_sqlite else postgresql_insert
    row = {"run_id": run_id, "batch_id": batch.batch_id, "digest": batch.digest}
    made = session.execute(
        make_insert(SeriesBatch)
        .values(**row, points=batch.points, at=now())
        .on_conflict_do_nothing()
        .returning(SeriesBatch.points)
    )
    if made.first() is not None:
        return True
    key = (SeriesBatch.run_id == run_id, SeriesBatch.batch_id == batch.batch_id)
    if session.scalar(select(SeriesBatch.digest).where(*key)) != batch.digest:
        raise Conflict(
            f"The batch id {batch.batch_id!r} was used for other points of run {run_id}: "
            "give every batch an id of its own."
        )
    return False

"""Taking points from a program that trains elsewhere: each batch once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.auth.access import can_edit, can_see
from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.errors import Conflict, NotFound
from app.ids import parse_id
from app.models.run import Run
from app.models.series import SeriesBatch
from services.runs.outside.access import LOGGED, require_logged
from services.runs.outside.alive import note_sign_of_life
from services.runs.series.announce import announcer_of
from services.runs.series.append import append_columns
from services.runs.series.batch import Batch

OVER = ("completed", "failed", "cancelled")


# built once: this happens hundreds of times a second
_RUN = (
    select(Run.id, Run.owner_id, Run.visibility, Run.status, Run.origin)
    .where(Run.id == bindparam("run_id"))
    .with_for_update(key_share=True)
)
_REMEMBER = {
    kind: make(SeriesBatch).on_conflict_do_nothing().returning(SeriesBatch.points)
    for kind, make in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}


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
        if announcer.is_silent(run_id):  # the row of its job says so once a second anyway
            note_sign_of_life(unit, require_logged(unit.session, run_id, actor))
        run = _locked(unit.session, run_id, actor)
        duplicate = not _is_first(unit.session, run.id, batch)
        if not duplicate:
            _require_open(run)
            append_columns(unit.session, run.id, batch.columns)
    if not duplicate:
        announcer.note(run_id, run.id, batch)
    return Taken(batch_id=batch.batch_id, points=batch.points, duplicate=duplicate)


def _locked(session: Session, run_id: str, actor: Actor) -> Any:
    """Return the facts of the run, which nobody else writes to until the commit."""
    row = session.connection().execute(_RUN, {"run_id": parse_id(run_id)}).first()
    if row is None or not can_see(actor, row) or not can_edit(actor, row) or row.origin != LOGGED:
        require_logged(session, run_id, actor)  # says which of these it is
        raise NotFound(f"Run {run_id} not found")
    return row


def _require_open(run: Any) -> None:
    if run.status in OVER:
        raise Conflict(
            f"Run {run.id} is {run.status} and takes no more points: "
            'open it again with PATCH {"status": "in_progress"}.'
        )


def _is_first(session: Session, run_id: int, batch: Batch) -> bool:
    """Return whether the batch is new, and remember it; raises Conflict for another content."""
    connection = session.connection()
    row = {"run_id": run_id, "batch_id": batch.batch_id, "digest": batch.digest}
    values = {**row, "points": batch.points, "at": now()}
    made = connection.execute(_REMEMBER[connection.dialect.name], values)
    if made.first() is not None:
        return True
    key = (SeriesBatch.run_id == run_id, SeriesBatch.batch_id == batch.batch_id)
    if session.scalar(select(SeriesBatch.digest).where(*key)) != batch.digest:
        raise Conflict(
            f"The batch id {batch.batch_id!r} was used for other points of run {run_id}: "
            "give every batch an id of its own."
        )
    return False

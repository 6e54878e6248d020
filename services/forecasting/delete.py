"""Deleting sessions: rows now, objects with the next sweep, which sees that no row names them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.models.event import EventRow, Topic
from app.models.forecasting import (
    ForecastSession,
    SeriesPart,
    SessionFile,
    SessionModel,
    SessionObject,
)
from app.models.job import Job
from app.models.run import Run
from app.storage import ObjectStore
from services.forecasting.backtests.create import require_no_backtest
from services.forecasting.backtests.delete import delete_of_sessions
from services.forecasting.busy import require_idle
from services.forecasting.errors import ConfirmationRequired
from services.forecasting.resolve import editable_session
from services.forecasting.topics import subject_of
from services.runs.delete import delete_objects, delete_rows
from services.runs.notifications import notify_deleted
from services.uploads.end import end_unfinished


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """How many rows are gone, and how many objects go with them."""

    records: int
    objects: int
    run_ids: Sequence[int]


def delete_session(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object
) -> Deleted:
    """Delete the session with its files, models and their runs, and end uploads on their way to it.

    Raises TrainingInProgress and BacktestInProgress while one of its jobs is not over.
    """
    with database.write() as unit:
        row = editable_session(unit.session, actor, wire_id)
        require_idle(unit.session, row)
        require_no_backtest(unit.session, row)
        for run in _runs(unit.session, [row.id]):
            notify_deleted(unit, run)
        deleted = _delete(unit.session, [row])
        record(unit, actor, "session_deleted", subject_of(row.id), {"name": row.wire_id})
    delete_objects(store, deleted.run_ids)
    return deleted


def delete_all_sessions(
    database: Database, store: ObjectStore, actor: Actor, *, confirmed: object
) -> Deleted:
    """Delete every session of the actor's own.

    Raises ConfirmationRequired unless ``confirmed`` is true, TrainingInProgress and
    BacktestInProgress while one of them has a job that is not over; nothing is deleted then.
    """
    if confirmed is not True and confirmed != "true":  # 1 equals True, and nobody meant it
        detail = "Every session would be deleted: send confirm_delete_all: true."
        raise ConfirmationRequired("confirm_delete_all", detail)
    with database.write() as unit:
        mine = ForecastSession.owner_id == actor.user_id
        rows = unit.session.scalars(
            select(ForecastSession).where(mine).order_by(ForecastSession.id).with_for_update()
        ).all()
        for row in rows:
            require_idle(unit.session, row)
            require_no_backtest(unit.session, row)
        for run in _runs(unit.session, [row.id for row in rows]):
            notify_deleted(unit, run)
        deleted = _delete(unit.session, rows)
        record(unit, actor, "session_deleted", "forecast_session:all", {"count": len(rows)})
    delete_objects(store, deleted.run_ids)
    return deleted


def _runs(session: Session, session_ids: Sequence[int]) -> Sequence[Run]:
    query = select(Run).join(SessionModel, SessionModel.run_id == Run.id)
    return session.scalars(query.where(SessionModel.session_id.in_(session_ids))).all()


def _delete(session: Session, rows: Sequence[ForecastSession]) -> Deleted:
    ids = [row.id for row in rows]
    names = [subject_of(row_id) for row_id in ids]
    run_ids = [run.id for run in _runs(session, ids)]
    tables = (SessionModel, SessionFile, SeriesPart, SessionObject)
    count, objects = delete_of_sessions(session, ids), 0
    for table in tables:
        gone = session.execute(
            delete(table).where(table.session_id.in_(ids)).returning(table.session_id)
        ).all()
        count += len(gone)
        objects += len(gone) if table is not SessionModel else 0
    if run_ids:
        count += delete_rows(session, run_ids)
    end_unfinished(session, names)
    session.execute(delete(EventRow).where(EventRow.topic.in_(names)))
    session.execute(delete(Topic).where(Topic.name.in_(names)))
    session.execute(delete(Job).where(Job.subject.in_(names)))
    session.execute(delete(ForecastSession).where(ForecastSession.id.in_(ids)))
    return Deleted(records=count + len(ids), objects=objects, run_ids=run_ids)

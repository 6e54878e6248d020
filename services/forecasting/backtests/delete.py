"""Deleting backtests: the rows now, what they kept with the next sweep."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.errors import Conflict
from app.jobs import states
from app.jobs.engine import newest_job
from app.models.backtest import Backtest
from app.models.job import Job
from services.forecasting.backtests.resolve import editable_backtest
from services.forecasting.backtests.topics import subject_of
from services.forecasting.topics import subject_of as session_subject


def delete_backtest(database: Database, actor: Actor, number: str) -> int:
    """Delete a backtest; return its number. Raises Conflict while it is not over."""
    with database.write() as unit:
        row, owner = editable_backtest(unit.session, actor, number)
        job = newest_job(unit.session, subject_of(row.id), lock=True)
        if job is not None and job.state not in states.TERMINAL:
            raise Conflict(f"Backtest {row.id} is {job.state}: stop it first, then delete it.")
        delete_rows(unit.session, [row.id])
        detail = {"backtest": row.id, "deleted": True}
        record(unit, actor, "session_changed", session_subject(owner.id), detail)
        return row.id


def delete_of_sessions(session: Session, session_ids: Sequence[int]) -> int:
    """Delete the backtests of sessions with their jobs; return how many."""
    mine = select(Backtest.id).where(Backtest.session_id.in_(session_ids))
    return delete_rows(session, session.scalars(mine).all())


def delete_rows(session: Session, numbers: Sequence[int]) -> int:
    """Delete backtests with their jobs; return how many."""
    names = [subject_of(number) for number in numbers]
    session.execute(delete(Job).where(Job.subject.in_(names)))
    gone = delete(Backtest).where(Backtest.id.in_(numbers)).returning(Backtest.id)
    return len(session.execute(gone, execution_options={"synchronize_session": False}).all())

"""What deleted runs, and work that is no run, took of a worker's time: it stays counted."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.upsert import insert_into
from app.models.run import Run
from app.models.spent_compute import SpentCompute
from services.runs.times import times_of


def month_of(at: datetime) -> datetime:
    """Return the first moment of a month."""
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month_of(at: datetime) -> datetime:
    """Return the first moment of the month after that of a time."""
    return month_of(month_of(at) + timedelta(days=32))


def seconds_within_month(
    session: Session, at: datetime, *conditions: ColumnElement[bool]
) -> dict[int, float]:
    """Return for how many seconds of the month of ``at`` workers held trained runs, by their id.

    Of a run that began in an earlier month no more is counted than lies in this one.
    """
    month = month_of(at)
    recent = or_(Run.end_time.is_(None), Run.end_time >= month)
    runs = session.scalars(select(Run).where(Run.origin == "trained", recent, *conditions))
    return {
        run.id: min(
            times_of(run, at).running_seconds, ((run.end_time or at) - month).total_seconds()
        )
        for run in runs
    }


def keep_spent(session: Session, run_ids: Sequence[int]) -> None:
    """Add what runs took this month to what their owners spent; they are about to be deleted."""
    at = now()
    seconds = seconds_within_month(session, at, Run.id.in_(run_ids))
    taken = [run_id for run_id, value in seconds.items() if value > 0]
    query = select(Run.id, Run.owner_id, Run.task).where(Run.id.in_(taken))
    sums: dict[tuple[int, str], float] = defaultdict(float)
    for run_id, owner_id, task in session.execute(query):
        sums[owner_id, task] += seconds[run_id]
    for (owner_id, task), value in sums.items():
        add_spent(session, owner_id, task, at, value)


def add_spent(session: Session, owner_id: int, task: str, at: datetime, seconds: float) -> None:
    """Count what a worker was taken for by something that is no run, in the month of ``at``."""
    statement = insert_into(session, SpentCompute).values(
        owner_id=owner_id, task=task, month=_name(at), seconds=seconds
    )
    summed = {"seconds": SpentCompute.seconds + statement.excluded.seconds}
    session.execute(
        statement.on_conflict_do_update(index_elements=["owner_id", "task", "month"], set_=summed)
    )


def spent_seconds(session: Session, owner_id: int, task: str, at: datetime) -> float:
    """Return what a person's deleted runs of a task and other work took in the month of ``at``."""
    query = select(func.sum(SpentCompute.seconds)).where(
        SpentCompute.owner_id == owner_id,
        SpentCompute.task == task,
        SpentCompute.month == _name(at),
    )
    return session.scalar(query) or 0.0


def _name(at: datetime) -> str:
    return f"{at:%Y-%m}"

"""What one person may train: so many models at a time, and so many hours of computing a month.

A month is one of the calendar, in UTC. Counted are the hours for which a worker held the person's
forecasting runs, those that train at the moment included.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.models.run import UNFINISHED, Run
from app.models.user import User
from services.forecasting.errors import ComputeHoursExhausted, TrainingLimitReached
from services.runs.times import times_of


@dataclass(frozen=True, kw_only=True)
class TrainingLimits:
    """The limits of one person; 0 is none."""

    max_trainings: int = 0
    compute_hours: int = 0


NO_LIMITS = TrainingLimits()


def require_quota(session: Session, actor: Actor, count: int, limits: TrainingLimits) -> None:
    """Refuse ``count`` more trainings than the actor may start; others of the actor's wait.

    Raises TrainingLimitReached and ComputeHoursExhausted.
    """
    if not limits.max_trainings and not limits.compute_hours:
        return
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update()).all()
    if limits.max_trainings:
        _require_place(session, actor, count, limits.max_trainings)
    if limits.compute_hours:
        _require_hours(session, actor, limits.compute_hours)


def _require_place(session: Session, actor: Actor, count: int, limit: int) -> None:
    query = select(func.count()).where(*_mine(actor), Run.status.in_(UNFINISHED))
    live = session.scalar(query) or 0
    if live + count > limit:
        raise TrainingLimitReached(
            f"You may train {limit} models at a time; {live} are not over, and {count} more do "
            "not fit. Wait for one, or stop it."
        )


def _require_hours(session: Session, actor: Actor, limit: int) -> None:
    used = computed_seconds(session, actor, now())
    if used >= 3600 * limit:
        raise ComputeHoursExhausted(used_minutes=used / 60, limit_minutes=60 * limit)


def computed_seconds(session: Session, actor: Actor, at: datetime) -> float:
    """Return for how many seconds of the month of ``at`` the actor's runs were being trained.

    Of a run that began in an earlier month no more is counted than lies in this one.
    """
    month = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    recent = or_(Run.end_time.is_(None), Run.end_time >= month)
    runs = session.scalars(select(Run).where(*_mine(actor), recent))
    return sum(
        min(times_of(run, at).running_seconds, ((run.end_time or at) - month).total_seconds())
        for run in runs
    )


def _mine(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (Run.owner_id == actor.user_id, Run.task == "forecasting", Run.origin == "trained")

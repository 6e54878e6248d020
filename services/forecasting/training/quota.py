"""What one person may train: so many models at a time, and so many hours of computing a month.

A month is one of the calendar, in UTC. Counted are the hours for which a worker held the person's
forecasting runs, those that train at the moment and those that were deleted included.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.models.run import UNFINISHED, Run
from app.models.user import User
from app.settings import Settings
from services.forecasting.errors import ComputeHoursExhausted, TrainingLimitReached
from services.runs.spent import seconds_within_month, spent_seconds

TASK = "forecasting"


@dataclass(frozen=True, kw_only=True)
class TrainingLimits:
    """The limits of one person; 0 is none."""

    max_trainings: int = 0
    compute_hours: int = 0


NO_LIMITS = TrainingLimits()


def limits_of(settings: Settings) -> TrainingLimits:
    """Return the limits that the installation sets."""
    return TrainingLimits(
        max_trainings=settings.max_trainings, compute_hours=settings.compute_hours
    )


def require_quota(session: Session, actor: Actor, count: int, limits: TrainingLimits) -> None:
    """Refuse ``count`` more trainings than the actor may start; others of the actor's wait.

    Raises TrainingLimitReached and ComputeHoursExhausted.
    """
    _require(session, actor.user_id, count, limits)


def admit_resume(session: Session, run: Run, settings: Settings) -> None:
    """Refuse to queue ``run`` again where its owner may not train it; raises as above."""
    _require(session, run.owner_id, 1, limits_of(settings))


def require_hours(session: Session, owner_id: int, limits: TrainingLimits) -> None:
    """Raise ComputeHoursExhausted where a person has used the hours of the month."""
    used = spent_by(session, owner_id, now()) if limits.compute_hours else 0.0
    if limits.compute_hours and used >= 3600 * limits.compute_hours:
        raise ComputeHoursExhausted(used_minutes=used / 60, limit_minutes=60 * limits.compute_hours)


def _require(session: Session, owner_id: int, count: int, limits: TrainingLimits) -> None:
    if not limits.max_trainings and not limits.compute_hours:
        return
    session.execute(select(User.id).where(User.id == owner_id).with_for_update()).all()
    if limits.max_trainings:
        _require_place(session, owner_id, count, limits.max_trainings)
    require_hours(session, owner_id, limits)


def _require_place(session: Session, owner_id: int, count: int, limit: int) -> None:
    query = select(func.count()).where(
        *_trained_by(owner_id), Run.origin == "trained", Run.status.in_(UNFINISHED)
    )
    live = session.scalar(query) or 0
    if live + count > limit:
        models = "train 1 model" if limit == 1 else f"train {limit} models"
        others = "1 is not over" if live == 1 else f"{live} are not over"
        more = "1 more does not fit" if count == 1 else f"{count} more do not fit"
        raise TrainingLimitReached(
            f"You may {models} at a time; {others}, and {more}. Wait for one, or stop it."
        )


def computed_seconds(session: Session, actor: Actor, at: datetime) -> float:
    """Return for how many seconds of the month of ``at`` the actor's runs were being trained.

    The cut-offs of backtests that were measured in it are counted, too.
    """
    return spent_by(session, actor.user_id, at)


def spent_by(session: Session, owner_id: int, at: datetime) -> float:
    """Return what ``computed_seconds`` does of one person, deleted runs and backtests included."""
    kept = sum(seconds_within_month(session, at, *_trained_by(owner_id)).values())
    return kept + spent_seconds(session, owner_id, TASK, at)


def _trained_by(owner_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Run.owner_id == owner_id, Run.task == TASK)

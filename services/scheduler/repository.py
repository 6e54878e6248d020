"""The statements of schedules and executions that several use cases share."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.jobs import states
from app.models.schedule import (
    IS_OPEN,
    SKIPPED,
    ExecutionAttempt,
    Schedule,
    ScheduleExecution,
)
from services.scheduler.breaker.circuit import SkipReason
from services.scheduler.breaker.ends import RecentEnds


def locked_schedule(session: Session, schedule_id: int) -> Schedule:
    """Return the schedule as it is now, locked until the commit."""
    query = select(Schedule).where(Schedule.id == schedule_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def locked_execution(session: Session, execution_id: int) -> ScheduleExecution:
    """Return the execution as it is now, locked until the commit."""
    query = select(ScheduleExecution).where(ScheduleExecution.id == execution_id)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(fresh).one()


def open_attempt(session: Session, execution_id: int) -> ExecutionAttempt | None:
    """Return the attempt of an execution that is not over, if any."""
    query = select(ExecutionAttempt).where(
        ExecutionAttempt.execution_id == execution_id, ExecutionAttempt.finished_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def open_execution(session: Session, schedule_id: int) -> ScheduleExecution | None:
    """Return the oldest execution of a schedule that is not over, one that waits included."""
    query = select(ScheduleExecution).where(ScheduleExecution.schedule_id == schedule_id, IS_OPEN)
    # the one that has begun, else the one whose turn is next
    order = (ScheduleExecution.attempt.desc(), ScheduleExecution.id)
    return session.scalars(query.order_by(*order).limit(1)).first()


def recent_ends(session: Session, schedule_id: int, since: datetime, epoch: datetime) -> RecentEnds:
    """Return how many executions ended from ``since`` on and after the epoch."""
    query = (
        select(ScheduleExecution.state, func.count())
        .where(
            ScheduleExecution.schedule_id == schedule_id,
            ScheduleExecution.finished_at >= since,
            ScheduleExecution.finished_at > epoch,
            (ScheduleExecution.state.in_((states.SUCCEEDED, states.FAILED)))
            | (
                (ScheduleExecution.state == SKIPPED)
                & (ScheduleExecution.skip_reason == SkipReason.UNCHANGED.value)
            ),
        )
        .group_by(ScheduleExecution.state)
    )
    counts = dict(session.execute(query).tuples().all())
    return RecentEnds(failed=counts.get(states.FAILED, 0), ended=sum(counts.values()))

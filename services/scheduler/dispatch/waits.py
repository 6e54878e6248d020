"""Why an execution cannot begin yet, or never will: one at a time, its key, what it depends on."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs import states
from app.models.schedule import IS_OPEN, OPEN_STATES, RETRYING, SKIPPED, Schedule, ScheduleExecution

DEPENDENCY_FAILED = "dependency_failed"
BACKFILL = "backfill"


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """What is in the way, in words; ``skip`` is the reason where waiting would not help."""

    sentence: str
    skip: str | None = None


def obstacle(session: Session, schedule: Schedule, execution: ScheduleExecution) -> Obstacle | None:
    """Return why the next attempt cannot begin now, None if it can."""
    if execution.state == RETRYING:  # it holds its turn and its key since its first attempt
        return None
    if execution.source == BACKFILL and schedule.state != "active":
        state = schedule.state.replace("_", " ")
        return Obstacle(sentence=f"The schedule is {state}: a backfill waits until it is active.")
    return (
        _earlier(session, schedule, execution)
        or _same_key(session, schedule)
        or _dependency(session, schedule)
    )


def _earlier(session: Session, schedule: Schedule, execution: ScheduleExecution) -> Obstacle | None:
    other = ScheduleExecution
    is_backfill, waits = other.source == BACKFILL, other.attempt == 0
    if execution.source == BACKFILL:  # the cadence goes first, then the oldest time
        first = ~waits | ~is_backfill | (other.scheduled_for < execution.scheduled_for)
    else:
        first = ~waits | (~is_backfill & (other.id < execution.id))
    query = select(other.id).where(
        other.schedule_id == schedule.id,
        other.id != execution.id,
        IS_OPEN,
        first,
    )
    earlier = session.scalar(query.order_by(ScheduleExecution.id).limit(1))
    if earlier is None:
        return None
    return Obstacle(sentence=f"Execution {earlier} of this schedule is still open.")


def _same_key(session: Session, schedule: Schedule) -> Obstacle | None:
    if schedule.concurrency_key is None:
        return None
    query = (
        select(ScheduleExecution.id)
        .join(Schedule, Schedule.id == ScheduleExecution.schedule_id)
        .where(
            Schedule.owner_id == schedule.owner_id,
            Schedule.concurrency_key == schedule.concurrency_key,
            Schedule.id != schedule.id,
            ScheduleExecution.attempt > 0,
            IS_OPEN,
        )
    )
    other = session.scalar(query.limit(1))
    if other is None:
        return None
    return Obstacle(sentence=f"Execution {other} holds the key '{schedule.concurrency_key}'.")


def _dependency(session: Session, schedule: Schedule) -> Obstacle | None:
    """Wait while what it depends on is open; never begin after it failed."""
    if schedule.depends_on is None:
        return None
    query = select(ScheduleExecution).where(
        ScheduleExecution.schedule_id == schedule.depends_on,
        ScheduleExecution.state != states.CANCELLED,
        (ScheduleExecution.state != SKIPPED) | (ScheduleExecution.skip_reason == "unchanged"),
    )
    newest = session.scalars(query.order_by(ScheduleExecution.id.desc()).limit(1)).first()
    if newest is None:
        return Obstacle(sentence=f"Schedule {schedule.depends_on} has not run yet.")
    if newest.state in OPEN_STATES:
        return Obstacle(sentence=f"Execution {newest.id}, which it depends on, is still open.")
    if newest.state == states.FAILED:
        sentence = f"Execution {newest.id}, which it depends on, failed."
        return Obstacle(sentence=sentence, skip=DEPENDENCY_FAILED)
    return None

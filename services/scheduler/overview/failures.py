"""How schedules ended lately, in a constant number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.jobs import states
from app.models.schedule import HAS_FAILED, SKIPPED, Schedule, ScheduleExecution
from services.scheduler.breaker.circuit import SkipReason

NEWEST, PATTERNS, PATTERN_LENGTH = 5, 3, 100
WINDOW = timedelta(days=7)
# an unchanged source is a success; cancelled ones and those that were overlapped are no ends
SUCCEEDED = (ScheduleExecution.state == states.SUCCEEDED) | (
    (ScheduleExecution.state == SKIPPED)
    & (ScheduleExecution.skip_reason == SkipReason.UNCHANGED.value)
)
FAILED = HAS_FAILED
ENDED = SUCCEEDED | FAILED


@dataclass(frozen=True, kw_only=True)
class LastEnds:
    """When a schedule ended last, as a success and as a failure; None is never."""

    success: datetime | None = None
    failure: datetime | None = None

    @property
    def any(self) -> datetime | None:
        """Return the newer one."""
        return max((at for at in (self.success, self.failure) if at), default=None)


def last_ends(session: Session, ids: Sequence[int]) -> Mapping[int, LastEnds]:
    """Return by schedule when it ended last; each index is read from its end."""
    query = select(Schedule.id, _last(SUCCEEDED), _last(FAILED)).where(Schedule.id.in_(ids))
    return {
        number: LastEnds(success=success, failure=failure)
        for number, success, failure in session.execute(query)
    }


def _last(condition: Any) -> Any:
    return (
        select(ScheduleExecution.finished_at)
        .where(ScheduleExecution.schedule_id == Schedule.id, condition)
        .order_by(ScheduleExecution.id.desc())
        .limit(1)
        .correlate(Schedule)
        .scalar_subquery()
    )


def recent_failures(session: Session, ids: Sequence[int], at: datetime) -> Mapping[int, int]:
    """Return by schedule how many executions failed in the seven days before ``at``."""
    query = (
        select(ScheduleExecution.schedule_id, func.count())
        .where(
            ScheduleExecution.schedule_id.in_(ids),
            FAILED,
            ScheduleExecution.finished_at >= at - WINDOW,
        )
        .group_by(ScheduleExecution.schedule_id)
    )
    return dict(session.execute(query).tuples().all())


def patterns_of(failures: Sequence[ScheduleExecution]) -> list[str]:
    """Return how the newest failures read: up to three different texts, cut to 100 characters."""
    texts = [row.error[:PATTERN_LENGTH] for row in failures[:NEWEST] if row.error]
    return list(dict.fromkeys(texts))[:PATTERNS]


def success_share(ends: Sequence[ScheduleExecution]) -> float:
    """Return the share of successes among executions that ended, 0 to 1; there is at least one."""
    return sum(row.state != states.FAILED for row in ends) / len(ends)

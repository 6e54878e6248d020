"""How often the clock looks, and has looked, as it wrote it down itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models.schedule import ScheduleEvent
from app.models.schedule_totals import ClockDay
from services.scheduler.dispatch import PERIOD_S
from services.scheduler.history import INTERVAL_ADJUSTMENT, START

MOST = 1440  # adjustments of a day


@dataclass(frozen=True, kw_only=True)
class ClockInterval:
    """Seconds between two looks now, the most of today, and when that changed last."""

    seconds: int = PERIOD_S
    longest_s: int = PERIOD_S
    adjusted_at: datetime | None = None


def number_of_looks(session: Session, day: date | None = None) -> int:
    """Return how often clocks have looked, on a day (UTC) or ever."""
    looks = select(func.sum(ClockDay.looks))
    return int(session.scalar(looks if day is None else looks.where(ClockDay.day == day)) or 0)


def clock_interval(session: Session) -> ClockInterval:
    """Return how often the clock looks; one that has just started looks as often as it should."""
    adjusted, started = (_newest(session, kind) for kind in (INTERVAL_ADJUSTMENT, START))
    if adjusted is None:
        return ClockInterval()
    is_over = started is not None and started.id > adjusted.id
    return ClockInterval(
        seconds=PERIOD_S if is_over else adjusted.data["new_s"],
        longest_s=_longest(session),
        adjusted_at=adjusted.created_at,
    )


def _newest(session: Session, kind: str) -> ScheduleEvent | None:
    query = select(ScheduleEvent).where(ScheduleEvent.type == kind)
    return session.scalars(query.order_by(ScheduleEvent.id.desc()).limit(1)).first()


def _longest(session: Session) -> int:
    midnight = datetime.combine(now().date(), time(), UTC)
    query = (
        select(ScheduleEvent.data)
        .where(ScheduleEvent.type == INTERVAL_ADJUSTMENT, ScheduleEvent.created_at >= midnight)
        .order_by(ScheduleEvent.id.desc())
        .limit(MOST)
    )
    return max((data["new_s"] for data in session.scalars(query)), default=PERIOD_S)

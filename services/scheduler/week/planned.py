"""What the actor's schedules have planned: read in one statement, equal cadences once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.models.schedule import Schedule
from services.scheduler.times.moments import FINAL, instant_of
from services.scheduler.times.parse import TimesConfig, make_timetable
from services.scheduler.times.timetable import Timetable
from services.scheduler.week.types import MAX_SCHEDULES

COLUMNS = (
    "id", "name", "kind", "state", "cron", "interval_s", "run_at", "timezone", "starts_at",
    "ends_at", "exclude", "next_run_at", "pause_until", "created_at",
)  # fmt: skip
_COMING = ("active", "paused", "cooling_off")


@dataclass(frozen=True)
class Planned:
    """When a schedule is due: by ``config`` from ``since`` on, both in UTC."""

    config: TimesConfig
    anchor: datetime
    since: datetime

    @property
    def key(self) -> tuple[object, ...]:
        """What two plans that are due at the same times have in common."""
        one = self.config
        anchor = (one.starts_at or self.anchor) if one.interval_s else None
        cadence = (one.cron, one.interval_s, one.run_at, one.timezone, one.exclude)
        return (*cadence, anchor, self.since, one.ends_at)

    def timetable(self) -> Timetable:
        """Return the due times."""
        return make_timetable(self.config, self.anchor)


def coming_rows(session: Session, actor: Actor) -> Sequence[Any]:
    """Return the columns of the schedules that can be due, the newest first, one too many."""
    columns = [getattr(Schedule, name) for name in COLUMNS]
    can_come = Schedule.state.in_(_COMING) & (
        (Schedule.state != "paused") | Schedule.pause_until.is_not(None)
    )
    query = select(*columns).where(visible(Schedule, actor), can_come)
    return session.execute(query.order_by(Schedule.id.desc()).limit(MAX_SCHEDULES + 1)).all()


def newest_change(session: Session, actor: Actor) -> object:
    """Return a value that differs once a schedule of the actor's was made or changed."""
    query = select(func.count(), func.max(Schedule.id), func.max(Schedule.updated_at))
    return tuple(session.execute(query.where(visible(Schedule, actor))).one())


def num_resting(session: Session, actor: Actor) -> int:
    """Return how many schedules cannot be due until somebody does something."""
    rests = (Schedule.state == "needs_intervention") | (
        (Schedule.state == "paused") & Schedule.pause_until.is_(None)
    )
    query = select(func.count()).where(visible(Schedule, actor), rests)
    return session.scalar(query) or 0


def planned(row: Any, at: datetime, until: datetime) -> Planned | None:
    """Return what a schedule has planned from a moment to another, None for nothing.

    One that is paused goes on when its pause ends; of one that rests after failures only the next
    trial is known.
    """
    if row.state == "cooling_off":
        if row.next_run_at is None:
            return None
        return Planned(TimesConfig(run_at=max(row.next_run_at, at)), at, at)
    since = max(at, row.pause_until or at, row.starts_at or at)
    ends_at = row.ends_at if row.ends_at is not None and row.ends_at < until else None
    if since >= until or (ends_at or FINAL) < since:
        return None
    return Planned(_config(row, since, until, ends_at), row.created_at, since)


def _config(row: Any, since: datetime, until: datetime, ends_at: datetime | None) -> TimesConfig:
    return TimesConfig(
        timezone=row.timezone,
        cron=row.cron,
        interval_s=row.interval_s,
        run_at=row.run_at,
        starts_at=row.starts_at,
        ends_at=ends_at,
        exclude=tuple(_near(row.exclude, since, until)),
    )


def _near(days: Sequence[str], since: datetime, until: datetime) -> Iterator[date]:
    """Yield the excluded days that a time from ``since`` to ``until`` can lie on in any zone."""
    low, high = since.date().toordinal() - 1, until.date().toordinal() + 1
    for text in days:
        day = date.fromisoformat(text)
        if low <= day.toordinal() <= high:
            yield day


def seconds(moment: datetime) -> int:
    """Return the first whole second of a moment or after it, since 1970."""
    return instant_of(moment) + bool(moment.microsecond)

"""After a release of the time zones: next times that were computed with another one are made anew.

What is due already stays as it is: the clock dispatches it, and its next time is by the new rules.
A circuit that waits holds an instant, which no zone moves.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.schedule import Schedule
from services.scheduler.rows import jitter_of, timetable_of
from services.scheduler.times.errors import InvalidTimes
from services.scheduler.times.zones import tzdata_version
from services.scheduler.topics import publish_schedule

BATCH = 500  # rows of one transaction: no write lock for long


def renew_times(database: Database, at: datetime | None = None) -> int:
    """Compute the next time of every active schedule anew that has it by other zones.

    Returns how many there were.
    """
    total = 0
    while _is_any_old(database, at or now()):
        with database.write() as unit:
            renewed = _renew_batch(unit, at or now())
        total += renewed
        if renewed < BATCH:  # the rest, if any, is another clock's
            break
    return total


def _old(at: datetime) -> tuple[Any, ...]:
    return (
        Schedule.state == "active",
        Schedule.tzdata != tzdata_version(),
        Schedule.next_run_at > at,
    )


def _is_any_old(database: Database, at: datetime) -> bool:
    """Return whether to write at all: nearly always there is nothing to do."""
    with database.read() as session:
        return bool(session.scalar(select(exists().where(*_old(at)))))


def _renew_batch(unit: UnitOfWork, at: datetime) -> int:
    old = select(Schedule).where(*_old(at)).order_by(Schedule.id).limit(BATCH)
    rows = unit.session.scalars(old.with_for_update(skip_locked=True)).all()
    for row in rows:
        before = row.next_run_at
        _renew(row, at)
        if row.next_run_at != before:
            publish_schedule(unit, row)
    return len(rows)


def _renew(row: Schedule, at: datetime) -> None:
    """Store the next time by the zones of today; where the zone is gone it stays until it is due.

    Then the dispatch says so to its owner.
    """
    row.tzdata = tzdata_version()
    try:
        row.next_run_at = timetable_of(row).next_after(at)
    except InvalidTimes:
        return
    row.due_at = None if row.next_run_at is None else jitter_of(row).due_at(row.next_run_at)

"""Totals that are off are made what the rows say, and what swept rows had added up to.

The clock holds each day that is over against its rows once; ``rebuild`` does it to any day.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.models.schedule_totals import TOOK, ClockDay
from services.scheduler.counters import COUNTED, COUNTERS, DURATIONS
from services.scheduler.totals.of_rows import Tally
from services.scheduler.totals.stored import A_DAY, live, rebuilt

SETTLED = timedelta(minutes=10)  # after midnight: what began before it is committed by then
LOOKED_BACK = 7  # days


def rebuild(database: Database, days: Iterable[date] | None = None) -> dict[date, int]:
    """Make the totals of some days, or of all, what the rows say; return by how much each was off.

    Each day is a transaction in which nobody else counts. A day that is right is only read.
    """
    chosen = _days(database) if days is None else sorted(days)
    return {day: _mend(database, day) for day in chosen if _is_off(database, day)}


def roll_up(database: Database, at: datetime | None = None) -> dict[str, Any]:
    """Hold the days of last week against their rows, each once; return how many, and the drift."""
    moment = at or now()
    today = (moment - SETTLED).astimezone(UTC).date()
    last = [today - A_DAY * n for n in range(LOOKED_BACK, 0, -1)]
    is_checked = ClockDay.day.in_(last) & ClockDay.checked_at.is_not(None)
    with database.read() as session:
        done = set(session.scalars(select(ClockDay.day).where(is_checked)))
    days = [day for day in last if day not in done]
    off = rebuild(database, days)
    _note_checked(database, days, moment)
    return {"days": len(days), "drift": sum(off.values()), "unchanged": not off}


def drift(first: Tally, second: Tally) -> int:
    """Return by how much two totals differ: the sum over all counters and buckets."""
    one, other = dict(first.nonzero()), dict(second.nonzero())
    counted = sum(
        abs(one.get(key, {}).get(name, 0) - other.get(key, {}).get(name, 0))
        for key in {*one, *other}
        for name in COUNTED
    )
    buckets = {*first.took, *second.took}
    return counted + sum(abs(first.took[key] - second.took[key]) for key in buckets)


def _days(database: Database) -> list[date]:
    """Return every day that anything is counted on, or should be."""
    with database.read() as session:
        tallies = live(session), rebuilt(session)
    counted = {key[0] for tally in tallies for key in tally.counts}
    return sorted(counted | {key[0] for tally in tallies for key in tally.took})


def _is_off(database: Database, day: date) -> bool:
    """Return whether a day is off, looked at without holding up anybody."""
    with database.read() as session:
        return drift(live(session, [day]), rebuilt(session, [day])) > 0


def _mend(database: Database, day: date) -> int:
    with database.write() as unit:
        right = rebuilt(unit.session, [day])
        off = drift(live(unit.session, [day]), right)
        if off:
            _replace(unit.session, day, right)
    return off


def _replace(session: Session, day: date, right: Tally) -> None:
    connection = session.connection()
    connection.execute(delete(COUNTERS).where(COUNTERS.c.day == day))
    is_took = DURATIONS.c.measure == TOOK
    connection.execute(delete(DURATIONS).where(DURATIONS.c.day == day, is_took))
    names = ("day", "owner_id", "kind", "bucket")
    counts: list[dict[str, Any]] = [
        dict.fromkeys(COUNTED, 0) | dict(zip(names[:3], key, strict=True)) | more
        for key, more in right.nonzero()
    ]
    took: list[dict[str, Any]] = [
        {"measure": TOOK, "number": number, **dict(zip(names, key, strict=True))}
        for key, number in right.took.items()
    ]
    for table, rows in ((COUNTERS, counts), (DURATIONS, took)):
        if rows:
            connection.execute(table.insert(), rows)


def _note_checked(database: Database, days: Iterable[date], at: datetime) -> None:
    rows = [{"day": day, "looks": 0, "checked_at": at} for day in days]
    if not rows:
        return
    with database.write() as unit:
        insert = insert_into(unit.session, ClockDay)
        checked = {"checked_at": insert.excluded.checked_at}
        noted = insert.on_conflict_do_update(index_elements=["day"], set_=checked)
        unit.session.execute(noted, rows)

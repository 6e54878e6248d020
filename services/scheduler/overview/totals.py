"""The lifetime totals of a person held against the rows they add up, and mended where they differ.

Only days whose executions no clean-up may have taken are looked at: what was swept lives on in the
counters alone.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.models.schedule import DailyCounter, ScheduleExecution
from services.scheduler.counters import add_counts

CHECKED_DAYS = 30  # the least that a clean-up leaves
COLUMNS = {states.SUCCEEDED: "executed", states.FAILED: "failed", states.CANCELLED: "cancelled"}
Counts = Mapping[tuple[date, str], Mapping[str, int]]


def reconcile_totals(database: Database, actor: Actor) -> dict[str, Any]:
    """Bring the actor's own counters of the last 30 days in line with the executions."""
    at = now()
    first = (at - timedelta(days=CHECKED_DAYS - 1)).astimezone(UTC).date()
    with database.write() as unit:
        rows = _of_rows(unit.session, actor.user_id, first)
        kept = _of_counters(unit.session, actor.user_id, first)
        drift = _drift(rows, kept)
        keyed = {(day, actor.user_id, kind): more for (day, kind), more in drift.items()}
        if keyed:
            add_counts(unit.session, keyed)
    missed = sum(abs(number) for more in drift.values() for number in more.values())
    return {
        "success": True,
        "checked_days": CHECKED_DAYS,
        "drift": missed,
        "corrected": len(drift),
        "reconciled_at": at,
    }


def _of_rows(session: Session, owner_id: int, first: date) -> Counts:
    """Count what ended since a day, by the day of its end and its kind."""
    begin = datetime.combine(first, datetime.min.time(), UTC)
    query = select(
        ScheduleExecution.finished_at, ScheduleExecution.kind, ScheduleExecution.state
    ).where(
        ScheduleExecution.owner_id == owner_id,
        ScheduleExecution.finished_at >= begin,
        ScheduleExecution.state.in_(COLUMNS),
    )
    counts: dict[tuple[date, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for ended, kind, state in session.execute(query).tuples():
        if ended is not None:
            counts[ended.astimezone(UTC).date(), kind][COLUMNS[state]] += 1
    return counts


def _of_counters(session: Session, owner_id: int, first: date) -> Counts:
    query = select(DailyCounter).where(DailyCounter.owner_id == owner_id, DailyCounter.day >= first)
    return {
        (row.day, row.kind): {name: getattr(row, name) for name in COLUMNS.values()}
        for row in session.scalars(query.with_for_update())
    }


def _drift(rows: Counts, kept: Counts) -> dict[tuple[date, str], dict[str, int]]:
    """Return what the counters lack, by day and kind; nothing where they are right."""
    differences = {
        key: {
            name: rows.get(key, {}).get(name, 0) - kept.get(key, {}).get(name, 0)
            for name in COLUMNS.values()
        }
        for key in {*rows, *kept}
    }
    return {key: more for key, more in differences.items() if any(more.values())}

"""Totals as they stand, and as the rows and what was swept say, of some days or of all."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.models.schedule import DailyCounter, ExecutionAttempt, ScheduleExecution
from app.models.schedule_totals import TOOK, DailyDuration, SweptCounter, SweptDuration
from services.scheduler.counters import COUNTED
from services.scheduler.totals.of_rows import Tally, tally_of

A_DAY = timedelta(days=1)
ROW = [
    getattr(ScheduleExecution, name)
    for name in (
        "id", "owner_id", "kind", "state", "skip_reason", "missed", "created_at", "started_at",
        "finished_at",
    )
]  # fmt: skip


def live(session: Session, days: Iterable[date] | None = None) -> Tally:
    """Return the totals as they stand."""
    return _stored(session, DailyCounter, DailyDuration, days)


def rebuilt(session: Session, days: Iterable[date] | None = None) -> Tally:
    """Return the totals as the rows and what was swept say. Lags are in no row, and left out."""
    chosen = None if days is None else set(days)
    total, of_rows = (
        _stored(session, SweptCounter, SweptDuration, chosen),
        _of_rows(session, chosen),
    )
    for key, numbers in of_rows.counts.items():
        total.counts[key].update(numbers)
    total.took.update(of_rows.took)
    return total


def tally_of_ids(session: Session, ids: Iterable[int]) -> Tally:
    """Return what executions of these numbers add up to."""
    these = ScheduleExecution.id.in_(list(ids))
    tries = session.execute(_tries().where(these))
    return tally_of(session.execute(select(*ROW).where(these)), _tried(tries))


def _stored(session: Session, counters: Any, durations: Any, days: Iterable[date] | None) -> Tally:
    tally = Tally()
    for row in session.scalars(_of(counters, days)):
        numbers = {name: getattr(row, name) for name in COUNTED}
        tally.add((row.day, row.owner_id, row.kind), **numbers)
    took = _of(durations, days)
    if durations is DailyDuration:
        took = took.where(DailyDuration.measure == TOOK)
    for row in session.scalars(took):
        tally.took[row.day, row.owner_id, row.kind, row.bucket] += row.number
    return tally


def _of(model: Any, days: Iterable[date] | None) -> Any:
    query = select(model)
    return query if days is None else query.where(model.day.in_(list(days)))


def _of_rows(session: Session, days: set[date] | None) -> Tally:
    rows, tries = select(*ROW), _tries()
    if days is not None:
        times = (ScheduleExecution.created_at, ScheduleExecution.finished_at)
        rows = rows.where(or_(*(_within(time, day) for day in days for time in times)))
        first = func.min(ExecutionAttempt.created_at)
        tries = tries.having(or_(*(_within(first, day) for day in days)))
    tally = tally_of(session.execute(rows), _tried(session.execute(tries)))
    if days is None:
        return tally
    counts = {key: numbers for key, numbers in tally.counts.items() if key[0] in days}
    took = Counter({key: number for key, number in tally.took.items() if key[0] in days})
    return Tally(defaultdict(Counter, counts), took)


def _tries() -> Any:
    """Return the statement of further attempts, each number of an execution once."""
    at = func.min(ExecutionAttempt.created_at).label("at")
    query = select(*ROW, at).join(
        ExecutionAttempt, ExecutionAttempt.execution_id == ScheduleExecution.id
    )
    return query.where(ExecutionAttempt.number > 1).group_by(*ROW, ExecutionAttempt.number)


def _tried(rows: Iterable[Any]) -> Iterator[tuple[Any, datetime]]:
    return ((row, row.at) for row in rows)


def _within(time: Any, day: date) -> Any:
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return (time >= begin) & (time < begin + A_DAY)

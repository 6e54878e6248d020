"""Daily counters: what came of executions, added up in the transaction that ends them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.upsert import insert_into
from app.models.schedule import DailyCounter, ScheduleExecution
from app.models.schedule_totals import LAG, TOOK, DailyDuration, SweptCounter, SweptDuration
from services.scheduler.totals.of_rows import Key, Tally

COUNTED = ("created", "executed", "failed", "skipped", "cancelled", "retried", "duration_ms")
COUNTERS, SWEPT_COUNTERS, DURATIONS, SWEPT_DURATIONS = (
    Base.metadata.tables[one.__tablename__]
    for one in (DailyCounter, SweptCounter, DailyDuration, SweptDuration)
)


def count(session: Session, at: datetime, owner_id: int, kind: str, **more: int) -> None:
    """Add to the counters of one owner and kind on the day of ``at``, in UTC."""
    add_counts(session, {(at.astimezone(UTC).date(), owner_id, kind): more})


def count_end(session: Session, execution: ScheduleExecution) -> None:
    """Add the end of an execution, with how long it took."""
    tally = Tally()
    tally.add_end(execution)
    add_counts(session, tally.counts)
    add_durations(session, {(*key[:3], TOOK, key[3]): n for key, n in tally.took.items()})


def add_counts(session: Session, counts: Mapping[Key, Mapping[str, int]]) -> None:
    """Add to counters, in the order of their keys: two writers never wait for each other."""
    _add_counts(session, COUNTERS, counts)


def add_durations(session: Session, numbers: Mapping[tuple[Any, ...], int]) -> None:
    """Add to the sketches; a key has day, owner, kind, measure and bucket."""
    _add_numbers(session, DURATIONS, numbers)


def add_lags(session: Session, numbers: Mapping[tuple[Any, ...], int]) -> None:
    """Add from due time to dispatch; a key has day, owner, kind and bucket."""
    add_durations(session, {(*key[:3], LAG, key[3]): number for key, number in numbers.items()})


def keep_swept(session: Session, tally: Tally) -> None:
    """Keep what rows add up to that are about to go: totals are what is kept and what rows say."""
    _add_counts(session, SWEPT_COUNTERS, dict(tally.nonzero()))
    _add_numbers(session, SWEPT_DURATIONS, tally.took)


def _add_counts(session: Session, table: Table, counts: Mapping[Key, Mapping[str, int]]) -> None:
    rows = [
        dict.fromkeys(COUNTED, 0) | {"day": day, "owner_id": owner_id, "kind": kind} | dict(more)
        for (day, owner_id, kind), more in sorted(counts.items())
    ]
    _upsert(session, table, rows, COUNTED)


def _add_numbers(session: Session, table: Table, numbers: Mapping[tuple[Any, ...], int]) -> None:
    columns = [column.name for column in table.columns]
    rows = [
        dict(zip(columns, (*key, number), strict=True)) for key, number in sorted(numbers.items())
    ]
    _upsert(session, table, rows, ("number",))


def _upsert(
    session: Session, table: Table, rows: list[dict[str, Any]], names: tuple[str, ...]
) -> None:
    if not rows:
        return
    insert = insert_into(session, table)
    added = {name: table.c[name] + insert.excluded[name] for name in names}
    keys = [column.name for column in table.primary_key]
    statement = insert.on_conflict_do_update(index_elements=keys, set_=added)
    session.connection().execute(statement, rows)

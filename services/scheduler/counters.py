"""Daily counters: what came of executions, added up in the transaction that ends them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.db.upsert import insert_into
from app.models.schedule import DailyCounter

COUNTED = ("created", "executed", "failed", "skipped", "cancelled", "retried", "duration_ms")
Key = tuple[date, int, str]  # day, owner, kind


def count(session: Session, at: datetime, owner_id: int, kind: str, **more: int) -> None:
    """Add to the counters of one owner and kind on the day of ``at``, in UTC."""
    add_counts(session, {(at.astimezone(UTC).date(), owner_id, kind): more})


def add_counts(session: Session, counts: Mapping[Key, Mapping[str, int]]) -> None:
    """Add to counters, in the order of their keys: two writers never wait for each other."""
    for key in sorted(counts):
        _add(session, key, counts[key])


def _add(session: Session, key: Key, more: Mapping[str, int]) -> None:
    day, owner_id, kind = key
    values: dict[str, Any] = {name: more.get(name, 0) for name in COUNTED}
    statement = insert_into(session, DailyCounter).values(
        day=day, owner_id=owner_id, kind=kind, **values
    )
    added = {
        name: getattr(DailyCounter, name) + getattr(statement.excluded, name)
        for name in COUNTED
        if values[name]
    }
    keys = [DailyCounter.day, DailyCounter.owner_id, DailyCounter.kind]
    if added:
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_=added))

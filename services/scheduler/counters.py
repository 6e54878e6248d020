"""Daily counters: what came of executions, added up in the transaction that ends them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.upsert import insert_into
from app.models.schedule import DailyCounter

COUNTED = ("created", "executed", "failed", "skipped", "cancelled", "retried", "duration_ms")
TABLE = Base.metadata.tables[DailyCounter.__tablename__]
Key = tuple[date, int, str]  # day, owner, kind


def count(session: Session, at: datetime, owner_id: int, kind: str, **more: int) -> None:
    """Add to the counters of one owner and kind on the day of ``at``, in UTC."""
    add_counts(session, {(at.astimezone(UTC).date(), owner_id, kind): more})


def add_counts(session: Session, counts: Mapping[Key, Mapping[str, int]]) -> None:
    """Add to counters, in the order of their keys: two writers never wait for each other."""
    rows = [
        dict.fromkeys(COUNTED, 0) | {"day": day, "owner_id": owner_id, "kind": kind} | dict(more)
        for (day, owner_id, kind), more in sorted(counts.items())
    ]
    insert = insert_into(session, TABLE)
    added = {name: TABLE.c[name] + insert.excluded[name] for name in COUNTED}
    keys = ["day", "owner_id", "kind"]
    statement = insert.on_conflict_do_update(index_elements=keys, set_=added)
    session.connection().execute(statement, rows)

"""Jobs as rows, for lists of them: in any state, without anybody who works on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.models.job import Job


def make_jobs(database: Database, owner_id: int, many: int, **values: Any) -> list[int]:
    """Write jobs of somebody, queued ones of the queue ``io`` if not said otherwise."""
    with database.write() as unit:
        rows = [_row(owner_id, values) for _ in range(many)]
        query = insert(Job).returning(Job.id, sort_by_parameter_order=True)
        return list(unit.session.scalars(query, rows))


def make_job(database: Database, owner_id: int, **values: Any) -> int:
    """Write one job; return its number."""
    (number,) = make_jobs(database, owner_id, 1, **values)
    return number


def _row(owner_id: int, values: dict[str, Any]) -> dict[str, Any]:
    at: datetime = values.get("created_at", now())
    state = values.get("state", states.QUEUED)
    known = {
        "kind": "train_run",
        "queue": "train",
        "subject": "run:0",
        "owner_id": owner_id,
        "state": state,
        "attempt": 0 if state == states.QUEUED else 1,
        "deaths": 0,
        "not_before": 0.0,
        "progress": 0.0,
        "checkpoint_attempt": 0,
        "created_at": at,
    }
    if state != states.QUEUED:
        known |= {"started_at": at, "holder": "train-host-1:token"}
    if state in states.TERMINAL:
        known |= {"finished_at": at}
    return known | values

"""The kind ``retention.sweep``: executions and events that are old go, in small batches.

What they added up to stays in the daily counters. Old rows are looked for outside the transaction
that deletes them, and other writers have a turn between two batches: no write lock for long.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from app.clock import now
from app.db.engine import Database
from app.models.schedule import OPEN_STATES, ScheduleEvent, ScheduleExecution
from services.scheduler.breaker.kinds import KIND_RULES
from services.scheduler.counters import keep_swept
from services.scheduler.kinds.types import Params, ScheduleKind, WorkContext
from services.scheduler.totals.counted import forget_counted
from services.scheduler.totals.stored import tally_of_ids

NAME = "retention.sweep"
FEWEST, MOST = 25, 500  # rows of one transaction
AIM_S = 0.03  # of one transaction: a slow disk or a busy machine must not make it long
REST = 0.5  # of the time of a batch, before the next one
EXECUTION_DAYS, EVENT_DAYS = 180, 90


def sweep(context: WorkContext, params: Params) -> dict[str, Any] | None:
    """Delete what is older than the days of ``params``; with ``dry_run`` only count it.

    Returns None when it is stopped in between.
    """
    at = now()
    old = {
        "executions": (ScheduleExecution, at - timedelta(days=params["execution_days"])),
        "events": (ScheduleEvent, at - timedelta(days=params["event_days"])),
    }
    if params["dry_run"]:
        return {name: count_old(context.database, *one) for name, one in old.items()} | {
            "dry_run": True
        }
    deleted = dict.fromkeys(old, 0)
    for name, one in old.items():
        for number in delete_old(context.database, *one):
            deleted[name] += number
            if context.attempt.stop_requested():
                return None
    return deleted | {"unchanged": not any(deleted.values())}


def _condition(model: Any, before: datetime) -> Any:
    """Return what is true of rows that may go: over, and as old as that."""
    if model is ScheduleExecution:
        return (model.finished_at < before) & model.state.not_in(OPEN_STATES)
    return model.created_at < before


def count_old(database: Database, model: Any, before: datetime) -> int:
    """Return how many rows of a model are older than a time, and over."""
    with database.read() as session:
        query = select(func.count()).select_from(model).where(_condition(model, before))
        return session.scalar(query) or 0


def delete_old(database: Database, model: Any, before: datetime) -> Iterator[int]:
    """Delete the rows that ``count_old`` counts; yield how many went with each batch."""
    most = FEWEST
    while ids := _old_ids(database, model, before, most):
        began = time.monotonic()
        yield delete_batch(database, model, ids, before)
        seconds = time.monotonic() - began
        most = _next_size(most, seconds)
        time.sleep(REST * seconds)


def _next_size(rows: int, seconds: float) -> int:
    """Return how many rows the next batch may have, after one of ``rows`` took so long."""
    wished = int(rows * AIM_S / max(seconds, 1e-6))
    return max(FEWEST, min(wished, 2 * rows, MOST))


def _old_ids(database: Database, model: Any, before: datetime, most: int) -> Sequence[int]:
    time_of = model.finished_at if model is ScheduleExecution else model.id
    old = select(model.id).where(_condition(model, before)).order_by(time_of).limit(most)
    with database.read() as session:
        return session.scalars(old).all()


def delete_batch(database: Database, model: Any, ids: Sequence[int], before: datetime) -> int:
    """Delete those that are still old; another sweep, or a backfill, may have been faster."""
    with database.write() as unit:
        still = select(model.id).where(model.id.in_(ids), _condition(model, before))
        gone = unit.session.scalars(still.with_for_update()).all()
        if model is ScheduleExecution:
            keep_swept(unit.session, tally_of_ids(unit.session, gone))
        forget_counted(unit.session, model, gone)
        unit.session.execute(delete(model).where(model.id.in_(gone)))
    return len(gone)


RETENTION_SWEEP = ScheduleKind(
    name=NAME,
    params="blueprints.scheduler.kind_params:RetentionSweepParams",
    cadence="0 3 * * *",
    timeout_s=900,
    rules=KIND_RULES[NAME],
    run="services.scheduler.upkeep:sweep",
    admins_only=True,
)

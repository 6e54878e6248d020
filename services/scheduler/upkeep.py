"""The kind ``retention.sweep``: executions and events that are old go, in small batches.

What they added up to stays in the daily counters.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from app.clock import now
from app.db.engine import Database
from app.models.schedule import OPEN_STATES, ScheduleEvent, ScheduleExecution
from services.scheduler.breaker.kinds import KIND_RULES
from services.scheduler.kinds.types import Params, ScheduleKind, WorkContext

NAME = "retention.sweep"
BATCH = 500  # rows of one transaction: no write lock for long
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
        while number := delete_old(context.database, *one):
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


def delete_old(database: Database, model: Any, before: datetime) -> int:
    """Delete one batch of the rows that ``count_old`` counts; return how many those were."""
    with database.write() as unit:
        old = select(model.id).where(_condition(model, before)).order_by(model.id).limit(BATCH)
        ids = unit.session.scalars(old).all()
        unit.session.execute(delete(model).where(model.id.in_(ids)))
    return len(ids)


RETENTION_SWEEP = ScheduleKind(
    name=NAME,
    params="blueprints.scheduler.kind_params:RetentionSweepParams",
    cadence="0 3 * * *",
    timeout_s=900,
    rules=KIND_RULES[NAME],
    run="services.scheduler.upkeep:sweep",
    admins_only=True,
)

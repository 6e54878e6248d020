"""The dashboard of the older API: a person's schedules as jobs, with what came of them.

The older scheduler counted in memory since its start; here ``stats`` count the current day (UTC),
and ``cumulative_*`` all days. A check cycle is one look of the clock, of which there are as many
as clocks have written down: up to a minute ago.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.schedule import IS_AT_WORK, DailyCounter, Schedule, ScheduleExecution
from services.scheduler.dispatch import PERIOD_S
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.overview.clock import clock_interval, number_of_looks
from services.scheduler.overview.tasks import ScheduleTask, own_schedules, tasks_of
from services.scheduler.overview.words import (
    ACTIVE,
    CATEGORIES,
    SITE,
    frequency,
    trigger_type,
    types_of,
)

MAX_JOBS = 500  # of one answer, the next ones first
SHOWN = [  # a whole row costs three times as much, and there are many
    getattr(Schedule, name)
    for name in ("id", "owner_id", "kind", "params", "cron", "interval_s", "next_run_at")
]
COUNTERS = {"tasks_executed": "executed", "tasks_failed": "failed", "tasks_skipped": "skipped"}


def show_dashboard(
    database: Database, actor: Actor, ticked_at: datetime | None, *, is_running: bool
) -> dict[str, Any]:
    """Return the actor's own jobs and counts; ``ticked_at`` is when the clock looked last."""
    with database.read() as session:
        jobs, total, one_time = _jobs(session, actor.user_id)
        stats = _stats(session, actor.user_id, active=total)
    types = types_of(all_kinds())
    clock = {"last_check": ticked_at, "running": is_running, "registered_types": types}
    return {
        "stats": stats | clock,
        "jobs": jobs,
        "job_count": total,
        "recurring_jobs": total - one_time,
        "one_time_jobs": one_time,
        "registered_task_types": types,
        "user_isolation": {"enabled": True, "current_user_id": str(actor.user_id)},
        "last_updated": now(),
    }


def list_jobs(database: Database, actor: Actor) -> dict[str, Any]:
    """Return the actor's own active schedules as jobs, the next first."""
    with database.read() as session:
        jobs, total, one_time = _jobs(session, actor.user_id)
    return {
        "jobs": jobs,
        "total_jobs": total,
        "total_count": total,
        "recurring_jobs": total - one_time,
        "one_time_jobs": one_time,
        "last_updated": now(),
    }


def _jobs(session: Session, owner_id: int) -> tuple[list[dict[str, Any]], int, int]:
    """Return the next jobs, how many there are in all, and how many of those come once."""
    active = own_schedules(owner_id).where(Schedule.state.in_(ACTIVE))
    order = (Schedule.next_run_at.is_(None), Schedule.next_run_at, Schedule.id)
    shown = active.with_only_columns(*SHOWN).order_by(*order).limit(MAX_JOBS)
    rows = session.execute(shown).all()
    once = Schedule.run_at.is_not(None)
    counts = active.with_only_columns(func.count(), func.count().filter(once))
    total, one_time = session.execute(counts).one()
    return [_job_view(task) for task in tasks_of(session, rows)], total, one_time


def _job_view(task: ScheduleTask) -> dict[str, Any]:
    row, task_type = task.row, task.task_type
    return {
        "id": f"{task_type}_{row.id}",
        "trigger_type": trigger_type(row),
        "next_run_time": row.next_run_at,
        "user_id": str(row.owner_id),
        "job_store": "default",
        "user_job_store": "default",
        "function_name": row.kind,
        "platform": task.platform,
        "task_id": row.id,
        "is_database_task": True,
        "frequency": frequency(row),
        "task_type": task.site_kind if row.kind == SITE else task_type,
        "website_url": task.website_url,
        "competitor_id": row.params.get("competitor_id"),
        "task_category": CATEGORIES.get(row.kind),
    }


def _stats(session: Session, owner_id: int, *, active: int) -> dict[str, Any]:
    today = _counted(session, owner_id, DailyCounter.day == now().date())
    ever = _counted(session, owner_id)
    clock = clock_interval(session)
    return {
        "total_checks": number_of_looks(session, now().date()),
        "tasks_found": today["created"],
        **{name: today[counter] for name, counter in COUNTERS.items()},
        "last_update": _last_update(session, owner_id),
        "active_executions": _number_at_work(session, owner_id),
        "check_interval_minutes": clock.seconds / 60,
        "min_check_interval_minutes": PERIOD_S / 60,
        "max_check_interval_minutes": max(PERIOD_S, clock.longest_s) / 60,
        "intelligent_scheduling": False,
        "active_strategies_count": active,
        "last_interval_adjustment": clock.adjusted_at,
        "cumulative_total_check_cycles": number_of_looks(session),
        "cumulative_tasks_found": ever["created"],
        "cumulative_tasks_executed": ever["executed"],
        "cumulative_tasks_failed": ever["failed"],
    }


def _counted(session: Session, owner_id: int, *conditions: Any) -> Mapping[str, int]:
    names: Sequence[str] = ("created", *COUNTERS.values())
    sums = [func.coalesce(func.sum(getattr(DailyCounter, name)), 0) for name in names]
    query = select(*sums).where(DailyCounter.owner_id == owner_id, *conditions)
    return {
        name: int(number) for name, number in zip(names, session.execute(query).one(), strict=True)
    }


def _last_update(session: Session, owner_id: int) -> datetime | None:
    ended = ScheduleExecution.finished_at
    query = select(ended).where(ScheduleExecution.owner_id == owner_id, ended.is_not(None))
    return session.scalar(query.order_by(ended.desc()).limit(1))


def _number_at_work(session: Session, owner_id: int) -> int:
    query = select(func.count()).where(ScheduleExecution.owner_id == owner_id, IS_AT_WORK)
    return session.scalar(query) or 0

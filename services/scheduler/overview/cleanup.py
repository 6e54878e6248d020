"""How large the history is, and its clean-up by an admin: for everybody's events at once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.schedule import DailyCounter, ScheduleEvent
from services.scheduler.upkeep import EVENT_DAYS, count_old, delete_old

SHORTEST, LONGEST = 30, 365  # days
RETENTION = {
    "recommended_days": EVENT_DAYS,
    "minimum_days": SHORTEST,
    "maximum_days": LONGEST,
}
YOUNGER = {"last_24h": 1, "last_7d": 7, "last_30d": 30, "last_90d": 90}
OLDER = {"older_than_90d": 90, "older_than_180d": 180}


def event_stats(database: Database) -> dict[str, Any]:
    """Return how many events there are by age and type, and the totals of all executions."""
    with database.read() as session:
        total, oldest, newest = session.execute(
            select(
                func.count(), func.min(ScheduleEvent.created_at), func.max(ScheduleEvent.created_at)
            )
        ).one()
        types = _by_type(session)
        ages = _ages(session, now())
        counted = _counted(session)
    return {
        "total_records": total,
        "total_events": total,
        "retention_policy": RETENTION,
        "age_distribution": ages,
        "event_type_distribution": types,
        "events_by_type": types,
        "oldest_event": oldest,
        "newest_event": newest,
        **counted,
    }


def clean_up(database: Database, actor: Actor, days: int, *, dry_run: bool) -> dict[str, Any]:
    """Delete events older than so many days, in small batches; in a dry run only count them.

    What they added up to stays in the daily counters.
    """
    before = now() - timedelta(days=days)
    total, old = _total(database), count_old(database, ScheduleEvent, before)
    deleted = 0
    if not dry_run:
        deleted = sum(delete_old(database, ScheduleEvent, before))
        with database.write() as unit:
            detail = {"days": days, "deleted": deleted}
            record(unit, actor, "schedule_events_cleaned", "schedule_events", detail)
    return {
        "success": True,
        "message": _message(days, old if dry_run else deleted, dry_run=dry_run),
        "dry_run": dry_run,
        "deleted_count": deleted,
        "would_delete_count": old if dry_run else 0,
        "oldest_kept_event": _oldest_since(database, before),
        "statistics": {
            "total_before_cleanup": total,
            "deleted_count": deleted,
            "total_after_cleanup": _total(database),
            "retention_days": days,
            "cutoff_date": before,
        },
    }


def _message(days: int, number: int, *, dry_run: bool) -> str:
    events = f"{number} event{'' if number == 1 else 's'} older than {days} days"
    return f"{events} would go." if dry_run else f"{events} deleted."


def _total(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(ScheduleEvent)) or 0


def _oldest_since(database: Database, since: datetime) -> datetime | None:
    oldest = select(func.min(ScheduleEvent.created_at)).where(ScheduleEvent.created_at >= since)
    with database.read() as session:
        return session.scalar(oldest)


def _by_type(session: Session) -> dict[str, int]:
    query = select(ScheduleEvent.type, func.count()).group_by(ScheduleEvent.type)
    return dict(session.execute(query.order_by(ScheduleEvent.type)).tuples().all())


def _ages(session: Session, at: datetime) -> dict[str, int]:
    created = ScheduleEvent.created_at
    conditions = {name: created >= at - timedelta(days=days) for name, days in YOUNGER.items()}
    conditions |= {name: created < at - timedelta(days=days) for name, days in OLDER.items()}
    counts = [func.count().filter(condition) for condition in conditions.values()]
    numbers = session.execute(select(*counts).select_from(ScheduleEvent)).one()
    return dict(zip(conditions, numbers, strict=True))


def _counted(session: Session) -> dict[str, Any]:
    """Return the totals of all days, which a clean-up leaves as they are."""
    names = ("created", "executed", "failed", "skipped", "cancelled", "duration_ms")
    sums = [func.coalesce(func.sum(getattr(DailyCounter, name)), 0) for name in names]
    row = dict(zip(names, map(int, session.execute(select(*sums)).one()), strict=True))
    ended = row["executed"] + row["failed"] + row["skipped"] + row["cancelled"]
    mean = round(row["duration_ms"] / ended / 1000, 3) if ended else None
    return {
        "average_duration_seconds": mean,
        "total_tasks_found": row["created"],
        "total_tasks_executed": row["executed"],
        "total_tasks_failed": row["failed"],
        "total_tasks_skipped": row["skipped"],
    }

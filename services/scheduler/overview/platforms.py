"""Insights and visits of pages of one person: what there is, and how healthy it is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.schedule import ScheduleExecution
from services.scheduler.newest import newest_of
from services.scheduler.overview.failures import ENDED, success_share
from services.scheduler.overview.people import require_owner
from services.scheduler.overview.tasks import (
    WatchedTask,
    count_by_status,
    own_schedules,
    read_tasks,
    task_view,
)
from services.scheduler.overview.words import ACTIVE, INSIGHTS, REFRESH, SITE

JUDGED = 20  # executions of a schedule
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
MESSAGES = {
    "not_configured": "Nothing is scheduled.",
    "degraded": "Something failed within the last hour.",
    "unknown": "Nothing has ended yet.",
    "healthy": "Nothing failed within the last hour.",
}


def insights_status(
    database: Database, actor: Actor, user_id: str, query: Mapping[str, int]
) -> dict[str, Any]:
    """Return a page of the refreshes of a person's connections by platform.

    ``query`` has limit and offset; the counts are of all. Raises NotFound, Invalid.
    """
    tasks, counts = _tasks(database, require_owner(database, actor, user_id), REFRESH, query)
    by_platform = {
        f"{platform}_tasks": [task_view(one) for one in tasks if one.platform == platform]
        for platform in INSIGHTS
    }
    return {"success": True, "user_id": user_id, **by_platform, "total_tasks": counts.total()}


def website_status(
    database: Database, actor: Actor, user_id: str, query: Mapping[str, int]
) -> dict[str, Any]:
    """Return a page of the visits of a person's pages and competitors, as ``insights_status``."""
    tasks, counts = _tasks(database, require_owner(database, actor, user_id), SITE, query)
    return {
        "success": True,
        "data": {
            "user_id": user_id,
            "user_website_tasks": _of_kind(tasks, "user_website"),
            "competitor_tasks": _of_kind(tasks, "competitor"),
            "total_tasks": counts.total(),
            "active_tasks": counts["active"],
            "failed_tasks": counts["failed"] + counts["needs_intervention"],
        },
    }


def onboarding_tasks(
    database: Database, actor: Actor, user_id: str, query: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a page of all tasks of a person, the newest first; ``query`` may have a task_type.

    Raises NotFound, Invalid.
    """
    mine = own_schedules(require_owner(database, actor, user_id))
    limit, offset, named = query["limit"], query["offset"], query.get("task_type")
    with database.read() as session:
        tasks = [task_view(one) for one in read_tasks(session, mine)]
    chosen = [one for one in tasks if named in (None, one["task_type"])]
    return {
        "success": True,
        "user_id": user_id,
        "tasks": chosen[offset : offset + limit],
        "total_count": len(chosen),
        "limit": limit,
        "offset": offset,
        "has_more": offset + limit < len(chosen),
    }


def monitoring_summary(database: Database, actor: Actor, user_id: str) -> dict[str, Any]:
    """Return how a person's insights and visits do, with their health.

    ``health_score`` is the mean over the active schedules of the share of successes among the last
    20 executions that ended, in percent with one decimal; None where none has ended (decision 28
    of the contract). Raises NotFound, Invalid.
    """
    owner_id = require_owner(database, actor, user_id)
    with database.read() as session:
        tasks = read_tasks(session, own_schedules(owner_id, (REFRESH, SITE)))
        score, recent = _health_score(session, tasks), _ended_since(session, tasks, now() - A_DAY)
    insights = [one for one in tasks if one.row.kind == REFRESH]
    visits = [one for one in tasks if one.row.kind == SITE]
    platforms = sorted({one.platform for one in insights if one.platform})
    return {
        "user_id": user_id,
        "platform_insights": _counts(insights) | {"platforms": platforms},
        "website_analysis": _counts(visits)
        | {
            "user_websites": sum(one.site_kind == "user_website" for one in visits),
            "competitors": sum(one.site_kind == "competitor" for one in visits),
        },
        "overall": {f"{name}_tasks": number for name, number in _counts(tasks).items()}
        | {"health_score": score, "recent_activity_24h": recent},
        "last_updated": now(),
    }


def monitoring_health(database: Database, actor: Actor, user_id: str) -> dict[str, Any]:
    """Return in one word how a person's insights and visits do. Raises NotFound, Invalid."""
    owner_id, at = require_owner(database, actor, user_id), now()
    with database.read() as session:
        tasks = read_tasks(session, own_schedules(owner_id, (REFRESH, SITE)))
    recent = sum(_failed_since(one, at - AN_HOUR) for one in tasks)
    status = _health_status(tasks, recent)
    insights = sum(one.row.kind == REFRESH for one in tasks)
    return {
        "user_id": user_id,
        "health_status": status,
        "health_message": MESSAGES[status],
        "monitoring_stats": {
            "platform_insights_tasks": insights,
            "website_analysis_tasks": len(tasks) - insights,
            "total_tasks": len(tasks),
            "recent_failures": recent,
        },
        "last_checked": at,
    }


def _tasks(
    database: Database, owner_id: int, kind: str, query: Mapping[str, int]
) -> tuple[list[WatchedTask], Counter[str]]:
    mine = own_schedules(owner_id, (kind,))
    with database.read() as session:
        tasks = read_tasks(session, mine, query["limit"], query["offset"])
        return tasks, count_by_status(session, mine)


def _of_kind(tasks: Sequence[WatchedTask], kind: str) -> list[dict[str, Any]]:
    return [task_view(one) for one in tasks if one.site_kind == kind]


def _number(tasks: Sequence[WatchedTask], *statuses: str) -> int:
    return sum(one.status in statuses for one in tasks)


def _counts(tasks: Sequence[WatchedTask]) -> dict[str, Any]:
    return {
        "total": len(tasks),
        "active": _number(tasks, "active"),
        "failed": _number(tasks, "failed", "needs_intervention"),
    }


def _health_score(session: Session, tasks: Sequence[WatchedTask]) -> float | None:
    active = [one.row.id for one in tasks if one.row.state in ACTIVE]
    ends = newest_of(session, active, JUDGED, ENDED)
    shares = [success_share(rows) for rows in ends.values()]
    return round(100 * sum(shares) / len(shares), 1) if shares else None


def _ended_since(session: Session, tasks: Sequence[WatchedTask], since: datetime) -> int:
    ids = [one.row.id for one in tasks]
    query = (
        select(func.count())
        .select_from(ScheduleExecution)
        .where(
            ScheduleExecution.schedule_id.in_(ids), ScheduleExecution.finished_at >= since, ENDED
        )
    )
    return session.scalar(query) or 0


def _failed_since(task: WatchedTask, since: datetime) -> bool:
    return task.ends.failure is not None and task.ends.failure >= since


def _health_status(tasks: Sequence[WatchedTask], recent: int) -> str:
    if not tasks:
        return "not_configured"
    if recent:
        return "degraded"
    return "healthy" if any(one.ends.any for one in tasks) else "unknown"

"""A person's schedules as the older API's tasks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models.connection import ServiceConnection
from app.models.schedule import Schedule
from services.scheduler.newest import newest_of
from services.scheduler.overview.failures import FAILED, NEWEST, LastEnds, last_ends
from services.scheduler.overview.words import SITE, STATUSES, frequency, task_type

MAX_TASKS = 1000  # of one answer, the newest


@dataclass(frozen=True, kw_only=True)
class ScheduleTask:
    """A schedule, or the columns of it that are shown, with what it is about."""

    row: Any
    platform: str | None
    site_url: str | None

    @property
    def task_type(self) -> str:
        """Return the older word for what it does."""
        return task_type(self.row.kind, self.platform)

    @property
    def website_url(self) -> str | None:
        """Return the page that it visits, if that is what it does."""
        return self.row.params.get("url") if self.row.kind == SITE else None

    @property
    def site_kind(self) -> str | None:
        """Return whether the page is an own one or a competitor's."""
        return self.row.params.get("site_kind") if self.row.kind == SITE else None


@dataclass(frozen=True, kw_only=True)
class WatchedTask(ScheduleTask):
    """A task with how it ended last; ``failures`` are the newest."""

    ends: LastEnds
    failures: Sequence[Any]

    @property
    def status(self) -> str:
        """Return the older word for its state."""
        return STATUSES[self.row.state]

    @property
    def failure_reason(self) -> str | None:
        """Return what the newest failure says, None where nothing is wrong."""
        broken = self.row.error_code is not None and self.failures
        return self.failures[0].error if broken else None


def own_schedules(owner_id: int, kinds: Sequence[str] = ()) -> Select[Schedule]:
    """Return the statement of a person's schedules that are not archived."""
    mine = select(Schedule).where(Schedule.owner_id == owner_id, Schedule.state.in_(STATUSES))
    return mine.where(Schedule.kind.in_(kinds)) if kinds else mine


def read_tasks(
    session: Session, statement: Select[Schedule], limit: int = MAX_TASKS, offset: int = 0
) -> list[WatchedTask]:
    """Return a page of the tasks that a statement selects, the newest first."""
    newest = statement.order_by(Schedule.id.desc()).limit(limit).offset(offset)
    rows = session.scalars(newest).all()
    return watched_tasks_of(session, rows)


def count_by_status(session: Session, statement: Select[Schedule]) -> Counter[str]:
    """Return by the older word for their state how many tasks a statement selects."""
    by_state = statement.with_only_columns(Schedule.state, func.count()).group_by(Schedule.state)
    counts = Counter[str]()
    for state, number in session.execute(by_state).tuples():
        counts[STATUSES[state]] += number
    return counts


def tasks_of(session: Session, rows: Sequence[Any]) -> list[ScheduleTask]:
    """Return schedules as tasks, in their order."""
    accounts = _accounts(session, rows)
    return [
        ScheduleTask(row=row, platform=platform, site_url=site)
        for row in rows
        for platform, site in [accounts.get(row.params.get("connection_id"), (None, None))]
    ]


def watched_tasks_of(session: Session, rows: Sequence[Schedule]) -> list[WatchedTask]:
    """Return schedules as tasks with how they ended last, in their order."""
    ids = [row.id for row in rows]
    ends, failures = last_ends(session, ids), newest_of(session, ids, NEWEST, FAILED)
    return [
        WatchedTask(
            row=task.row,
            platform=task.platform,
            site_url=task.site_url,
            ends=ends.get(task.row.id, LastEnds()),
            failures=failures.get(task.row.id, []),
        )
        for task in tasks_of(session, rows)
    ]


def _accounts(
    session: Session, rows: Sequence[Any]
) -> dict[int | None, tuple[str | None, str | None]]:
    """Return platform and site of the connections that schedules of their owners are about."""
    ids = {number for row in rows if (number := row.params.get("connection_id"))}
    query = select(ServiceConnection.id, ServiceConnection.platform, ServiceConnection.site).where(
        ServiceConnection.id.in_(ids),
        ServiceConnection.owner_id.in_({row.owner_id for row in rows}),
    )
    return {number: (platform, site) for number, platform, site in session.execute(query)}


def task_view(task: WatchedTask) -> dict[str, Any]:
    """Return a task with the fields that the older API has for all of them."""
    row = task.row
    return {
        "id": row.id,
        "task_id": row.id,
        "user_id": str(row.owner_id),
        "task_type": task.site_kind or task.task_type,
        "platform": task.platform,
        "site_url": task.site_url,
        "website_url": task.website_url,
        "competitor_id": row.params.get("competitor_id"),
        "frequency_days": row.params.get("frequency_days"),
        "frequency": frequency(row),
        "status": task.status,
        "last_check": task.ends.any,
        "last_success": task.ends.success,
        "last_failure": task.ends.failure,
        "failure_reason": task.failure_reason,
        "consecutive_failures": row.failures,
        "next_check": row.next_run_at,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }

"""Queues as lists and pages show them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import can_edit
from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page, read_page
from app.models.benchmark_queue import (
    ENTRY_STATUSES,
    RUNNING,
    PersonQueue,
    QueueEntry,
)
from services.benchmarks.queue.kinds import KINDS
from services.benchmarks.queue.repository import (
    counts_by_status,
    next_entry,
    running_entry,
    visible_entry,
)
from services.benchmarks.queue.types import RESULTS, EntryView, QueueStats
from services.benchmarks.runs.read import newest_jobs


def list_entries(
    database: Database, actor: Actor, limit: int, offset: int, status: str | None = None
) -> Page[EntryView]:
    """Return the entries of the actor's own queue in their order, what is over last."""
    query = select(QueueEntry).where(QueueEntry.owner_id == actor.user_id)
    if status is not None:
        query = query.where(QueueEntry.status == status)
    order = (QueueEntry.finished_at.is_not(None), QueueEntry.position)
    with database.read() as session:
        page = read_page(session, query, *order, limit=limit, offset=offset)
        return page.of(_views(session, actor, page.items))


def read_entry(database: Database, actor: Actor, entry_id: str) -> EntryView:
    """Return one entry. Raises what ``visible_entry`` raises."""
    with database.read() as session:
        (view,) = _views(session, actor, [visible_entry(session, actor, entry_id)])
        return view


def read_stats(database: Database, actor: Actor) -> QueueStats:
    """Return whether the actor's entries begin, and how many there are by status."""
    with database.read() as session:
        queue = session.get(PersonQueue, actor.user_id)
        running = running_entry(session, actor.user_id)
        following = next_entry(session, actor.user_id)
        counts = counts_by_status(session, actor.user_id)
        return QueueStats(
            is_started=queue is None or queue.is_started,
            is_paused=queue is not None and queue.is_paused,
            counts={status: counts.get(status, 0) for status in ENTRY_STATUSES},
            running=next(iter(_views(session, actor, [running])), None) if running else None,
            next_id=following.id if following else None,
        )


def _views(session: Session, actor: Actor, rows: Sequence[QueueEntry]) -> list[EntryView]:
    subjects = {row.id: KINDS[row.type].subject(row) for row in rows}
    jobs = newest_jobs(session, list(subjects.values()))
    views = []
    for row in rows:
        job = jobs.get(subjects[row.id]) if row.status == RUNNING else None
        views.append(
            EntryView(
                row=row,
                result_type=RESULTS[row.type],
                progress=None if job is None else job.progress,
                message=None if job is None else job.message,
                state=None if job is None else job.state,
                can_edit=can_edit(actor, row),
            )
        )
    return views

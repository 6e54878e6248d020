"""How entries end, and what that means for the entries that wait for them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.uow import UnitOfWork
from app.models.benchmark_queue import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    SKIPPED,
    WAITING,
    QueueEntry,
)
from services.benchmarks.queue.fills import inject
from services.benchmarks.queue.topics import publish_entry

BAD = (FAILED, CANCELLED, SKIPPED)


def settle(unit: UnitOfWork, row: QueueEntry, status: str, error: str | None = None) -> None:
    """End an entry, and let those go on that wait for it, or skip them."""
    row.status, row.error, row.finished_at = status, error, now()
    publish_entry(unit, row)
    for waiting in _waiting_for(unit.session, row.id):
        release(unit, waiting, row)


def release(unit: UnitOfWork, row: QueueEntry, earlier: QueueEntry | None) -> None:
    """Bring a waiting entry in line with the one that it depends on, None where that is gone."""
    if earlier is None:
        settle(unit, row, SKIPPED, "The entry that it depends on was deleted.")
    elif earlier.status in BAD:
        settle(unit, row, SKIPPED, f"Entry {earlier.id} ('{earlier.label}') is {earlier.status}.")
    elif earlier.status == DONE:
        inject(row, earlier)
        row.status = QUEUED
        publish_entry(unit, row)


def _waiting_for(session: Session, entry_id: int) -> list[QueueEntry]:
    query = select(QueueEntry).where(
        QueueEntry.depends_on == entry_id, QueueEntry.status == WAITING
    )
    return list(session.scalars(query.order_by(QueueEntry.id)))

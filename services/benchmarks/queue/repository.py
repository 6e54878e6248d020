"""The statements of queues."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.clock import now
from app.db.upsert import insert_into
from app.errors import Forbidden
from app.ids import parse_id
from app.models.benchmark_queue import QUEUED, RUNNING, PersonQueue, QueueEntry
from services.benchmarks.queue.errors import EntryNotFound


def visible_entry(session: Session, actor: Actor, entry_id: int | str) -> QueueEntry:
    """Return the entry. Raises Invalid for what is no number, and EntryNotFound."""
    number = parse_id(entry_id, "entry_id") if isinstance(entry_id, str) else entry_id
    query = select(QueueEntry).where(QueueEntry.id == number, visible(QueueEntry, actor))
    row = session.scalar(query)
    if row is None:
        raise EntryNotFound(f"There is no queue entry {number}.")
    note_view(actor, row)
    return row


def editable_entry(session: Session, actor: Actor, entry_id: int | str) -> QueueEntry:
    """Return the entry, not locked; raises as ``visible_entry``, and Forbidden."""
    row = visible_entry(session, actor, entry_id)
    if not can_edit(actor, row):
        raise Forbidden("This entry is shared with you to read: its owner changes it.")
    return row


def locked_queue(session: Session, owner_id: int) -> PersonQueue:
    """Return the queue of a person, new where there is none, locked until the commit.

    Whoever adds, begins or retries entries holds it: two clocks never begin the same one.
    """
    values = {"owner_id": owner_id, "is_started": True, "is_paused": False, "changed_at": now()}
    session.execute(insert_into(session, PersonQueue).on_conflict_do_nothing(), [values])
    query = select(PersonQueue).where(PersonQueue.owner_id == owner_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def next_position(session: Session, owner_id: int) -> int:
    """Return the position behind all entries of a person."""
    query = select(func.max(QueueEntry.position)).where(QueueEntry.owner_id == owner_id)
    return (session.scalar(query) or 0) + 1


def running_entry(session: Session, owner_id: int) -> QueueEntry | None:
    """Return the entry of a person that runs."""
    query = select(QueueEntry).where(QueueEntry.owner_id == owner_id, QueueEntry.status == RUNNING)
    return session.scalars(query.order_by(QueueEntry.position)).first()


def next_entry(session: Session, owner_id: int) -> QueueEntry | None:
    """Return the entry of a person whose turn is next."""
    query = select(QueueEntry).where(QueueEntry.owner_id == owner_id, QueueEntry.status == QUEUED)
    return session.scalars(query.order_by(QueueEntry.position)).first()


def counts_by_status(session: Session, owner_id: int) -> Mapping[str, int]:
    """Return how many entries of a person there are, by status."""
    query = select(QueueEntry.status, func.count()).where(QueueEntry.owner_id == owner_id)
    return dict(session.execute(query.group_by(QueueEntry.status)).tuples().all())

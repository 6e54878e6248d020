"""Cancelling and deleting entries, and starting, stopping and pausing a queue."""

from sqlalchemy import delete

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.jobs.engine import JobEngine, newest_job
from app.models.benchmark_queue import CANCELLED, QUEUED, RUNNING, WAITING, QueueEntry
from services.benchmarks.queue.errors import EntryOver, EntryRunning
from services.benchmarks.queue.kinds import KINDS
from services.benchmarks.queue.repository import editable_entry, locked_queue
from services.benchmarks.queue.settle import settle
from services.benchmarks.queue.topics import entry_subject


def cancel_entry(engine: JobEngine, actor: Actor, entry_id: str) -> None:
    """Cancel an entry that waits, or stop what a running one became.

    Raises EntryOver where it is neither. Once more while it stops is no error.
    """
    with engine.database.write() as unit:
        row = editable_entry(unit.session, actor, entry_id)
        locked_queue(unit.session, row.owner_id)
        unit.session.refresh(row)
        if row.status in (QUEUED, WAITING):
            settle(unit, row, CANCELLED, "It was cancelled before its turn.")
        elif row.status == RUNNING:
            subject = KINDS[row.type].subject(row)
            job = newest_job(unit.session, subject, lock=True)
            if job is not None and job.state not in (states.STOPPING, *states.TERMINAL):
                engine.request_stop(unit, subject)
        else:
            raise EntryOver(f"Entry {row.id} is {row.status}: there is nothing to cancel.")
        record(unit, actor, "benchmark_queue_cancelled", entry_subject(row.id))


def delete_entry(database: Database, actor: Actor, entry_id: str) -> None:
    """Delete an entry; what it became stays, and what waits for it is skipped.

    Raises EntryRunning.
    """
    with database.write() as unit:
        row = editable_entry(unit.session, actor, entry_id)
        locked_queue(unit.session, row.owner_id)
        unit.session.refresh(row)
        if row.status == RUNNING:
            raise EntryRunning(f"Entry {row.id} is running: cancel it first.")
        if row.status in (QUEUED, WAITING):
            settle(unit, row, CANCELLED)
        unit.session.flush()
        unit.session.execute(delete(QueueEntry).where(QueueEntry.id == row.id))
        detail = {"type": row.type, "label": row.label}
        record(unit, actor, "benchmark_queue_deleted", entry_subject(row.id), detail)


def switch_queue(database: Database, actor: Actor, **switches: bool) -> None:
    """Set ``is_started`` or ``is_paused`` of the actor's queue; what runs goes on to its end."""
    with database.write() as unit:
        queue = locked_queue(unit.session, actor.user_id)
        for name, value in switches.items():
            setattr(queue, name, value)
        queue.changed_at = now()
        record(unit, actor, "benchmark_queue_switched", f"user:{actor.user_id}", switches)

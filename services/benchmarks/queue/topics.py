"""How entries of queues are called by jobs and the audit log, and where they are published."""

from app.db.uow import UnitOfWork
from app.models.benchmark_queue import QueueEntry
from app.topics import id_of, name_of
from services.benchmarks.events import QueueEntryChanged

KIND = "benchmark_queue_entry"


def entry_subject(entry_id: int) -> str:
    """Return what jobs and the audit log call an entry."""
    return name_of(KIND, entry_id)


def entry_id_of(name: str) -> int:
    """Return the id that ``entry_subject`` named; raises ValueError for others."""
    return id_of(KIND, name)


def publish_entry(unit: UnitOfWork, row: QueueEntry) -> None:
    """Publish the status of an entry on its owner's topic."""
    event = QueueEntryChanged(entry_id=row.id, status=row.status, result_id=row.result_id)
    unit.publish(f"user:{row.owner_id}", event)

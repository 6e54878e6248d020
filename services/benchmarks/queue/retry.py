"""Retrying an entry: it goes on with what it became, unless that is to be deleted first."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.domains import Retry
from app.models.benchmark_queue import DONE, QUEUED, WAITING, QueueEntry
from services.benchmarks.queue.errors import EntryOver
from services.benchmarks.queue.fills import inject
from services.benchmarks.queue.kinds import KINDS
from services.benchmarks.queue.repository import editable_entry, locked_queue, next_position
from services.benchmarks.queue.settle import BAD
from services.benchmarks.queue.topics import entry_subject, publish_entry


def retry_entry(database: Database, actor: Actor, entry_id: str, *, delete_results: bool) -> None:
    """Put an entry that failed, was cancelled or skipped at the end of the queue again.

    Raises EntryOver for others, and where the entry that it depends on has to be retried first;
    with ``delete_results`` what deleting the result raises.
    """
    with database.write() as unit:
        row = editable_entry(unit.session, actor, entry_id)
        locked_queue(unit.session, row.owner_id)
        unit.session.refresh(row)
        if row.status not in BAD:
            raise EntryOver(f"Entry {row.id} is {row.status}: only what ended badly is retried.")
        earlier = unit.session.get(QueueEntry, row.depends_on or 0)
        if earlier is not None and earlier.status in BAD:
            raise EntryOver(f"Entry {earlier.id} is {earlier.status}: retry that one first.")
        if earlier is None and row.depends_on is not None and row.started_at is None:
            raise EntryOver(
                f"Entry {row.depends_on} was deleted before it was done: add both again."
            )
        kind = KINDS[row.type]
        if delete_results and row.result_id is not None:
            if kind.model is not None and unit.session.get(kind.model, row.result_id) is not None:
                kind.remove(unit, actor, row.result_id)
            row.result_id = None
        _requeue(row, earlier, next_position(unit.session, row.owner_id))
        publish_entry(unit, row)
        detail = {"delete_results": delete_results}
        record(unit, actor, "benchmark_queue_retried", entry_subject(row.id), detail)


def retry_failed_entry(retry: Retry) -> None:
    """Put an entry that failed at the end of the queue again; raises as ``retry_entry``."""
    retry_entry(retry.database, retry.actor, retry.number, delete_results=False)


def _requeue(row: QueueEntry, earlier: QueueEntry | None, position: int) -> None:
    row.position, row.error, row.finished_at = position, None, None
    row.status = QUEUED if earlier is None or earlier.status == DONE else WAITING
    if earlier is not None and earlier.status == DONE:
        inject(row, earlier)

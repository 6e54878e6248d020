"""What an import reports to the person who began it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from app.db.uow import UnitOfWork
from app.events import A_MINUTE, Event, Progress
from app.models.run_import import RunImport


@dataclass(frozen=True, kw_only=True)
class ImportChanged(Event):
    """An import was queued, began, or is over; ``job_state`` is the engine's word for it."""

    type: ClassVar[str] = "import_changed"
    import_id: int
    status: str
    job_state: str


@dataclass(frozen=True, kw_only=True)
class ImportProgress(Progress):
    """How far an import is: ``done`` of ``total`` runs of the file have been seen to."""

    type: ClassVar[str] = "import_progress"
    kept_for: ClassVar[timedelta | None] = A_MINUTE  # the topic of a person is never over
    import_id: int
    done: int
    total: int | None
    num_imported: int
    num_skipped: int

    def client(self) -> str:
        """Return what distinguishes the imports of one person."""
        return f"import:{self.import_id}"


def topic_of(row: RunImport) -> str:
    """Return the topic of the import's events: its owner's."""
    return f"user:{row.owner_id}"


def publish_progress(unit: UnitOfWork, row: RunImport) -> None:
    """Publish how far the import is."""
    event = ImportProgress(
        import_id=row.id,
        done=row.done,
        total=row.total,
        num_imported=row.num_imported,
        num_skipped=row.num_skipped,
    )
    unit.publish(topic_of(row), event)

"""What a training has said and the database has not heard yet."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert

from app.db.uow import UnitOfWork
from app.events import Event, Progress
from app.models.run import RunLog
from services.runs.events import LogLine


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a run's log."""

    at: datetime
    level: str
    message: str


@dataclass
class Batch:
    """What was waiting at one moment: facts and lines in order, the newest of each progress."""

    facts: list[Event] = field(default_factory=list)
    progress: dict[tuple[str, str], Progress] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.facts or self.progress or self.lines)

    def write(self, unit: UnitOfWork, run_id: int, attempt: int) -> None:
        """Write everything in ``unit``."""
        topic = f"run:{run_id}"
        if self.lines:
            rows = [{"run_id": run_id, "attempt": attempt, **vars(line)} for line in self.lines]
            ids = unit.session.scalars(insert(RunLog).returning(RunLog.id), rows).all()
            unit.publish(topic, LogLine(last_id=max(ids)))
        for event in (*self.facts, *self.progress.values()):
            unit.publish(topic, event)


class Outbox:
    """Collects from the training thread, without ever making it wait for the database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batch = Batch()

    def add(self, event: Event) -> None:
        """Add an event; a progress event replaces the one of its kind that still waits."""
        with self._lock:
            if isinstance(event, Progress):
                self._batch.progress[event.coalescing_key()] = event
            else:
                self._batch.facts.append(event)

    def add_line(self, line: Line) -> None:
        """Add a line of the log."""
        with self._lock:
            self._batch.lines.append(line)

    def take(self) -> Batch:
        """Take everything that waits."""
        with self._lock:
            batch, self._batch = self._batch, Batch()
        return batch

    def put_back(self, batch: Batch) -> None:
        """Put back what could not be written, before what has come since."""
        with self._lock:
            newer = self._batch
            self._batch = Batch(
                facts=[*batch.facts, *newer.facts],
                progress=batch.progress | newer.progress,
                lines=[*batch.lines, *newer.lines],
            )

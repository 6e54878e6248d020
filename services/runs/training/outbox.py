"""What a training has said and the database has not heard yet."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from app.db.uow import UnitOfWork
from app.events import Event, Progress
from app.models.run import RunLog
from services.runs.events import LogLine
from services.runs.federated.round_store import begin_round, store_client_rounds
from services.runs.topics import run_topic
from services.runs.training.ports import ClientRound, RoundBegin


@dataclass(frozen=True, kw_only=True)
class PendingLine:
    """One line of a run's log."""

    at: datetime
    level: str
    message: str
    about: tuple[int, str] | None = None  # the round and the client that a refusal is about

    def values(self) -> dict[str, Any]:
        """Return what is stored of the line."""
        return {"at": self.at, "level": self.level, "message": self.message}


@dataclass
class OutboxBatch:
    """What was waiting at one moment: facts and lines in order, the newest of everything else."""

    facts: list[Event] = field(default_factory=list)
    progress: dict[tuple[str, str], Progress] = field(default_factory=dict)
    lines: list[PendingLine] = field(default_factory=list)
    begin: RoundBegin | None = None
    parts: dict[tuple[int, str], ClientRound] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.facts or self.progress or self.lines or self.begin or self.parts)

    def write(
        self, unit: UnitOfWork, run_id: int, attempt: int, final: Sequence[ClientRound] = ()
    ) -> None:
        """Write everything in ``unit``; ``final`` are the parts of a round that is over."""
        topic = run_topic(run_id)
        log_ids = self._write_lines(unit, run_id, attempt)
        if self.begin is not None:
            begin_round(unit.session, run_id, attempt, self.begin)
        parts = self.parts | {(part.round, part.client): part for part in final}
        store_client_rounds(unit.session, run_id, list(parts.values()), log_ids)
        for event in (*self.facts, *self.progress.values()):
            unit.publish(topic, event)

    def _write_lines(
        self, unit: UnitOfWork, run_id: int, attempt: int
    ) -> dict[tuple[int, str], int]:
        """Write the lines of the log; return the ids of those that are about a client's part."""
        if not self.lines:
            return {}
        rows = [{"run_id": run_id, "attempt": attempt, **line.values()} for line in self.lines]
        statement = insert(RunLog).returning(RunLog.id, sort_by_parameter_order=True)
        ids = unit.session.scalars(statement, rows).all()
        unit.publish(run_topic(run_id), LogLine(last_id=max(ids)))
        pairs = zip(self.lines, ids, strict=True)
        return {line.about: number for line, number in pairs if line.about is not None}


class Outbox:
    """Collects from the training thread, without ever making it wait for the database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batch = OutboxBatch()

    def add(self, event: Event) -> None:
        """Add an event; a progress event replaces the one of its kind that still waits."""
        with self._lock:
            if isinstance(event, Progress):
                self._batch.progress[event.coalescing_key()] = event
            else:
                self._batch.facts.append(event)

    def add_line(self, line: PendingLine) -> None:
        """Add a line of the log."""
        with self._lock:
            self._batch.lines.append(line)

    def begin_round(self, begin: RoundBegin) -> None:
        """Note that a round begins, with everybody in it; older parts of it are void."""
        with self._lock:
            self._batch.begin = begin
            kept = {key: one for key, one in self._batch.parts.items() if key[0] < begin.number}
            self._batch.parts = kept | {(part.round, part.client): part for part in begin.clients}

    def add_part(self, part: ClientRound) -> None:
        """Note how far a client is; it replaces what still waits of it."""
        with self._lock:
            self._batch.parts[part.round, part.client] = part

    def take(self) -> OutboxBatch:
        """Take everything that waits."""
        with self._lock:
            batch, self._batch = self._batch, OutboxBatch()
        return batch

    def put_back(self, batch: OutboxBatch) -> None:
        """Put back what could not be written, before what has come since."""
        with self._lock:
            newer = self._batch
            self._batch = OutboxBatch(
                facts=[*batch.facts, *newer.facts],
                progress=batch.progress | newer.progress,
                lines=[*batch.lines, *newer.lines],
                begin=newer.begin or batch.begin,
                parts=batch.parts | newer.parts,
            )

"""What one batch of due schedules is written as: plain rows, one statement for each table."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.jobs import states
from app.models.schedule import SKIPPED, Schedule
from services.scheduler.breaker.circuit import Circuit, CircuitState, Execution, ExecutionState
from services.scheduler.counters import Key
from services.scheduler.rows import circuit_values, jitter_of
from services.scheduler.topics import list_topics

MISSED = "missed"
LOOK_AGAIN = timedelta(seconds=5)  # for what is due and has to wait
EVENTS = {states.QUEUED: "job_scheduled", SKIPPED: "job_skipped"}


@dataclass
class DueBatch:
    """The rows of a batch; ``counts`` are by day, owner and kind, ``topics`` by topic."""

    at: datetime
    schedules: list[dict[str, Any]] = field(default_factory=list)
    executions: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    topics: Counter[str] = field(default_factory=Counter)

    def moved(self, row: Schedule, circuit: Circuit, **more: Any) -> None:
        """Store the circuit of a schedule; whatever it is, it is not due any more at once."""
        values = circuit_values(circuit, jitter_of(row)) | more
        if circuit.state is CircuitState.ACTIVE:  # as nearly always: less is written
            values = {name: values[name] for name in ("next_run_at", "due_at", "tzdata")}
        if values["due_at"] is not None and values["due_at"] <= self.at:
            values["due_at"] = self.at + LOOK_AGAIN
        self.schedules.append({"id": row.id, **values})

    def add(self, row: Schedule, execution: Execution | None) -> None:
        """Add the execution of a due time, which may be skipped."""
        if execution is None:
            return
        skipped = execution.state is ExecutionState.SKIPPED
        self._add(
            row,
            scheduled_for=execution.scheduled_for,
            state=SKIPPED if skipped else states.QUEUED,
            is_probe=execution.is_probe,
            begin_at=None if skipped else self.at,
            skip_reason=execution.skip_reason and execution.skip_reason.value,
            finished_at=execution.ended_at,
            missed=0,
        )

    def add_missed(self, row: Schedule, nominal: datetime, number: int) -> None:
        """Add one row for all due times that were missed; ``nominal`` is the first of them."""
        self._add(
            row,
            scheduled_for=nominal,
            state=SKIPPED,
            is_probe=False,
            begin_at=None,
            skip_reason=MISSED,
            finished_at=self.at,
            missed=number,
        )

    def _add(self, row: Schedule, **values: Any) -> None:
        about = {"owner_id": row.owner_id, "schedule_id": row.id, "created_at": self.at}
        self.executions.append(
            about
            | values
            | {
                "visibility": row.visibility,
                "kind": row.kind,
                "source": "schedule",
                "version": row.version,
                "attempt": 0,
            }
        )
        said = {"kind": row.kind, "name": row.name, "scheduled_for": values["scheduled_for"]}
        said |= {"reason": values["skip_reason"], "missed": values["missed"]}
        self.events.append(about | {"type": EVENTS[values["state"]], "data": said})
        self._count(row, values["state"], max(1, values["missed"]))

    def _count(self, row: Schedule, state: str, number: int) -> None:
        key = (self.at.astimezone(UTC).date(), row.owner_id, row.kind)
        self.counts[key]["skipped" if state == SKIPPED else "created"] += number
        for topic in list_topics(row.owner_id, row.visibility):
            self.topics[topic] += 1

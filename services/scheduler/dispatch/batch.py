"""What one batch of due schedules becomes, gathered so that few statements write it."""

from collections import Counter, defaultdict
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from app.jobs import states
from app.models.schedule import SKIPPED
from services.scheduler.breaker.circuit import Circuit, CircuitState, Execution, ExecutionState
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.rows import circuit_values, due_at_of, jitter_of
from services.scheduler.times.catch_up import DueTimes
from services.scheduler.times.zones import tzdata_version
from services.scheduler.topics import list_topics
from services.scheduler.totals.of_rows import MISSED, SWITCHED_OFF, Key
from services.scheduler.totals.sketch import bucket_of

__all__ = ["MISSED", "SWITCHED_OFF"]
OFF = "Schedules of this kind are switched off for you."
NEXT = ("next_run_at", "due_at", "tzdata")
LOOK_AGAIN = timedelta(seconds=5)  # for what is due and has to wait


class Made(NamedTuple):
    """An execution as the clock makes it, but for what it has of its schedule."""

    scheduled_for: datetime | None
    state: str
    skip_reason: str | None
    finished_at: datetime | None
    is_probe: bool = False
    begin_at: datetime | None = None
    missed: int = 0
    error: str | None = None


@dataclass
class DueBatch:
    """The rows of a batch.

    ``moved_to`` has the active schedules by their next times (``NEXT``), ``circuits`` the others;
    ``made`` has the schedules of executions that are alike but for what they have of those.
    Counts are by day, owner and kind, and ``lags``, from due time to dispatch, by bucket, too.
    ``due_times`` are those of each cadence. ``off`` are the kinds, each with an owner, that are
    switched off for that one.
    """

    at: datetime
    off: Set[tuple[str, int]] = frozenset()
    due_times: dict[Any, DueTimes] = field(default_factory=dict)
    moved_to: dict[tuple[Any, ...], list[int]] = field(default_factory=lambda: defaultdict(list))
    circuits: list[dict[str, Any]] = field(default_factory=list)
    made: dict[Made, list[Any]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lags: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)

    def moved(self, row: Any, circuit: Circuit, code: ErrorCode | None = None) -> None:
        """Store the circuit of a schedule; whatever it is, it is not due any more at once."""
        if circuit.state is CircuitState.ACTIVE:  # as nearly always: less is written
            due_at = self._later(due_at_of(circuit, jitter_of(row)))
            self.moved_to[circuit.next_run_at, due_at, tzdata_version()].append(row.id)
            return
        values = circuit_values(circuit, jitter_of(row))
        values["error_code"] = row.error_code if code is None else code.value
        values["due_at"] = self._later(values["due_at"])
        self.circuits.append({"row_id": row.id, **values})

    def _later(self, due_at: datetime | None) -> datetime | None:
        is_still_due = due_at is not None and due_at <= self.at
        return self.at + LOOK_AGAIN if is_still_due else due_at

    def add(self, row: Any, execution: Execution | None) -> None:
        """Add the execution of a due time, which may be skipped."""
        if execution is None:
            return
        skipped = execution.state is ExecutionState.SKIPPED
        made = Made(
            scheduled_for=execution.scheduled_for,
            state=SKIPPED if skipped else states.QUEUED,
            is_probe=execution.is_probe,
            begin_at=None if skipped else self.at,
            skip_reason=execution.skip_reason and execution.skip_reason.value,
            finished_at=execution.ended_at,
        )
        self._add(row, made)

    def add_skipped(
        self, row: Any, nominal: datetime, number: int, reason: str, error: str | None = None
    ) -> None:
        """Add one row for so many due times that do not run; ``nominal`` is the first of them."""
        made = Made(
            scheduled_for=nominal,
            state=SKIPPED,
            skip_reason=reason,
            finished_at=self.at,
            missed=number,
            error=error,
        )
        self._add(row, made)

    def _add(self, row: Any, made: Made) -> None:
        self.made[made].append(row)
        self._count(row, made.state, max(1, made.missed))

    def _count(self, row: Any, state: str, number: int) -> None:
        key = (self.at.astimezone(UTC).date(), row.owner_id, row.kind)
        self.counts[key]["skipped" if state == SKIPPED else "created"] += number
        if state != SKIPPED and row.due_at is not None:
            late_ms = (self.at - row.due_at) // timedelta(milliseconds=1)
            self.lags[(*key, bucket_of(late_ms))] += 1
        for topic in list_topics(row.owner_id, row.visibility):
            self.topics[topic] += 1

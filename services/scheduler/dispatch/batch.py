"""What one batch of due schedules becomes, gathered so that few statements write it."""

from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from app.jobs import states
from app.models.schedule import SKIPPED
from services.scheduler.breaker.circuit import Circuit, CircuitState, Execution, ExecutionState
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.dispatch.taken import DueSchedules, ids_of
from services.scheduler.rows import circuit_values, due_at_of, jitter_of
from services.scheduler.times.zones import tzdata_version
from services.scheduler.topics import list_topics
from services.scheduler.totals.of_rows import MISSED, SWITCHED_OFF, Key
from services.scheduler.totals.sketch import bucket_of

__all__ = ["MISSED", "SWITCHED_OFF"]
OFF = "Schedules of this kind are switched off for you."
NEXT = ("next_run_at", "due_at", "tzdata")
STOPPED = ("state", "cool_off_until", "next_run_at", "due_at", "fallback", "tzdata")
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

    ``moved_to`` has the active schedules by their next times (``NEXT``), ``circuits`` the others,
    and ``stopped`` those of the active ones that wait for a person now;
    ``made`` has the schedules of executions that are alike but for what they have of those.
    Counts are by day, owner and kind, and ``lags``, from due time to dispatch, by bucket, too.
    ``off`` are the kinds, each with an owner, that are switched off for that one. Rows that are
    handed over together are alike (``taken.step_of``).
    """

    at: datetime
    off: Set[tuple[str, int]] = frozenset()
    moved_to: dict[tuple[Any, ...], list[int]] = field(default_factory=lambda: defaultdict(list))
    circuits: list[dict[str, Any]] = field(default_factory=list)
    stopped: list[dict[str, Any]] = field(default_factory=list)
    made: dict[Made, list[DueSchedules]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lags: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)

    def is_off(self, row: DueSchedules) -> bool:
        """Return whether the kind of a schedule is switched off for its owner."""
        return (row.kind, row.owner_id) in self.off

    def moved(self, rows: Sequence[DueSchedules], circuit: Circuit) -> None:
        """Store the circuit of schedules; whatever it is, they are not due any more at once."""
        jitter = jitter_of(rows[0])
        if circuit.state is CircuitState.ACTIVE:  # as nearly always: less is written
            due_at = self._later(due_at_of(circuit, jitter))
            following = circuit.next_run_at, due_at, tzdata_version()
            self.moved_to[following] += ids_of(rows)
            return
        (row,) = rows  # no two circuits that are not closed are alike
        values = circuit_values(circuit, jitter)
        values["error_code"] = row.error_code
        values["due_at"] = self._later(values["due_at"])
        self.circuits.append({"row_id": row.id, **values})

    def stop(self, rows: Sequence[DueSchedules], circuit: Circuit, code: ErrorCode) -> None:
        """Let active schedules wait for a person, each with the failures that it has counted."""
        values = circuit_values(circuit, jitter_of(rows[0]))
        values = {name: values[name] for name in STOPPED} | {"error_code": code.value}
        self.stopped += [{"row_id": one, **values} for one in ids_of(rows)]

    def _later(self, due_at: datetime | None) -> datetime | None:
        is_still_due = due_at is not None and due_at <= self.at
        return self.at + LOOK_AGAIN if is_still_due else due_at

    def add(self, rows: Sequence[DueSchedules], execution: Execution | None) -> None:
        """Add the execution of a due time of each schedule, which may be skipped."""
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
        self._add(rows, made)

    def add_skipped(
        self,
        rows: Sequence[DueSchedules],
        nominal: datetime,
        number: int,
        reason: str,
        error: str | None = None,
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
        self._add(rows, made)

    def _add(self, rows: Sequence[DueSchedules], made: Made) -> None:
        self.made[made] += rows
        for row in rows:
            number = len(row.members)
            key = self.at.astimezone(UTC).date(), row.owner_id, row.kind
            self._count(made, key, number, row.due_at)
            for topic in list_topics(row.owner_id, row.visibility):
                self.topics[topic] += number

    def _count(self, made: Made, key: Key, number: int, due_at: datetime | None) -> None:
        word = "skipped" if made.state == SKIPPED else "created"
        self.counts[key][word] += number * max(1, made.missed)
        if made.state != SKIPPED and due_at is not None:
            late_ms = (self.at - due_at) // timedelta(milliseconds=1)
            self.lags[(*key, bucket_of(late_ms))] += number

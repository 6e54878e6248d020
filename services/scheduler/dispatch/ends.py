"""The end of an attempt: its execution goes on or is over, its schedule's circuit moves."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.schedule import OPEN_STATES, RETRYING, ExecutionAttempt, Schedule, ScheduleExecution
from services.scheduler.breaker import ends
from services.scheduler.breaker.circuit import Circuit, Execution, ExecutionState
from services.scheduler.breaker.ends import AttemptFailure
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.counters import count_end
from services.scheduler.history import note_schedule
from services.scheduler.repository import locked_execution, locked_schedule, recent_ends
from services.scheduler.rows import (
    circuit_of,
    execution_of,
    kind_rules,
    store_circuit,
    store_execution,
    timetable_of,
)
from services.scheduler.topics import publish_execution, publish_schedule

EVENTS = {
    states.SUCCEEDED: "job_completed",
    states.FAILED: "job_failed",
    states.CANCELLED: "job_cancelled",
    "skipped": "job_skipped",
    RETRYING: "job_retrying",
}


@dataclass(frozen=True, kw_only=True)
class AttemptEnd:
    """How an attempt ended: ``state`` is succeeded, failed or cancelled.

    ``error`` is a sentence for people. ``unchanged`` is a success that had nothing to do.
    """

    state: str
    at: datetime
    code: ErrorCode | None = None
    error: str | None = None
    retry_after: float | None = None
    reset_at: datetime | None = None
    result: dict[str, Any] | None = None

    @property
    def unchanged(self) -> bool:
        """Whether there was nothing to do."""
        return bool(self.result and self.result.get("unchanged") is True)


def end_attempt(unit: UnitOfWork, attempt: ExecutionAttempt, end: AttemptEnd) -> None:
    """Note the end of an attempt and what follows from it, once, whoever reports it."""
    if attempt.finished_at is not None:
        return
    attempt.state, attempt.finished_at = end.state, end.at
    attempt.error, attempt.retry_after = end.error, end.retry_after
    attempt.error_code = None if end.code is None else end.code.value
    execution = unit.session.get_one(ScheduleExecution, attempt.execution_id)
    schedule = locked_schedule(unit.session, execution.schedule_id)
    execution = locked_execution(unit.session, execution.id)
    if execution.state in OPEN_STATES:
        execution.result = end.result or execution.result
        move(unit, schedule, execution, end)


def move(
    unit: UnitOfWork, schedule: Schedule, execution: ScheduleExecution, end: AttemptEnd
) -> None:
    """Take a locked schedule and its locked, open execution to what an end makes of them."""
    before = schedule.state
    circuit, after = _step(unit, schedule, execution_of(execution), end)
    store_execution(execution, after)
    execution.error = end.error if after.error_code is not None else None
    store_circuit(schedule, circuit)
    if after.state is ExecutionState.FAILED:
        schedule.error_code = execution.error_code
    elif after.state is ExecutionState.SUCCESS:
        schedule.error_code = None
    _report(unit, schedule, execution, end, before)


def _step(
    unit: UnitOfWork, schedule: Schedule, execution: Execution, end: AttemptEnd
) -> tuple[Circuit, Execution]:
    circuit, rules = circuit_of(schedule), kind_rules(schedule)
    if end.state == states.SUCCEEDED:
        next_after = timetable_of(schedule).next_after
        return ends.succeed(circuit, execution, end.at, next_after, unchanged=end.unchanged)
    if end.state == states.CANCELLED:
        return ends.cancel(circuit, execution, end.at, rules.limits)
    failure = AttemptFailure(
        at=end.at,
        code=end.code or ErrorCode.INTERNAL,
        retry_after=end.retry_after,
        reset_at=end.reset_at,
    )
    since = end.at - rules.limits.window
    known = recent_ends(unit.session, schedule.id, since, schedule.epoch)
    recent = replace(known, failed=known.failed + 1, ended=known.ended + 1)
    return ends.fail(circuit, execution, failure, rules, recent)


def _report(
    unit: UnitOfWork,
    schedule: Schedule,
    execution: ScheduleExecution,
    end: AttemptEnd,
    before: str,
) -> None:
    """Write events and counters of a change, and publish it."""
    about = {"code": execution.error_code, "attempt": execution.attempt}
    note_schedule(unit, schedule, EVENTS[execution.state], end.at, execution=execution, data=about)
    if execution.finished_at is not None:
        count_end(unit.session, execution)
    publish_execution(unit, execution)
    if schedule.state != before:
        about_circuit = {"before": before, "state": schedule.state, "code": schedule.error_code}
        note_schedule(unit, schedule, "circuit_changed", end.at, data=about_circuit)
        publish_schedule(unit, schedule)

"""Stored schedules and executions as the values of the breaker and of due times, and back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.jobs import states
from app.models.schedule import OPEN_STATES, RETRYING, SKIPPED, Schedule, ScheduleExecution
from services.scheduler.breaker.circuit import (
    BeforePause,
    Circuit,
    CircuitState,
    Execution,
    ExecutionSource,
    ExecutionState,
    ProbeFallback,
    SkipReason,
)
from services.scheduler.breaker.policy import KindRules, RetryPolicy
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.kinds.registry import rules_of
from services.scheduler.times.catch_up import CatchUp, MissedRule
from services.scheduler.times.jitter import Jitter
from services.scheduler.times.parse import TimesConfig, make_timetable
from services.scheduler.times.timetable import Timetable
from services.scheduler.times.zones import tzdata_version

WORDS = {
    ExecutionState.RUNNING: states.QUEUED,
    ExecutionState.RETRYING: RETRYING,
    ExecutionState.SUCCESS: states.SUCCEEDED,
    ExecutionState.FAILED: states.FAILED,
    ExecutionState.SKIPPED: SKIPPED,
    ExecutionState.CANCELED: states.CANCELLED,
}


def times_config(row: Any) -> TimesConfig:
    """Return when a schedule is due, as its fields say."""
    return TimesConfig(
        timezone=row.timezone,
        cron=row.cron,
        interval_s=row.interval_s,
        run_at=row.run_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        exclude=[date.fromisoformat(day) for day in row.exclude],
    )


def config_of_values(values: Mapping[str, Any]) -> TimesConfig:
    """Return when something is due that is not stored; ``exclude`` are days as ISO dates."""
    days = [date.fromisoformat(day) for day in values.get("exclude", ())]
    return TimesConfig(**{**values, "exclude": days})


def timetable_of(row: Schedule) -> Timetable:
    """Return the due times of a schedule."""
    return make_timetable(times_config(row), row.created_at)


def jitter_of(row: Schedule) -> Jitter:
    """Return by how much the starts of a schedule are later."""
    return Jitter(str(row.id), row.jitter_s)


def missed_rule(row: Schedule) -> MissedRule:
    """Return what a schedule does with times that were missed."""
    return MissedRule(CatchUp(row.catch_up), row.catch_up_most)


def kind_rules(row: Schedule) -> KindRules:
    """Return by which rules a schedule runs: its own retries, else those of its kind."""
    rules = rules_of(row.kind)
    if row.max_attempts is None and row.backoff is None:
        return rules
    attempts = rules.retries.max_attempts if row.max_attempts is None else row.max_attempts
    backoff = rules.retries.backoff_s if row.backoff is None else tuple(row.backoff)
    retries = RetryPolicy(
        max_attempts=attempts, backoff_s=backoff or (60,), codes=rules.retries.codes
    )
    return KindRules(retries=retries, limits=rules.limits)


def circuit_of(row: Any) -> Circuit:
    """Return the circuit that a row holds."""
    before = None
    if row.paused_state is not None:
        before = BeforePause(
            state=CircuitState(row.paused_state), cool_off_until=row.paused_cool_off_until
        )
    return Circuit(
        state=CircuitState(row.state),
        epoch=row.epoch,
        failures=row.failures,
        cool_off_level=row.cool_off_level,
        cool_off_until=row.cool_off_until,
        next_run_at=row.next_run_at,
        fallback=ProbeFallback(row.fallback),
        before_pause=before,
    )


def circuit_values(circuit: Circuit, jitter: Jitter) -> dict[str, Any]:
    """Return the columns that hold a circuit."""
    before = circuit.before_pause
    return {
        "state": circuit.state.value,
        "epoch": circuit.epoch,
        "failures": circuit.failures,
        "cool_off_level": circuit.cool_off_level,
        "cool_off_until": circuit.cool_off_until,
        "next_run_at": circuit.next_run_at,
        "due_at": _due_at(circuit, jitter),
        "fallback": circuit.fallback.value,
        "paused_state": None if before is None else before.state.value,
        "paused_cool_off_until": None if before is None else before.cool_off_until,
        "tzdata": tzdata_version(),
    }


def store_circuit(row: Schedule, circuit: Circuit) -> None:
    """Store a circuit in its row."""
    for name, value in circuit_values(circuit, jitter_of(row)).items():
        setattr(row, name, value)


def _due_at(circuit: Circuit, jitter: Jitter) -> datetime | None:
    """Return when the clock looks next: a probe is not spread."""
    if circuit.next_run_at is None:
        return None
    if circuit.state is CircuitState.ACTIVE:
        return jitter.due_at(circuit.next_run_at)
    return circuit.next_run_at if circuit.state is CircuitState.COOLING_OFF else None


def execution_of(row: ScheduleExecution) -> Execution:
    """Return the execution that an open row holds; how far its job is does not matter here."""
    is_open = row.state in OPEN_STATES
    if not is_open:
        raise ValueError(f"execution {row.id} is {row.state}")
    retrying = row.state == RETRYING
    return Execution(
        state=ExecutionState.RETRYING if retrying else ExecutionState.RUNNING,
        source=ExecutionSource.SCHEDULE if row.source == "schedule" else ExecutionSource.MANUAL,
        scheduled_for=row.scheduled_for,
        attempt=max(row.attempt, 1),
        retry_at=row.begin_at if retrying else None,
        is_probe=row.is_probe,
        error_code=None if row.error_code is None else ErrorCode(row.error_code),
    )


def execution_values(execution: Execution) -> dict[str, Any]:
    """Return the columns that an end, or a wait for the next attempt, changes."""
    reason = execution.skip_reason
    return {
        "state": WORDS[execution.state],
        "begin_at": execution.retry_at,
        "error_code": None if execution.error_code is None else execution.error_code.value,
        "skip_reason": None if reason is None else SkipReason(reason).value,
        "finished_at": execution.ended_at,
    }


def store_execution(row: ScheduleExecution, execution: Execution) -> None:
    """Store what became of an execution in its row."""
    for name, value in execution_values(execution).items():
        setattr(row, name, value)

"""What one look of the clock does to a schedule: start an attempt again, and what is due."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.scheduler.breaker.circuit import (
    Circuit,
    CircuitState,
    Execution,
    ExecutionState,
    SkipReason,
)


@dataclass(frozen=True, kw_only=True)
class DueTime:
    """What is due now by the cadence and its rule for missed times: one time, and the next one.

    ``nominal`` is None when every due time was missed and is only counted. Several times that are
    caught up are handed over one after the other: a schedule has one open execution.
    """

    nominal: datetime | None
    next_run_at: datetime | None


def is_due(circuit: Circuit, at: datetime) -> bool:
    """Return whether an execution or a probe of the schedule is due."""
    dispatched = circuit.state in (CircuitState.ACTIVE, CircuitState.COOLING_OFF)
    return dispatched and circuit.next_run_at is not None and circuit.next_run_at <= at


def tried_again(execution: Execution, at: datetime) -> Execution:
    """Return the execution with its next attempt running once its wait is over."""
    waits = execution.retry_at is None or execution.retry_at > at
    if execution.state is not ExecutionState.RETRYING or waits:
        return execution
    attempt = execution.attempt if execution.free else execution.attempt + 1
    return replace(
        execution, state=ExecutionState.RUNNING, attempt=attempt, retry_at=None, free=False
    )


def dispatch(
    circuit: Circuit, due: DueTime, at: datetime, *, has_open: bool
) -> tuple[Circuit, Execution | None]:
    """Return the circuit and the execution of its due time, skipped where one is open."""
    moved = replace(circuit, next_run_at=due.next_run_at)
    if due.nominal is None:
        return moved, None
    if has_open:
        return moved, Execution(
            state=ExecutionState.SKIPPED,
            scheduled_for=due.nominal,
            skip_reason=SkipReason.OVERLAPPED,
            ended_at=at,
        )
    return moved, Execution(scheduled_for=due.nominal)


def probe(circuit: Circuit, *, has_open: bool) -> tuple[Circuit, Execution | None]:
    """Return the half-open circuit and its probe; it waits for an execution that is still open."""
    if has_open:
        return circuit, None
    half_open = replace(circuit, state=CircuitState.HALF_OPEN, next_run_at=None)
    return half_open, Execution(scheduled_for=circuit.next_run_at, is_probe=True)

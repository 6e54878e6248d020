"""What the end of an attempt changes: its execution, and the circuit once the execution is over.

Only the end of an execution is counted, and only once. While a schedule is paused its open
execution goes on, but its end changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.scheduler.breaker.circuit import (
    Circuit,
    CircuitState,
    Execution,
    ExecutionState,
    NextAfter,
    ProbeFallback,
    SkipReason,
)
from services.scheduler.breaker.policy import (
    CircuitLimits,
    KindRules,
    RetryPolicy,
)
from services.scheduler.codes.codes import FOR_A_PERSON, FREE, MAX_RETRY_AFTER_S, ErrorCode

UNMOVED = (CircuitState.PAUSED, CircuitState.ARCHIVED)
Step = tuple[Circuit, Execution]


@dataclass(frozen=True, kw_only=True)
class AttemptFailure:
    """A failed attempt: when, why, and what the other side said about when to come again.

    ``retry_after`` is in seconds. ``reset_at`` is when a used-up quota is filled again.
    """

    at: datetime
    code: ErrorCode
    retry_after: float | None = None
    reset_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RecentEnds:
    """How many executions ended within the window since the epoch, the newest included.

    Cancelled ones and those skipped for an open one are no ends.
    """

    failed: int
    ended: int


def succeed(
    circuit: Circuit,
    execution: Execution,
    at: datetime,
    next_after: NextAfter,
    *,
    unchanged: bool = False,
) -> Step:
    """Return both after a success; ``unchanged`` is one whose job had nothing to do."""
    state = ExecutionState.SKIPPED if unchanged else ExecutionState.SUCCESS
    reason = SkipReason.UNCHANGED if unchanged else None
    ended = replace(_ended(execution, state, at), skip_reason=reason, error_code=None)
    if circuit.state in UNMOVED:
        return circuit, ended
    if circuit.state is CircuitState.ACTIVE:
        return replace(circuit, failures=0), ended
    return closed(at, next_after), ended


def fail(
    circuit: Circuit,
    execution: Execution,
    failure: AttemptFailure,
    rules: KindRules,
    recent: RecentEnds,
) -> Step:
    """Return both after a failed attempt: it is tried again, or the execution has failed."""
    failure = as_quota(failure)
    wait = wait_before_retry(execution, failure, rules.retries)
    if wait is not None:
        return circuit, replace(
            execution,
            state=ExecutionState.RETRYING,
            retry_at=failure.at + wait,
            free=failure.code in FREE,
            error_code=failure.code,
        )
    ended = _ended(execution, ExecutionState.FAILED, failure.at)
    after = _after_failure(circuit, failure, rules.limits, recent)
    return after, replace(ended, error_code=failure.code)


def cancel(circuit: Circuit, execution: Execution, at: datetime, limits: CircuitLimits) -> Step:
    """Return both after a cancel: neither failure nor success; a probe is made up for later."""
    ended = _ended(execution, ExecutionState.CANCELED, at)
    if circuit.state is not CircuitState.HALF_OPEN:
        return circuit, ended
    if circuit.fallback is ProbeFallback.PERSON:
        return needs_person(circuit), ended
    return cooled(circuit, max(circuit.cool_off_level, 1), at, limits), ended


def as_quota(failure: AttemptFailure) -> AttemptFailure:
    """Return the failure as one of the quota when it is not to be tried again for over a day."""
    seconds = failure.retry_after
    if seconds is None or seconds <= MAX_RETRY_AFTER_S:
        return failure
    reset_at = failure.reset_at or failure.at + timedelta(seconds=seconds)
    return replace(failure, code=ErrorCode.QUOTA_EXHAUSTED, retry_after=None, reset_at=reset_at)


def wait_before_retry(
    execution: Execution, failure: AttemptFailure, policy: RetryPolicy
) -> timedelta | None:
    """Return how long the next attempt waits, None when there is none. A probe has one attempt."""
    if failure.code in FREE:
        return timedelta(0)
    if execution.is_probe or execution.attempt >= policy.max_attempts:
        return None
    if failure.code not in policy.codes:
        return None
    if failure.retry_after is not None:
        return timedelta(seconds=max(failure.retry_after, 0))
    return policy.wait_after(execution.attempt)


def opens(limits: CircuitLimits, failures: int, recent: RecentEnds) -> bool:
    """Return whether so many failures open the circuit: in a row, or often enough lately."""
    if limits.consecutive is not None and failures >= limits.consecutive:
        return True
    often = limits.recent is not None and recent.failed >= limits.recent
    return often and 100 * recent.failed >= limits.percent * recent.ended


def closed(at: datetime, next_after: NextAfter) -> Circuit:
    """Return the circuit as it runs by its cadence again, with nothing counted so far."""
    return Circuit(state=CircuitState.ACTIVE, epoch=at, next_run_at=next_after(at))


def cooled(circuit: Circuit, level: int, at: datetime, limits: CircuitLimits) -> Circuit:
    """Return the circuit as it waits at ``level`` (from 1); beyond the ladder a person helps."""
    if level > len(limits.ladder):
        return needs_person(circuit)
    return cooled_until(replace(circuit, cool_off_level=level), at + limits.ladder[level - 1])


def cooled_until(circuit: Circuit, until: datetime) -> Circuit:
    """Return the circuit as it waits for a probe at ``until``."""
    return replace(
        circuit,
        state=CircuitState.COOLING_OFF,
        cool_off_until=until,
        next_run_at=until,
        fallback=ProbeFallback.NEXT_LEVEL,
    )


def needs_person(circuit: Circuit) -> Circuit:
    """Return the circuit as it waits for a person: it has no next time."""
    return replace(
        circuit,
        state=CircuitState.NEEDS_INTERVENTION,
        cool_off_until=None,
        next_run_at=None,
        fallback=ProbeFallback.NEXT_LEVEL,
    )


def _after_failure(
    circuit: Circuit, failure: AttemptFailure, limits: CircuitLimits, recent: RecentEnds
) -> Circuit:
    if circuit.state in UNMOVED:
        return circuit
    counted = replace(circuit, failures=circuit.failures + 1)
    is_half_open = circuit.state is CircuitState.HALF_OPEN
    if is_half_open and circuit.fallback is ProbeFallback.PERSON:
        return needs_person(counted)
    if failure.code in FOR_A_PERSON:
        return _stopped(counted, failure, limits)
    if is_half_open:
        up = 0 if circuit.fallback is ProbeFallback.SAME_LEVEL else 1
        return cooled(counted, max(circuit.cool_off_level + up, 1), failure.at, limits)
    if circuit.state is CircuitState.ACTIVE and opens(limits, counted.failures, recent):
        return cooled(counted, 1, failure.at, limits)
    return counted  # also what was started while paused and ended after resuming


def _stopped(circuit: Circuit, failure: AttemptFailure, limits: CircuitLimits) -> Circuit:
    """Return the circuit as it needs a person, or waits for a quota that is known to come back."""
    reset_at = failure.reset_at
    waits = failure.code is ErrorCode.QUOTA_EXHAUSTED and limits.ladder
    if not waits or reset_at is None or reset_at <= failure.at:
        return needs_person(circuit)
    return cooled_until(circuit, reset_at)


def _ended(execution: Execution, state: ExecutionState, at: datetime) -> Execution:
    return replace(execution, state=state, retry_at=None, free=False, ended_at=at)

"""The values of the circuit breaker: a schedule's circuit, and one of its executions.

Times are aware datetimes. An execution is one due time (or one "run now") with all its attempts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.scheduler.codes.codes import ErrorCode

# The first nominal time strictly after a time, None when there is none.
NextAfter = Callable[[datetime], datetime | None]


class CircuitState(StrEnum):
    """What a schedule does next. Retrying is a state of its open execution."""

    ACTIVE = "active"
    COOLING_OFF = "cooling_off"
    HALF_OPEN = "half_open"
    NEEDS_INTERVENTION = "needs_intervention"
    PAUSED = "paused"
    ARCHIVED = "archived"


class ProbeFallback(StrEnum):
    """Where a probe that fails leads: the longer wait, the same one again, or a person."""

    NEXT_LEVEL = "next_level"
    SAME_LEVEL = "same_level"
    PERSON = "person"


class ExecutionState(StrEnum):
    """What became of an execution; running and retrying ones are open."""

    RUNNING = "running"
    RETRYING = "retrying"
    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELED = "canceled"


class ExecutionSource(StrEnum):
    """Who started an execution."""

    SCHEDULE = "schedule"
    MANUAL = "manual"


class SkipReason(StrEnum):
    """Why an execution was skipped: another one was open, or its job saw no change."""

    OVERLAPPED = "overlapped"
    UNCHANGED = "unchanged"


OPEN_STATES = frozenset({ExecutionState.RUNNING, ExecutionState.RETRYING})


@dataclass(frozen=True, kw_only=True)
class BeforePause:
    """What resuming goes back to."""

    state: CircuitState
    cool_off_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Circuit:
    """The circuit of a schedule.

    ``failures`` are the failed executions in a row. What ended at ``epoch`` or before is not
    counted any more. ``cool_off_level`` is the step of the ladder, 0 when none was taken.
    ``before_pause`` is set while paused, and only then.
    """

    state: CircuitState = CircuitState.ACTIVE
    epoch: datetime
    failures: int = 0
    cool_off_level: int = 0
    cool_off_until: datetime | None = None
    next_run_at: datetime | None = None
    fallback: ProbeFallback = ProbeFallback.NEXT_LEVEL
    before_pause: BeforePause | None = None


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One execution. ``attempt`` counts from 1; ``free`` is set when the next one costs nothing."""

    state: ExecutionState = ExecutionState.RUNNING
    source: ExecutionSource = ExecutionSource.SCHEDULE
    scheduled_for: datetime | None
    attempt: int = 1
    retry_at: datetime | None = None
    is_probe: bool = False
    free: bool = False
    error_code: ErrorCode | None = None
    skip_reason: SkipReason | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it runs or waits for its next attempt."""
        return self.state in OPEN_STATES

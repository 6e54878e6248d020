"""The numbers that a kind of schedule is run by: its retries, and when its circuit opens."""

from dataclasses import dataclass, field
from datetime import timedelta

from services.scheduler.codes.codes import RETRIED, ErrorCode

HOUR_S = 3600
DAY_S = 24 * HOUR_S
LADDER_S = (HOUR_S, 6 * HOUR_S, DAY_S, 7 * DAY_S)


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often and how soon an execution is tried again.

    ``max_attempts`` counts the first one. The wait after attempt n is ``backoff_s[n - 1]``
    seconds, beyond the end of the list its last value. ``codes`` are those tried again.
    """

    max_attempts: int = 1
    backoff_s: tuple[float, ...] = ()
    codes: frozenset[ErrorCode] = RETRIED

    def __post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ValueError(f"max_attempts is {self.max_attempts}: it counts the first one")
        if self.max_attempts > 1 and not self.backoff_s:
            raise ValueError("backoff_s is empty: a second attempt needs a wait before it")
        if any(not 0 <= wait < float("inf") for wait in self.backoff_s):
            raise ValueError(f"backoff_s is {self.backoff_s}: each is a number of seconds from 0")

    def wait_after(self, attempt: int) -> timedelta:
        """Return how long to wait after attempt ``attempt`` (from 1) failed."""
        return timedelta(seconds=self.backoff_s[min(attempt, len(self.backoff_s)) - 1])


@dataclass(frozen=True, kw_only=True)
class CircuitLimits:
    """When failed executions open the circuit, and for how long.

    ``consecutive`` in a row open it, and so do ``recent`` within ``window`` that are at least
    ``percent`` of what ended there; None switches a rule off. ``ladder`` has the waits; without
    one an open circuit needs a person at once.
    """

    consecutive: int | None = 3
    recent: int | None = 5
    window: timedelta = timedelta(days=7)
    percent: int = 20
    ladder: tuple[timedelta, ...] = tuple(timedelta(seconds=wait) for wait in LADDER_S)


@dataclass(frozen=True, kw_only=True)
class KindRules:
    """Everything that the breaker has to know of a kind of schedule."""

    retries: RetryPolicy = field(default_factory=RetryPolicy)
    limits: CircuitLimits = field(default_factory=CircuitLimits)

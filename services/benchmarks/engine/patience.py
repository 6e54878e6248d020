"""Waiting for a server: back-off, its own word on when to come back, and a circuit breaker.

One gate for all requests of a run: what one of them meets slows down or stops all of them.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from services.benchmarks.engine.faults import AnswerVerdict, Trouble
from services.benchmarks.engine.settings import AskSettings

FIRST_BACKOFF_S = 1.0
MAX_JITTER_S, JITTER_SHARE = 0.5, 0.1  # what is added to a wait that the server asks for
MIN_WAIT_S = 0.05
POLL_S = 1.0


class BreakerState(StrEnum):
    """Closed: requests pass. Open: none does. Half-open: one trial decides."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """What the gate reports: ``event`` is breaker, waiting, paused, adapted or slow.

    ``wait_s`` is how long nothing is sent, ``concurrency`` how many requests may be in flight.
    """

    event: str
    breaker: BreakerState
    reason: str = ""
    wait_s: float = 0.0
    concurrency: int = 0


OnState = Callable[[ServerState], None]


@dataclass(frozen=True, slots=True)
class WaitingClock:
    """The time that waiting is measured in, in seconds; a test may bring a faster one."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


def backoff_s(tries: int, most: float, jitter: Callable[[], float] = random.random) -> float:
    """Return how long to wait after ``tries`` faults in a row (1 or more), in seconds.

    Doubling from one second up to ``most``, less up to a fifth at random, so that not every
    client comes back at the same moment.
    """
    whole = min(most, FIRST_BACKOFF_S * 2.0 ** min(tries - 1, 30))
    return whole * (1 - 0.2 * jitter())


class ServerGate:
    """Lets requests pass while the server is fine; every verdict is noted here."""

    def __init__(
        self, settings: AskSettings, on_state: OnState, clock: WaitingClock | None = None
    ) -> None:
        self.settings = settings
        self.state = BreakerState.CLOSED
        self.concurrency = settings.concurrency
        self.successes = 0
        self._on_state = on_state
        self._clock = clock or WaitingClock()
        self._until = 0.0
        self._next_slot = 0.0
        self._downs = 0
        self._busy = 0
        self._opened = 0
        self._since_change = 0
        self._trial = asyncio.Event()
        self._trial.set()

    async def enter(self) -> None:
        """Return when a request may be sent; in the half-open state it is the trial."""
        while True:
            wait = max(self._until, self._next_slot) - self._clock.now()
            if wait > 0:
                await self._clock.sleep(min(wait, POLL_S))
            elif self.state == BreakerState.HALF_OPEN:
                await self._trial.wait()
            else:
                break
        if self.settings.requests_per_minute:
            self._next_slot = self._clock.now() + 60.0 / self.settings.requests_per_minute
        if self.state == BreakerState.OPEN:
            self._trial.clear()
            self._move(BreakerState.HALF_OPEN, "One request tries whether the server is back.")

    def leave(self) -> None:
        """Give the trial back where its request was given up without a verdict."""
        if self.state == BreakerState.HALF_OPEN and not self._trial.is_set():
            self.state = BreakerState.OPEN
            self._trial.set()

    def note(self, verdict: AnswerVerdict) -> None:
        """Take a verdict into account: slow down, open, or close again."""
        if verdict.group == Trouble.DOWN:
            self._note_down(verdict)
            return
        self._downs = 0
        if self.state != BreakerState.CLOSED:
            self._opened = 0
            self._until = 0.0
            self._move(BreakerState.CLOSED, "The server answers again.")
            self._trial.set()
        if verdict.group == Trouble.BUSY:
            self._note_busy(verdict)
        else:
            self._note_success()

    def _note_success(self) -> None:
        self._busy = 0
        self.successes += 1
        self._since_change += 1
        if self.concurrency < self.settings.concurrency and self._since_change > self.concurrency:
            more = self.concurrency + max(1, self.concurrency // 4)
            self.concurrency = min(self.settings.concurrency, more)
            self._since_change = 0

    def _note_busy(self, verdict: AnswerVerdict) -> None:
        """Wait as the server says, else longer each time; a burst of answers counts once."""
        now = self._clock.now()
        if self._until <= now:
            self._busy += 1
            self.concurrency = max(1, self.concurrency // 2)
            self._since_change = 0
        elif verdict.wait_s is None:
            return
        self._wait(verdict.wait_s or backoff_s(self._busy, self.settings.max_backoff_s), verdict)

    def _wait(self, seconds: float, verdict: AnswerVerdict) -> None:
        """Let nothing pass for ``seconds``; beyond the cap the run pauses and tries again there."""
        most = self.settings.max_wait_s
        event = "paused" if seconds > most else "waiting"
        seconds_now = min(seconds, most)
        jitter = min(MAX_JITTER_S, JITTER_SHARE * seconds_now) * random.random()  # noqa: S311
        until = self._clock.now() + max(MIN_WAIT_S, seconds_now + jitter)
        if until > self._until:
            self._until = until
            self._report(event, verdict.detail, wait_s=seconds)

    def _note_down(self, verdict: AnswerVerdict) -> None:
        self._downs += 1
        if self.state == BreakerState.OPEN:
            return  # it was in flight when the breaker opened
        if self.state == BreakerState.HALF_OPEN or self._downs >= self.settings.breaker_threshold:
            self._open(verdict)

    async def rest(self, faults: int, wait_s: float | None) -> None:
        """Wait before one item meets the server again, after ``faults`` at it alone.

        An open breaker makes everything wait by itself.
        """
        if self.state == BreakerState.CLOSED:
            seconds = wait_s or backoff_s(faults, self.settings.max_backoff_s) / 2
            await self._clock.sleep(min(seconds, self.settings.max_wait_s))

    def _open(self, verdict: AnswerVerdict) -> None:
        self._opened += 1
        seconds = verdict.wait_s or backoff_s(self._opened, self.settings.max_backoff_s)
        seconds = min(seconds, self.settings.max_wait_s)
        self._until = self._clock.now() + seconds
        self._move(BreakerState.OPEN, verdict.detail, wait_s=seconds)
        self._trial.set()

    def _move(self, state: BreakerState, reason: str, wait_s: float = 0.0) -> None:
        self.state = state
        self._report("breaker", reason, wait_s=wait_s)

    def report(self, event: str, reason: str) -> None:
        """Report what a request met that is no matter of waiting."""
        self._report(event, reason)

    def _report(self, event: str, reason: str, wait_s: float = 0.0) -> None:
        self._on_state(
            ServerState(
                event=event,
                breaker=self.state,
                reason=reason,
                wait_s=wait_s,
                concurrency=self.concurrency,
            )
        )

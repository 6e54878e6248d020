"""One attempt at one job, as the code that does the work sees it."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.db.uow import UnitOfWork
from app.jobs import states
from app.jobs.engine import Claim, JobEngine
from app.jobs.errors import Drained, LeaseLost
from app.outage_kinds import outage_of
from app.outages import report_failure
from workers.endings import LEASE_LOST, exit_status_of

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
TERM_AFTER_SECONDS = 10.0
KILL_AFTER_SECONDS = 20.0


class Attempt:
    """Fenced access to the job, its progress, and the wish of others that it should end."""

    def __init__(
        self, engine: JobEngine, claim: Claim, drain_event: threading.Event | None = None
    ) -> None:
        self.engine = engine
        self.claim = claim
        self.stop_event = threading.Event()
        self.drain_event = drain_event or threading.Event()
        self.over = threading.Event()

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Open a unit of work that commits only while this attempt holds the job."""
        with self.engine.fenced(self.claim) as unit:
            yield unit

    @property
    def number(self) -> int:
        """Return the number of this attempt, from 1."""
        return self.claim.attempt

    def note(self, unit: UnitOfWork, **values: Any) -> None:
        """Store progress, message or checkpoint on the job, inside a fenced unit of work."""
        self.engine.note(unit, self.claim, **values)

    def stop_requested(self) -> bool:
        """Return whether a person requested a stop.

        Raises Drained when the worker is leaving: the job goes on at another worker.
        """
        if self.drain_event.is_set() and not self.stop_event.is_set():
            raise Drained
        return self.stop_event.is_set()

    def finish(
        self, unit: UnitOfWork, state: str = states.SUCCEEDED, error: dict[str, Any] | None = None
    ) -> None:
        """End the job in the caller's fenced unit of work, together with its effects."""
        self.engine.finish(unit, self.claim, state, error)
        self.over.set()

    def beat(self) -> None:
        """Extend the lease and look for a stop request. Raises LeaseLost."""
        if self.engine.beat(self.claim):
            self.stop_event.set()

    def look(self) -> None:
        """Look for a stop request without writing. Raises LeaseLost."""
        if self.engine.look(self.claim):
            self.stop_event.set()


class Heartbeat:
    """The thread that beats for an attempt and ends the process when the lease is lost."""

    def __init__(self, attempt: Attempt, *, beat_seconds: float, lease_seconds: float) -> None:
        self._attempt = attempt
        self._beat = beat_seconds
        self._lease = lease_seconds
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)
        self._wake = threading.Event()
        self._last_beat = time.monotonic()
        self._leave_at = self._last_beat + lease_seconds
        self._stop_seen: float | None = None
        self._outage: str | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._wake.set()
        self._thread.join(timeout=self._lease)

    def _run(self) -> None:
        while not self._rest() and not self._attempt.over.is_set():
            try:
                self._pulse()
            except LeaseLost:
                self._leave("the lease is lost", LEASE_LOST)
            except SQLAlchemyError as error:
                self._outage = outage_of(error)
                report_failure(error)
            if time.monotonic() > self._leave_at:
                status = LEASE_LOST if self._outage is None else exit_status_of(self._outage)
                self._leave("no beat got through for a full lease", status)
            self._press()

    def _rest(self) -> bool:
        """Wait for the next pulse; return whether the attempt is over.

        A host that slept meanwhile did not keep a beat from getting through: that is no silence.
        """
        began = time.monotonic()
        is_over = self._wake.wait(POLL_SECONDS)
        self._leave_at += max(0.0, time.monotonic() - began - POLL_SECONDS)
        return is_over

    def _pulse(self) -> None:
        """Beat when it is time to, else only look whether a stop is requested."""
        if time.monotonic() - self._last_beat + POLL_SECONDS < self._beat:
            self._attempt.look()
        else:
            self._attempt.beat()
            self._last_beat, self._outage = time.monotonic(), None
            self._leave_at = self._last_beat + self._lease

    def _leave(self, reason: str, status: int) -> None:
        if self._attempt.over.is_set():
            return
        log.warning("attempt ends", reason=reason)
        os._exit(status)

    def _press(self) -> None:
        """Make sure that a stop ends in time: SIGTERM first, then the end of the process."""
        if not self._attempt.stop_event.is_set():
            return
        self._stop_seen = self._stop_seen or time.monotonic()
        waited = time.monotonic() - self._stop_seen
        if waited > KILL_AFTER_SECONDS and not self._attempt.over.is_set():
            try:
                with self._attempt.write() as unit:
                    self._attempt.finish(unit, states.CANCELLED)
            finally:  # a row that could not be ended here is ended by the clock
                os.killpg(os.getpgid(0), signal.SIGKILL)
        elif waited > TERM_AFTER_SECONDS:
            os.kill(os.getpid(), signal.SIGTERM)

"""One program of the supervisor: started, watched and started again."""

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from app.clock import now
from app.supervisor.pulse import Pulse

ROOT = Path(__file__).parents[2]
FIRST_PAUSE, MAX_PAUSE = 0.1, 1.0  # seconds between a death and the next start
TICK_SECONDS = 0.02
KILL_SECONDS = 1.0
STABLE_SECONDS = 10.0  # who lived this long is started again at once

log = structlog.get_logger(__name__)


def always_ready() -> bool:
    """Return True: for programs whose start nobody waits for."""
    return True


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run, and how it is treated.

    Programs of a lower ``stage`` are ready before those of the next one start, and are stopped
    after them; ``patience`` is how many seconds a stop may take before it is enforced. One that
    says nothing (``app.pulse``) for ``silence`` seconds is replaced, and for ``start_silence`` as
    long as it starts.
    """

    name: str
    command: list[str]
    stage: int
    patience: float
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = always_ready
    silence: float = math.inf
    start_silence: float = math.inf


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a process ended by itself: by a ``signal``, as SIGKILL, or with an exit ``status``."""

    at: datetime
    status: int | None
    signal: str | None
    lived_seconds: float


def ending_of(returncode: int, lived_seconds: float) -> Ending:
    """Return what a process's return code says; signals are negative there."""
    number = -returncode if returncode < 0 else None
    known = {one.value: one.name for one in signal.Signals}
    return Ending(
        at=now(),
        status=returncode if number is None else None,
        signal=None if number is None else known.get(number, f"signal {number}"),
        lived_seconds=round(lived_seconds, 1),
    )


class Child:
    """A program and the process that runs it at the moment."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.restarts = -1
        self.since: datetime | None = None
        self.last_ending: Ending | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._pulse: Pulse | None = None
        self._started = 0.0
        self._pause = 0.0
        self._due = 0.0

    @property
    def pid(self) -> int | None:
        """Id of the living process, None between two lives."""
        return self._process.pid if self._process else None

    def keep_alive(self) -> bool:
        """Notice a death and start again when that is due; return whether anything changed."""
        self._end_silence()
        died = self._bury()
        if self._process is None and time.monotonic() >= self._due:
            self._start()
            return True
        return died

    def signal(self, number: int) -> None:
        """Send a signal to the living process."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def has_ended(self) -> bool:
        """Return whether no process is left."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        return self._process is None

    def _start(self) -> None:
        """Start through the launcher; only the main thread may, for its death is the signal."""
        parent = str(os.getpid())
        launcher = [sys.executable, "-S", "-m", "app.supervisor.launch", parent]
        self._pulse = pulse = Pulse()
        self._process = subprocess.Popen(
            [*launcher, *self.program.command],
            cwd=ROOT,
            env={**os.environ, **self.program.environment, **pulse.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the supervisor, which stops them in order
            pass_fds=[pulse.writer],
        )
        pulse.started()
        self._started, self.since = time.monotonic(), now()
        self.restarts += 1

    def _end_silence(self) -> None:
        """Kill a process that hangs: it would not hear a request to stop."""
        if self._process is None or self._pulse is None:
            return
        silence, program = self._pulse.silence(), self.program
        limit = program.start_silence if self._pulse.is_starting else program.silence
        if silence > limit and self._process.poll() is None:
            log.warning("process hangs and is replaced", name=program.name, silent=silence)
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):  # a disk may hold it: the others go on
                self._process.wait(KILL_SECONDS)

    def _bury(self) -> bool:
        if self._process is None or self._process.poll() is None:
            return False
        lived = time.monotonic() - self._started
        stable = lived >= STABLE_SECONDS
        self._pause = 0.0 if stable else min(MAX_PAUSE, max(FIRST_PAUSE, self._pause * 2))
        self._due = time.monotonic() + self._pause
        log.warning(
            "process ended and is started again",
            name=self.program.name,
            status=self._process.returncode,
            lived=round(lived, 1),
        )
        self.last_ending = ending_of(self._process.returncode, lived)
        self._process = None
        if self._pulse is not None:
            self._pulse.close()
        return True


def end(children: Sequence[Child]) -> None:
    """Stop the children and wait for them; who takes longer than its patience is killed."""
    for child in children:
        child.signal(signal.SIGTERM)
    began = time.monotonic()
    while left := [child for child in children if not child.has_ended()]:
        for child in left:
            if time.monotonic() - began > child.program.patience:
                child.signal(signal.SIGKILL)
        time.sleep(TICK_SECONDS)

"""The loop that keeps every program of one host running until a signal stops it.

It has one thread: the kernel's parent-death signal follows the thread that started a child.
"""

import signal
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter

import structlog

from app.supervisor.child import Child, Program
from app.supervisor.signals import Signals

READY_SECONDS = 10.0  # a stage that is not ready by then does not keep the next one waiting
TICK_SECONDS, STARTING_TICK_SECONDS = 1.0, 0.02

log = structlog.get_logger(__name__)
Report = Callable[[Sequence[Child]], None]


class Supervisor:
    """Starts programs stage by stage, restarts whatever ends, stops them in the reverse order."""

    def __init__(self, programs: Sequence[Program], report: Report, on_ready: Callable[[], None]):
        ordered = sorted(programs, key=attrgetter("stage"))
        self._stages = [
            [Child(program) for program in stage]
            for _, stage in groupby(ordered, key=attrgetter("stage"))
        ]
        self._report = report
        self._on_ready = on_ready
        self._running: list[Child] = []

    def run(self) -> None:
        """Keep everything running until SIGTERM, SIGINT or SIGHUP."""
        with Signals() as signals:
            try:
                if self._start(signals):
                    self._on_ready()
                while not signals.stop:
                    self._keep_alive()
                    signals.wait(TICK_SECONDS)
            finally:
                self._stop(signals)

    def _start(self, signals: Signals) -> bool:
        for stage in self._stages:
            self._running += stage
            deadline = time.monotonic() + READY_SECONDS
            while True:
                self._keep_alive()
                if signals.stop:
                    return False
                if all(child.program.ready() for child in stage) or time.monotonic() > deadline:
                    break
                signals.wait(STARTING_TICK_SECONDS)
        return True

    def _keep_alive(self) -> None:
        changed = [child.keep_alive() for child in self._running]
        if any(changed):
            self._report(self._running)

    def _stop(self, signals: Signals) -> None:
        """Ask each stage to end, the last one first; whoever takes too long is killed."""
        started = time.monotonic()
        for stage in reversed(self._stages):
            for child in stage:
                child.signal(signal.SIGTERM)
            patience = max(child.program.patience for child in stage)
            if not _ended(stage, patience, signals):
                for child in stage:
                    child.signal(signal.SIGKILL)
                _ended(stage, patience, signals)
        log.info("stopped", seconds=round(time.monotonic() - started, 2))


def _ended(stage: Sequence[Child], patience: float, signals: Signals) -> bool:
    """Wait until the stage has ended; return False when it took too long or stop came again."""
    deadline = time.monotonic() + patience
    signals_before = signals.stop
    while [child for child in stage if not child.has_ended()]:
        if time.monotonic() > deadline or signals.stop > max(signals_before, 1):
            return False
        signals.wait(STARTING_TICK_SECONDS)
    return True

"""What goes wrong, how often, and whom it hits."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from harness.chaos.machine import Machine, MachinePart


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that was done to ``pid`` (of a worker, or 0) at ``at`` (seconds since 1970).

    ``until`` is when it was done: on a busy machine a moment later, in which a job may be claimed.
    """

    kind: str
    at: float
    until: float = 0.0
    pid: int = 0
    is_deadly: bool = False


class LockProbe(Protocol):
    """Returns whether somebody holds the database's one write lock for long."""

    def __call__(self) -> bool:
        """Return True while nobody can write."""


class Saboteur:
    """Draws faults from one seed and commits them."""

    def __init__(
        self,
        machine: Machine,
        chance: random.Random,
        is_locked: LockProbe,
        cut_upload: Callable[[], None],
    ) -> None:
        self._machine = machine
        self._chance = chance
        self._is_locked = is_locked
        self._cut_upload = cut_upload
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._kind = self._draw()
        self.done: list[Fault] = []
        self.moved_pauses = 0

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to be woken."""
        return not self._later

    def strike(self) -> bool:
        """Commit the next fault; False while its victim is not there.

        It waits for its victim: drawing another one would hit again and again what is up first.
        """
        kind, at = self._kind, time.time()
        pid = ACTS[kind][0](self)
        if pid is None:
            return False
        if kind == PAUSE:  # it may have had to wait for the end of a transaction
            at = time.time()
        fault = Fault(kind=kind, at=at, until=time.time(), pid=pid, is_deadly=kind in DEADLY)
        self.done.append(fault)
        self._kind = self._draw()
        return True

    def _draw(self) -> str:
        weights = [weight for _, weight in ACTS.values()]
        return self._chance.choices(list(ACTS), weights)[0]

    def wake(self) -> None:
        """Do what was put off until now."""
        due = [action for at, action in self._later if at <= time.monotonic()]
        self._later = [entry for entry in self._later if entry[0] > time.monotonic()]
        for action in due:
            action()

    def _worker(self, *, busy: bool = True) -> MachinePart | None:
        """Return a worker, one that is working if there is one."""
        workers = self._machine.workers()
        working = [worker for worker in workers if worker.child()]
        choices = working if busy else working or workers
        return self._chance.choice(choices) if choices else None

    def kill_parent(self) -> int | None:
        return self._kill(parent=True, child=False)

    def kill_child(self) -> int | None:
        return self._kill(parent=False, child=True)

    def kill_both(self) -> int | None:
        return self._kill(parent=True, child=True)

    def _kill(self, *, parent: bool, child: bool) -> int | None:
        victim = self._worker(busy=child)
        if victim is None:
            return None
        pid = victim.child()
        if child and not send_signal(pid, signal.SIGKILL):
            return None
        if parent:
            send_signal(victim.pid, signal.SIGKILL)
        return victim.pid

    def pause(self) -> int | None:
        """Stop a work-horse, sometimes its parent too, for longer than the lease."""
        victim = self._worker()
        child = victim.child() if victim else None
        if victim is None or not send_signal(child, signal.SIGSTOP):
            return None
        self._move_out_of_transaction(child)
        stopped = [child]
        if self._chance.random() < 0.5:
            send_signal(victim.pid, signal.SIGSTOP)
            stopped.append(victim.pid)
        victim.is_paused = True
        self._put_off(self._chance.uniform(11, 15), lambda: _resume(victim, stopped))
        return victim.pid

    def _move_out_of_transaction(self, child: int | None) -> None:
        """Let a stopped process that holds SQLite's only write lock finish its transaction.

        With it, every writer of the host would stand still: no worker could be called dead.
        """
        while self._is_locked():
            self.moved_pauses += 1
            send_signal(child, signal.SIGCONT)
            time.sleep(0.02)
            send_signal(child, signal.SIGSTOP)

    def _put_off(self, seconds: float, action: Callable[[], None]) -> None:
        self._later.append((time.monotonic() + seconds, action))

    def wipe_redis(self) -> int | None:
        self._machine.wipe_redis(self._chance.uniform(0, 3))
        return 0

    def kill_clock(self) -> int | None:
        if self._machine.has_no("clock"):
            return 0  # the bare queue has none: the fault falls flat
        clock = self._machine.clock()
        return 0 if clock is not None and send_signal(clock.pid, signal.SIGKILL) else None

    def kill_web(self) -> int | None:
        """Kill the web process in the middle of what is uploaded to it."""
        webs = self._machine.webs()
        if not webs:
            return 0 if self._machine.has_no("web") else None
        return 0 if send_signal(self._chance.choice(webs).pid, signal.SIGKILL) else None

    def cut_upload(self) -> int | None:
        self._cut_upload()
        return 0

    def drain(self) -> int | None:
        victim = self._worker(busy=False)
        if victim is None:
            return None
        send_signal(victim.pid, signal.SIGTERM)
        return victim.pid


PAUSE = "paused past the lease"
WORKER_KILLED, BOTH_KILLED = "worker killed", "both killed"
ACTS: dict[str, tuple[Callable[[Saboteur], int | None], int]] = {
    WORKER_KILLED: (Saboteur.kill_parent, 24),
    "work-horse killed": (Saboteur.kill_child, 22),
    BOTH_KILLED: (Saboteur.kill_both, 16),
    PAUSE: (Saboteur.pause, 12),
    "Redis killed and wiped": (Saboteur.wipe_redis, 6),
    "clock killed": (Saboteur.kill_clock, 10),
    "worker drained": (Saboteur.drain, 10),
    "upload broken off": (Saboteur.cut_upload, 8),
    "web killed": (Saboteur.kill_web, 6),
}
DEADLY = {WORKER_KILLED, "work-horse killed", BOTH_KILLED, PAUSE}
LAST = {WORKER_KILLED, BOTH_KILLED}  # no work-horse of this worker outlives them


def send_signal(pid: int | None, number: signal.Signals) -> bool:
    """Send a signal; False when the process is gone."""
    if not pid:
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _resume(victim: MachinePart, stopped: list[int | None]) -> None:
    for pid in reversed(stopped):
        send_signal(pid, signal.SIGCONT)
    victim.is_paused = False

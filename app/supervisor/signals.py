"""Waiting that a signal ends at once: a child's death, or the wish to stop."""

import select
import signal
import socket
from types import FrameType
from typing import Any, Self

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Signals:
    """Handlers for as long as the context lasts; ``stop`` counts the wishes to stop."""

    def __init__(self) -> None:
        self.stop = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._wake, self._writer = socket.socketpair()
        for end in (self._wake, self._writer):
            end.settimeout(0)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for number in (*STOPPING, signal.SIGCHLD):
            self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(-1)
        self._wake.close()
        self._writer.close()

    def wait(self, seconds: float) -> None:
        """Return after ``seconds``, or as soon as a signal arrives."""
        if select.select([self._wake], [], [], seconds)[0]:
            self._wake.recv(4096)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        self.stop += number in STOPPING

"""The memory of a process while something happens."""

import threading
import time
from types import TracebackType
from typing import Self

import psutil

EVERY = 0.05  # seconds


class MemoryWatch:
    """Notes the greatest resident memory, in MB, while it is entered."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._over = threading.Event()
        self.most = 0.0

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: object, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def now(self) -> float:
        """Return it as it is now."""
        return self._process.memory_info().rss / 1e6

    def processor_seconds(self) -> float:
        """Return for how long it has kept a processor so far."""
        times = self._process.cpu_times()
        return times.user + times.system

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self.most = max(self.most, self.now())


def settled(pid: int, limit: float, seconds: float) -> float:
    """Return the memory in MB after so many seconds, earlier once it is within ``limit``."""
    watch, end = MemoryWatch(pid), time.monotonic() + seconds
    while watch.now() > limit and time.monotonic() < end:
        time.sleep(EVERY)
    return watch.now()

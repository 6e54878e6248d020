"""Writing while asking: a thread that flushes a report, and when to send no more requests."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol

from app.jobs.errors import Drained
from services.runs.training.ports import FencedAttempt

EVERY = 0.25  # seconds between two commits


class Flushes(Protocol):
    """Something that stores what was accepted since the last time."""

    def flush(self) -> None:
        """Store it."""


def should_end(attempt: FencedAttempt) -> bool:
    """Return whether a person or the worker's own end wants no more requests."""
    try:
        return attempt.stop_requested()
    except Drained:
        return True  # raised once more behind the last flush


@contextmanager
def flushing(report: Flushes) -> Iterator[Callable[[], bool]]:
    """Flush the report from a thread of its own; what that raised is raised at the end.

    Gives a function that says whether flushing ended with an error. However the asking ends, what
    was accepted until then is stored: it was paid for.
    """
    over = threading.Event()

    def write() -> None:
        while not over.wait(EVERY):
            report.flush()

    with ThreadPoolExecutor(1, thread_name_prefix="benchmark-writer") as pool:
        writing = pool.submit(write)
        try:
            yield writing.done
        finally:
            over.set()
            if writing.exception() is None:  # what came behind the last commit
                report.flush()
        writing.result()

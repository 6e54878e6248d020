"""Doing things by time, and going on when a part that they need is away."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app.clock import now
from app.outages import report_failure
from app.storage import StorageUnavailable

TICK_SECONDS = 1.0
MIN_WAIT_SECONDS = 0.2  # so that many due times close to each other are one tick
MARGIN_SECONDS = 0.01  # a tick that wakes a hair before a due time would miss it


@dataclass
class Task:
    """Something to do every ``every`` seconds; ``due`` is on the monotonic clock.

    Where ``next_at`` names an earlier time, it is done then.
    """

    every: float
    run: Callable[[], object]
    due: float = 0.0
    next_at: Callable[[], datetime | None] = lambda: None

    def perform(self, began: float) -> None:
        """Do it in the tick that ``began`` then, and be due again."""
        self.due = began + self.every
        self.run()
        at = self.next_at()
        if at is not None:
            wait = max(MIN_WAIT_SECONDS, (at - now()).total_seconds() + MARGIN_SECONDS)
            self.due = min(self.due, time.monotonic() + wait)


def tick(tasks: Sequence[Task], between: Callable[[], object] = lambda: None) -> None:
    """Run what is due, ``between`` before each; a part that is away is tried when due again.

    What is done in one tick is due together again, so that one look a second is enough for it.
    """
    began = time.monotonic()
    for task in tasks:
        between()
        if began < task.due:
            continue
        try:
            task.perform(began)
        except (SQLAlchemyError, RedisError, StorageUnavailable, OSError) as error:
            report_failure(error)


def tick_until(
    stop: threading.Event, tasks: Sequence[Task], between: Callable[[], object] = lambda: None
) -> None:
    """Tick once a second, and sooner for what is due sooner, until ``stop`` is set."""
    while not stop.is_set():
        tick(tasks, between)
        first = min(task.due for task in tasks) - time.monotonic()
        stop.wait(max(MIN_WAIT_SECONDS, min(TICK_SECONDS, first)))

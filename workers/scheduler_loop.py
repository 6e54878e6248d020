"""Doing things by time, and going on when a part that they need is away."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app.outages import report_failure
from app.storage import StorageUnavailable

TICK_SECONDS = 1.0


@dataclass
class Task:
    """Something to do every ``every`` seconds; ``due`` is on the monotonic clock."""

    every: float
    run: Callable[[], object]
    due: float = 0.0


def tick(tasks: Sequence[Task]) -> None:
    """Run what is due; a part that is away is tried again when the task is due again."""
    for task in tasks:
        if time.monotonic() < task.due:
            continue
        task.due = time.monotonic() + task.every
        try:
            task.run()
        except (SQLAlchemyError, RedisError, StorageUnavailable, OSError) as error:
            report_failure(error)


def tick_until(stop: threading.Event, tasks: Sequence[Task]) -> None:
    """Tick once a second until ``stop`` is set."""
    while not stop.is_set():
        tick(tasks)
        stop.wait(TICK_SECONDS)

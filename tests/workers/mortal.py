"""A worker of one queue, as a real process, whose first attempt at a job dies at a commit.

Where a test killed it from outside, a busy machine might have let it end before the signal came.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.db.uow import UnitOfWork
from app.process import die_with_parent
from app.resources import Resources
from app.settings import Settings
from services.domains import OBSERVERS
from workers.attempt import Attempt
from workers.build import build_worker
from workers.queues import HANDLERS
from workers.runtime import Handler


class Dying(Attempt):
    """An attempt that does not survive its ``last`` commit, whose effects are there."""

    def __init__(self, attempt: Attempt, last: int) -> None:
        super().__init__(attempt.engine, attempt.claim, attempt.drain_event)
        self.stop_event, self.over = attempt.stop_event, attempt.over
        self._left = last

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        with super().write() as unit:
            yield unit
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


def mortal(handler: Handler, last: int) -> Handler:
    """Return a handler whose first attempt dies."""

    def handle(attempt: Attempt, resources: Resources) -> None:
        handler(Dying(attempt, last) if attempt.number == 1 else attempt, resources)

    return handle


if __name__ == "__main__":
    queue, parent, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    die_with_parent(parent)
    handlers = {name: mortal(handler, last) for name, handler in HANDLERS.items()}
    build_worker(queue, Settings.from_env(os.environ), OBSERVERS, handlers).work(
        logging_level="WARNING"
    )

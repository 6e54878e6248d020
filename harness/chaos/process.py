"""One worker or clock of the load, run as a real process by ``Machine.add_program``."""

import os

from app.log import configure_logging
from app.settings import Settings
from harness.chaos.load import HANDLERS, OBSERVERS
from harness.chaos.machine import say_ready
from workers.build import build_worker
from workers.clock import run_clock
from workers.queues import HANDLERS as REAL_HANDLERS


def main(part: str) -> None:
    """Be the clock, or a worker of the queue called ``part``, until this process is ended."""
    settings = Settings.from_env(os.environ)
    configure_logging(settings)
    say_ready()
    if part == "clock":
        run_clock(settings, OBSERVERS)
    else:
        handlers = {**REAL_HANDLERS, **HANDLERS}
        build_worker(part, settings, OBSERVERS, handlers).work(logging_level="WARNING")

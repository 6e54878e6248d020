"""``python -m harness.chaos.process``: one worker or clock of the load, as a real process."""

import os

import click

from app.log import configure_logging
from app.process import die_with_parent
from app.settings import Settings
from harness.chaos.load import HANDLERS, OBSERVERS
from harness.chaos.machine import say_ready
from workers.build import build_worker
from workers.clock import run_clock
from workers.queues import HANDLERS as REAL_HANDLERS


@click.command()
@click.argument("part")
@click.argument("parent", type=int)
def main(part: str, parent: int) -> None:
    """Be the clock, or a worker of the queue called PART, until PARENT ends."""
    die_with_parent(parent)
    settings = Settings.from_env(os.environ)
    configure_logging(settings)
    say_ready()
    if part == "clock":
        run_clock(settings, OBSERVERS)
    else:
        handlers = {**REAL_HANDLERS, **HANDLERS}
        build_worker(part, settings, OBSERVERS, handlers).work(logging_level="WARNING")


if __name__ == "__main__":
    main()

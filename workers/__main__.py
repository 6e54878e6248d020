"""``python -m workers --queue train``: one worker of one queue, until SIGTERM."""

import logging
import os

import click

from app.jobs.queues import QUEUES
from app.log import configure_logging
from app.process import die_with_parent
from app.settings import Settings
from services.domains import OBSERVERS
from workers.build import build_worker
from workers.queues import HANDLERS, preload


@click.command()
@click.option("--queue", type=click.Choice(QUEUES), required=True)
@click.option("--parent", type=int, default=None, help="End when the process of this id ends.")
@click.option("--log-name", default=None, help="Name of the log file; worker-QUEUE otherwise.")
def main(queue: str, parent: int | None, log_name: str | None) -> None:
    """Do the jobs of one queue, one at a time."""
    if parent is not None:
        die_with_parent(parent)
    settings = Settings.from_env(os.environ)
    configure_logging(settings, log_name or f"worker-{queue}")
    preload(queue)
    build_worker(queue, settings, OBSERVERS, HANDLERS).work(logging_level="WARNING")
    # Nothing is left to do; taking the imported libraries apart would take a second.
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    main()

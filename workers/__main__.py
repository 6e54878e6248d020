"""``python -m workers --queue train``: one worker of one queue, until SIGTERM."""

import os
import socket
from uuid import uuid4

import click
from rq import Queue

from app.log import configure_logging
from app.process import die_with_parent
from app.redis import connect
from app.jobs.reconcile import report_death
from app.resources import Resources, open_resources
from app.settings import Settings
from services.jobs import OBSERVERS
from workers.horse import RoundhouseWorker
from workers.queues import HANDLERS, QUEUES, preload
from workers.runtime import perform


@click.command()
@click.option("--queue", type=click.Choice(QUEUES), required=True)
@click.option("--parent", type=int, default=None, help="End when the process of this id ends.")
def main(queue: str, parent: int | None) -> None:
    """Do the jobs of one queue, one at a time."""
    if parent is not None:
        die_with_parent(parent)
    settings = Settings.from_env(os.environ)
    configure_logging(settings)
    preload(queue)
    _worker(queue, settings).work(logging_level="WARNING")


def _worker(queue: str, settings: Settings) -> RoundhouseWorker:
    redis = connect(settings)
    name = f"{queue}-{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
    worker = RoundhouseWorker(
        [Queue(queue, connection=redis, serializer="json")],
        name=name,
        connection=redis,
        serializer="json",
        worker_ttl=30,
    )
    worker.perform = lambda job_id, holder: _perform(settings, job_id, holder)
    worker.report_death = lambda job_id, holder, reason: _report(settings, job_id, holder, reason)
    return worker


def _perform(settings: Settings, job_id: int, holder: str) -> None:
    """Do one job, in the work-horse: it opens everything itself after the fork."""
    resources = _opened(settings)
    perform(job_id, holder, resources, HANDLERS)
    resources.close()


def _report(settings: Settings, job_id: int, holder: str, reason: str) -> None:
    """Say that a work-horse died, in a child of its own: the parent opens no database."""
    resources = _opened(settings)
    report_death(resources.jobs, job_id, holder, reason)
    resources.close()


def _opened(settings: Settings) -> Resources:
    return open_resources(settings, OBSERVERS, pool_size=3)


if __name__ == "__main__":
    main()

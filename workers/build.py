"""Putting a worker of one queue together."""

import os
import socket
from collections.abc import Mapping
from uuid import uuid4

from rq import Queue

from app.jobs.engine import JobObserver
from app.redis import connect
from app.resources import Resources, open_resources
from app.settings import Settings
from workers.rehearsal import rehearse
from workers.reporting import report_ending
from workers.rq_worker import RoundhouseWorker
from workers.runtime import Handler, perform

WORKER_TTL_SECONDS = 30


def build_worker(
    queue: str,
    settings: Settings,
    observers: Mapping[str, JobObserver],
    handlers: Mapping[str, Handler],
) -> RoundhouseWorker:
    """Return a worker that does the jobs of ``queue`` by ``handlers``.

    What it hands to its children opens the database there, after the fork.
    """

    def perform_in_child(job_id: int, holder: str) -> None:
        resources = _opened(settings, observers)
        perform(job_id, holder, resources, handlers)
        resources.close()

    def report_in_child(job_id: int, holder: str, status: int) -> None:
        resources = _opened(settings, observers)
        report_ending(resources, job_id, holder, status)
        resources.close()

    rehearse()  # once here, or else every work-horse would
    redis = connect(settings)
    worker = RoundhouseWorker(
        [Queue(queue, connection=redis, serializer="json")],
        name=f"{queue}-{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}",
        connection=redis,
        serializer="json",
        worker_ttl=WORKER_TTL_SECONDS,
    )
    worker.perform = perform_in_child
    worker.report_death = report_in_child
    return worker


def _opened(settings: Settings, observers: Mapping[str, JobObserver]) -> Resources:
    return open_resources(settings, observers, pool_size=3)

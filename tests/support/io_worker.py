"""A real worker of short jobs, and doing in the test's own process what it does."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from app.errors import RoundhouseError
from app.jobs import states
from app.jobs.doorbell import RedisDoorbell
from app.jobs.roster import count_workers
from app.models.job import Job
from app.resources import Resources
from harness.eventually import eventually
from services.forecasting.plots import JOB_KIND
from services.forecasting.plots.child import draw_in_child
from services.forecasting.plots.perform import perform_plot
from tests.factories.datasets import claimed

EVERY = 0.02  # seconds between two looks for a job
LONG = 600.0  # seconds


@contextmanager
def io_worker(resources: Resources) -> Iterator[None]:
    """Start a worker of short jobs, which the application can call."""
    resources.database.doorbell = RedisDoorbell(resources.redis)
    environment = {**os.environ, **resources.settings.environment()}
    command = [sys.executable, "-m", "app", "worker", "--queue", "io"]
    process = subprocess.Popen(command, env=environment)
    try:
        eventually(lambda: count_workers(resources.redis, ["io"])["io"])
        yield
    finally:
        process.kill()
        process.wait()


def io_registered(resources: Resources) -> None:
    """Let Redis know a worker of short jobs; none is there."""
    resources.redis.hset("rq:worker:io-busy", "last_heartbeat", "2999-01-01T00:00:00.000000Z")


@contextmanager
def plots_drawn(
    resources: Resources, draw: Callable[[Mapping[str, Any]], bytes] = draw_in_child
) -> Iterator[None]:
    """Draw in a thread what is queued meanwhile."""
    io_registered(resources)
    over = threading.Event()
    thread = threading.Thread(target=_draw_until, args=(over, resources, draw))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _draw_until(over: threading.Event, resources: Resources, draw: Callable[..., bytes]) -> None:
    waiting = select(Job.id).where(Job.kind == JOB_KIND, Job.state == states.QUEUED)
    while not over.wait(EVERY):
        with resources.database.read() as session:
            job_ids = session.scalars(waiting).all()
        for job_id in job_ids:
            _draw(resources, job_id, draw)


def _draw(resources: Resources, job_id: int, draw: Callable[..., bytes]) -> None:
    attempt = claimed(resources, job_id)
    parts = resources.database, resources.store
    try:
        perform_plot(attempt.claim.subject, job_id, attempt, *parts, draw, LONG)
    except RoundhouseError as error:
        with attempt.write() as unit:
            attempt.finish(unit, states.FAILED, {"type": error.code, "detail": error.detail})

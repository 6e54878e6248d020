"""Toy workers and a clock as real processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from app.db.engine import Database
from app.db.uow import NewJob
from app.models import Job
from app.resources import Resources
from app.settings import Settings
from harness.eventually import eventually
from tests.workers.toys import TABLES

Start = Callable[..., "subprocess.Popen[bytes]"]


@contextmanager
def processes(settings: Settings) -> Iterator[Start]:
    """Start ``python -m`` modules that end with the context."""
    started: list[subprocess.Popen[bytes]] = []

    def run(*words: str, **environment: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", *words]
        process = subprocess.Popen(
            command, env={**os.environ, **settings.environment(), **environment}
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Start ``python -m`` modules that end with the test."""
    with processes(settings) as started:
        yield started


@pytest.fixture
def toy_worker(start: Start, toy_tables: None) -> Callable[..., "subprocess.Popen[bytes]"]:
    """Start a worker of toy jobs."""
    return lambda **env: start("tests.workers.toys", "io", str(os.getpid()), **env)


@pytest.fixture
def clock(start: Start) -> "subprocess.Popen[bytes]":
    """A running clock."""
    return start("workers.clock", "--parent", str(os.getpid()))


@pytest.fixture
def toy_tables(database: Database) -> None:
    with database.write() as unit:
        for statement in TABLES:
            unit.session.execute(text(statement))


@pytest.fixture
def queue_job(resources: Resources) -> Callable[..., int]:
    """Queue a job, ringing the real bell."""
    from app.jobs.dispatch import RedisDoorbell

    resources.database.doorbell = RedisDoorbell(resources.redis)

    def queue(kind: str = "toy", subject: str = "thing:1") -> int:
        with resources.database.write() as unit:
            job = unit.enqueue(NewJob(kind=kind, queue="io", subject=subject))
        return job.id

    return queue


@pytest.fixture
def wait_for(database: Database) -> Callable[..., Job]:
    """Wait until a job is in one of the states; fail with what it is in."""

    def wait(job_id: int, *states: str, seconds: float = 120) -> Job:
        def job() -> Job:
            with database.read() as session:
                return session.get_one(Job, job_id)

        try:
            return eventually(lambda: (now := job()).state in states and now, seconds, every=0.05)
        except AssertionError:
            pytest.fail(f"job {job_id} is {job().state}, not {states}: {job().error}")

    return wait

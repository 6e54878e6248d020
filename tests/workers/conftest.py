"""Toy workers and a clock as real processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from app.db.engine import Database
from app.db.uow import NewJob
from app.models import Job
from app.resources import Resources
from app.settings import Settings
from harness.chaos.warm import WarmProcess
from harness.eventually import eventually
from tests.workers.toys import TABLES

Start = Callable[..., "subprocess.Popen[bytes]"]
StartWarm = Callable[..., WarmProcess]
TOYS = "tests.workers.toys"


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

    try:
        yield run
    finally:
        _end(started)


def _end(started: "Sequence[subprocess.Popen[bytes] | WarmProcess]") -> None:
    for process in started:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[StartWarm]:
    """Be parts of ``toys`` until the test ends: a dozen interpreters would import for a minute."""
    started: list[WarmProcess] = []

    def run(part: str, **more: str) -> WarmProcess:
        environment = {**os.environ, **settings.environment(), **more}
        process = WarmProcess(TOYS, [part], environment, log=tmp_path / f"{part}.log")
        started.append(process)
        return process

    yield run
    _end(started)


@pytest.fixture
def toy_worker(start: StartWarm, toy_tables: None) -> Callable[..., WarmProcess]:
    """Start a worker of toy jobs."""
    return lambda **environment: start("io", **environment)


@pytest.fixture
def clock(start: StartWarm) -> WarmProcess:
    """A running clock."""
    return start("clock")


@pytest.fixture
def toy_tables(database: Database) -> None:
    with database.write() as unit:
        for statement in TABLES:
            unit.session.execute(text(statement))


@pytest.fixture
def queue_job(resources: Resources) -> Callable[..., int]:
    """Queue a job, ringing the real bell."""
    from app.jobs.doorbell import RedisDoorbell

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

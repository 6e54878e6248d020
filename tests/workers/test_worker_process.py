"""A real worker, a real clock and a real Redis: jobs survive what happens to them.

What a database does when a holder dies, leaves or is given up, test_job_engine asks of both kinds.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
from sqlalchemy import text

from app.db.engine import Database
from app.models import Job
from app.supervisor.child import ROOT
from app.supervisor.pulse import Pulse
from harness.eventually import eventually
from tests.support.databases import ON_ONE_DATABASE


def effects(database, job_id: int) -> int:
    with database.read() as session:
        query = text("SELECT count(*) FROM toy_effects WHERE job_id = :j")
        return session.scalar(query, {"j": job_id})


WAITS_AT = 2
KILLS, SHOWN_SECONDS = 3, 15.0
WAITING = {"TOY_WAITS_AT": str(WAITS_AT)}


@pytest.fixture
def wait_at_its_step(database) -> Callable[[int], None]:
    """Wait until the first attempt has come to the step at which it waits."""

    def wait(job_id: int) -> None:
        def step() -> int | None:
            with database.read() as session:
                return session.get_one(Job, job_id).checkpoint_step

        eventually(lambda: step() == WAITS_AT - 1, every=0.05)

    return wait


def trail(database, job_id: int) -> list[tuple[int, int]]:
    """Return attempt and number of every step that was done."""
    with database.read() as session:
        query = text("SELECT attempt, step FROM toy_steps WHERE job_id = :j ORDER BY attempt, step")
        return [tuple(row) for row in session.execute(query, {"j": job_id})]


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def child_of(worker) -> psutil.Process:
    return eventually(psutil.Process(worker.pid).children)[0]


def test_a_job_is_done_once(toy_worker, queue_job, wait_for, database) -> None:
    toy_worker()
    job_id = queue_job()
    assert wait_for(job_id, "succeeded").attempt == 1
    assert effects(database, job_id) == 1


def test_a_killed_work_horse_is_lost_at_once_and_goes_on_from_its_checkpoint(
    toy_worker, queue_job, wait_for, wait_at_its_step, database, request
) -> None:
    worker = toy_worker(**WAITING)
    job_id = queue_job()
    wait_at_its_step(job_id)
    child_of(worker).kill()
    # no clock runs: only its worker can have said so, and nobody takes it before it was seen
    assert "signal 9" in wait_for(job_id, "lost").error["detail"]
    request.getfixturevalue("clock")
    assert wait_for(job_id, "succeeded").attempt == 2
    assert effects(database, job_id) == 1
    assert trail(database, job_id) == [(1, 0), (1, 1), (2, 2), (2, 3), (2, 4)]


@ON_ONE_DATABASE
def test_no_work_horse_outlives_a_killed_worker(
    toy_worker, clock, queue_job, wait_for, wait_at_its_step, database
) -> None:
    worker = toy_worker(**WAITING)
    job_id = queue_job()
    wait_at_its_step(job_id)
    child = child_of(worker)
    worker.kill()
    worker.wait()
    eventually(lambda: is_gone(child))
    wait_for(job_id, "lost")
    toy_worker()
    wait_for(job_id, "succeeded")
    assert effects(database, job_id) == 1


@ON_ONE_DATABASE
def test_a_worker_that_is_asked_to_leave_gives_its_job_back(
    toy_worker, clock, queue_job, wait_for, wait_at_its_step, database
) -> None:
    worker = toy_worker(**WAITING)
    job_id = queue_job()
    wait_at_its_step(job_id)
    worker.send_signal(signal.SIGTERM)
    worker.wait()
    job = wait_for(job_id, "queued")
    assert job.deaths == 0
    toy_worker()
    wait_for(job_id, "succeeded")
    assert effects(database, job_id) == 1


@ON_ONE_DATABASE
def test_a_job_that_always_kills_its_worker_is_given_up(
    toy_worker, clock, queue_job, wait_for
) -> None:
    toy_worker()
    job = wait_for(queue_job("crash"), "failed")
    assert job.error["type"] == "poison"


@ON_ONE_DATABASE
def test_an_unexpected_error_fails_the_job_without_its_internals(
    toy_worker, queue_job, wait_for
) -> None:
    toy_worker()
    job = wait_for(queue_job("fail"), "failed")
    assert "ZeroDivisionError" in job.error["detail"]
    assert "secret" not in job.error["detail"]


@ON_ONE_DATABASE
def test_a_store_that_is_away_ends_the_attempt_and_not_the_job(
    toy_worker, queue_job, database
) -> None:
    toy_worker()
    job_id = queue_job("storeless")
    eventually(lambda: waits_for(database, job_id) == "storage_away", every=0.05)


def waits_for(database: Database, job_id: int) -> str | None:
    with database.read() as session:
        job = session.get_one(Job, job_id)
    assert job.deaths == 0
    return job.waits_for


def test_stopping_ends_a_job_at_its_next_step(
    toy_worker, resources, queue_job, wait_for, wait_at_its_step, database
) -> None:
    toy_worker(**WAITING)
    job_id = queue_job()
    wait_at_its_step(job_id)
    with database.write() as unit:
        resources.jobs.request_stop(unit, "thing:1")
    wait_for(job_id, "cancelled")
    assert effects(database, job_id) == 0


def test_a_paused_worker_that_wakes_late_writes_nothing_more(
    toy_worker, clock, queue_job, wait_for, wait_at_its_step, database
) -> None:
    worker = toy_worker(**WAITING)
    job_id = queue_job()
    wait_at_its_step(job_id)
    child = child_of(worker)
    child.suspend()
    wait_for(job_id, "lost")
    toy_worker()
    wait_for(job_id, "succeeded")
    child.resume()
    eventually(lambda: is_gone(child))
    assert effects(database, job_id) == 1
    assert {attempt for attempt, step in trail(database, job_id) if step >= WAITS_AT} == {2}


@ON_ONE_DATABASE
def test_a_call_that_redis_lost_is_made_again(
    toy_worker, clock, queue_job, wait_for, redis
) -> None:
    job_id = queue_job()
    redis.flushall()
    toy_worker()
    assert wait_for(job_id, "succeeded").attempt == 1


BEATS_OFTEN = """
import workers.rq_worker
from tests.workers.toys import main
workers.rq_worker.BEAT_SECONDS = 0.2
main("io")
"""


@pytest.fixture
def heard_worker(settings, toy_tables) -> Iterator[tuple[subprocess.Popen, Pulse]]:
    """A worker that waits in its first job and beats often, and its pulse."""
    pulse = Pulse()
    environment = {**os.environ, **settings.environment(), **WAITING, **pulse.environment}
    command = [sys.executable, "-c", BEATS_OFTEN]
    worker = subprocess.Popen(command, env=environment, cwd=ROOT, pass_fds=[pulse.writer])
    pulse.started()
    yield worker, pulse
    worker.kill()
    worker.wait()
    pulse.close()


@ON_ONE_DATABASE
def test_a_worker_says_that_it_lives_while_its_work_horse_computes(
    heard_worker, queue_job, wait_at_its_step
) -> None:
    worker, pulse = heard_worker
    wait_at_its_step(queue_job())
    for _ in range(3):
        eventually(lambda: pulse.silence() > 0.0, every=0.02)
        eventually(lambda: pulse.silence() == 0.0, every=0.02)
    worker.send_signal(signal.SIGSTOP)  # its work-horse goes on, and says nothing of it
    eventually(lambda: pulse.silence() > 3.0, every=0.5)


@ON_ONE_DATABASE
@pytest.mark.full
def test_the_death_of_a_worker_and_its_work_horse_is_shown_within_fifteen_seconds(
    toy_worker, clock, queue_job, wait_for, wait_at_its_step
) -> None:
    waited = []
    for number in range(KILLS):
        worker = toy_worker(**WAITING)
        job_id = queue_job(subject=f"thing:{number}")
        wait_at_its_step(job_id)
        worker.kill()
        began = time.monotonic()
        wait_for(job_id, "lost")
        waited.append(round(time.monotonic() - began, 1))
        worker.wait()
    assert max(waited) <= SHOWN_SECONDS, waited

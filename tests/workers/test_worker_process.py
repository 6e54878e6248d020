"""A real worker, a real clock and a real Redis: jobs survive what happens to them.

What a database does when a holder dies, leaves or is given up, test_job_engine asks of both kinds.
"""

import signal

import psutil
from sqlalchemy import text

from harness.eventually import eventually
from tests.support.databases import ON_ONE_DATABASE


def effects(database, job_id: int) -> int:
    with database.read() as session:
        query = text("SELECT count(*) FROM toy_effects WHERE job_id = :j")
        return session.scalar(query, {"j": job_id})


def child_of(worker) -> psutil.Process:
    return eventually(psutil.Process(worker.pid).children)[0]


def test_a_job_is_done_once(toy_worker, queue_job, wait_for, database) -> None:
    toy_worker()
    job_id = queue_job()
    assert wait_for(job_id, "succeeded").attempt == 1
    assert effects(database, job_id) == 1


def test_a_killed_work_horse_is_lost_at_once_and_goes_on_from_its_checkpoint(
    toy_worker, clock, queue_job, wait_for, database
) -> None:
    worker = toy_worker(TOY_SECONDS="0.3")
    job_id = queue_job()
    wait_for(job_id, "running")
    child_of(worker).kill()
    assert "signal 9" in wait_for(job_id, "lost", seconds=5).error["detail"]
    assert wait_for(job_id, "succeeded").attempt == 2
    assert effects(database, job_id) == 1


@ON_ONE_DATABASE
def test_no_work_horse_outlives_a_killed_worker(
    toy_worker, clock, queue_job, wait_for, database
) -> None:
    worker = toy_worker(TOY_SECONDS="0.5")
    job_id = queue_job()
    wait_for(job_id, "running")
    child = child_of(worker)
    worker.kill()
    worker.wait()
    psutil.wait_procs([child], timeout=2)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    wait_for(job_id, "lost", seconds=15)
    toy_worker()
    wait_for(job_id, "succeeded")
    assert effects(database, job_id) == 1


@ON_ONE_DATABASE
def test_a_worker_that_is_asked_to_leave_gives_its_job_back(
    toy_worker, clock, queue_job, wait_for, database
) -> None:
    worker = toy_worker(TOY_SECONDS="0.4")
    job_id = queue_job()
    wait_for(job_id, "running")
    worker.send_signal(signal.SIGTERM)
    worker.wait(10)
    job = wait_for(job_id, "queued", seconds=5)
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
    toy_worker, queue_job, wait_for
) -> None:
    toy_worker()
    assert wait_for(queue_job("storeless"), "lost").attempt == 1


def test_stopping_ends_a_job_at_its_next_step(
    toy_worker, resources, queue_job, wait_for, database
) -> None:
    toy_worker(TOY_SECONDS="0.5")
    job_id = queue_job()
    wait_for(job_id, "running")
    with database.write() as unit:
        resources.jobs.request_stop(unit, "thing:1")
    wait_for(job_id, "cancelled", seconds=10)
    assert effects(database, job_id) == 0


def test_a_paused_worker_that_wakes_late_writes_nothing_more(
    toy_worker, clock, queue_job, wait_for, database
) -> None:
    worker = toy_worker(TOY_SECONDS="0.4")
    job_id = queue_job()
    wait_for(job_id, "running")
    child = child_of(worker)
    child.suspend()
    wait_for(job_id, "lost", seconds=15)
    toy_worker(TOY_SECONDS="0.05")
    wait_for(job_id, "succeeded")
    child.resume()
    psutil.wait_procs([child], timeout=3)
    assert effects(database, job_id) == 1
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


@ON_ONE_DATABASE
def test_a_call_that_redis_lost_is_made_again(
    toy_worker, clock, queue_job, wait_for, redis
) -> None:
    job_id = queue_job()
    redis.flushall()
    toy_worker()
    wait_for(job_id, "succeeded")

"""The life of a job as changes of one row, on both databases."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.db.engine import Database
from app.db.types import database_time
from app.db.uow import NewJob, UnitOfWork
from app.errors import Conflict
from app.jobs import states
from app.jobs.engine import Claim, JobEngine, newest_job
from app.jobs.errors import LeaseLost
from app.jobs.reconcile import POISON_LIMIT, expire_leases, report_death
from app.jobs.waiting import MAX_DELAY_SECONDS
from app.jobs.watch import LeaseWatch
from app.models import Job
from app.outage_kinds import DATABASE_AWAY, DISK_FULL, DISK_READ_ONLY

pytestmark = pytest.mark.one_process

LEASE = 600.0  # seconds, longer than any test: one that is about the end of a lease says when


class Followed:
    """An observer that remembers what it was passed."""

    def __init__(self) -> None:
        self.states: list[str] = []

    def __call__(self, unit: UnitOfWork, job: Job) -> None:
        self.states.append(job.state)


@pytest.fixture
def followed() -> Followed:
    return Followed()


@pytest.fixture
def jobs(database: Database, followed: Followed) -> JobEngine:
    return JobEngine(database, {"test": followed}, LEASE)


def queue_job(database: Database, subject: str = "thing:1") -> int:
    with database.write() as unit:
        job = unit.enqueue(NewJob(kind="test", queue="io", subject=subject))
    return job.id


def claimed(jobs: JobEngine, job_id: int, holder: str = "worker") -> Claim:
    claim = jobs.claim(job_id, holder)
    assert claim is not None
    return claim


def job_row(database: Database, job_id: int) -> Job:
    with database.read() as session:
        return session.get_one(Job, job_id)


def be_due(database: Database, job_id: int) -> None:
    with database.write() as unit:
        unit.session.get_one(Job, job_id).not_before = 0.0


def let_lease_run_out(database: Database, job_id: int) -> None:
    with database.write() as unit:
        unit.session.get_one(Job, job_id).lease_until = 1.0


def die(jobs: JobEngine, job_id: int) -> None:
    be_due(jobs.database, job_id)
    claim = claimed(jobs, job_id)
    report_death(jobs, job_id, claim.holder, "it fell over")


def test_a_queued_job_rings_for_a_worker_of_its_queue(database: Database, doorbell) -> None:
    job_id = queue_job(database)
    assert [(call.queue, call.job_id) for call in doorbell.jobs] == [("io", job_id)]


def test_only_one_of_two_workers_gets_the_job(jobs: JobEngine, database: Database) -> None:
    job_id = queue_job(database)
    assert claimed(jobs, job_id, "first").attempt == 1
    assert jobs.claim(job_id, "second") is None


def test_the_observer_follows_every_change_of_state(
    jobs: JobEngine, database: Database, followed: Followed
) -> None:
    claim = claimed(jobs, queue_job(database))
    jobs.start(claim)
    with jobs.fenced(claim) as unit:
        jobs.finish(unit, claim, states.SUCCEEDED)
    assert followed.states == ["starting", "running", "succeeded"]


def test_effects_and_end_are_one_commit(jobs: JobEngine, database: Database) -> None:
    claim = claimed(jobs, queue_job(database))
    with pytest.raises(ZeroDivisionError), jobs.fenced(claim) as unit:
        jobs.finish(unit, claim, states.SUCCEEDED)
        unit.session.add(Job(kind="test", queue="io", subject="effect", state="queued"))
        raise ZeroDivisionError
    assert job_row(database, claim.job_id).state == "starting"


def test_a_silent_worker_is_lost_and_its_late_write_is_refused_once_another_has_the_job(
    jobs: JobEngine, database: Database
) -> None:
    claim = claimed(jobs, queue_job(database))
    let_lease_run_out(database, claim.job_id)
    assert expire_leases(jobs) == 1
    assert job_row(database, claim.job_id).state == "lost"
    be_due(database, claim.job_id)
    claimed(jobs, claim.job_id, "another")
    with pytest.raises(LeaseLost), jobs.fenced(claim):
        pytest.fail("the fence let a lost attempt in")
    for ask in (jobs.beat, jobs.look):
        with pytest.raises(LeaseLost):
            ask(claim)


def test_a_silent_worker_that_wakes_goes_on_with_what_nobody_has_claimed(
    jobs: JobEngine, database: Database, followed: Followed
) -> None:
    claim = claimed(jobs, queue_job(database))
    for _ in range(POISON_LIMIT + 1):
        let_lease_run_out(database, claim.job_id)
        assert expire_leases(jobs) == 1
        assert job_row(database, claim.job_id).deaths == 1
        assert jobs.look(claim) is False
        assert jobs.beat(claim) is False
        job = job_row(database, claim.job_id)
        assert (job.state, job.attempt, job.deaths, job.error) == ("running", 1, 0, None)
    assert followed.states == ["starting", *["lost", "running"] * (POISON_LIMIT + 1)]
    be_due(database, claim.job_id)
    assert jobs.claim(claim.job_id, "another") is None


def test_a_beating_worker_keeps_its_lease(jobs: JobEngine, database: Database) -> None:
    claim = claimed(jobs, queue_job(database))
    for _ in range(4):
        let_lease_run_out(database, claim.job_id)
        assert jobs.beat(claim) is False
        assert expire_leases(jobs) == 0


def test_a_lost_job_is_claimed_again_with_the_next_attempt_number(
    jobs: JobEngine, database: Database
) -> None:
    job_id = queue_job(database)
    die(jobs, job_id)
    be_due(database, job_id)
    assert claimed(jobs, job_id).attempt == 2


def test_a_lost_job_waits_a_moment_before_it_is_tried_again(
    jobs: JobEngine, database: Database
) -> None:
    job_id = queue_job(database)
    die(jobs, job_id)
    assert jobs.claim(job_id, "eager") is None


def test_a_job_that_kills_its_workers_is_given_up_with_a_reason(
    jobs: JobEngine, database: Database
) -> None:
    job_id = queue_job(database)
    for _ in range(POISON_LIMIT):
        die(jobs, job_id)
    job = job_row(database, job_id)
    assert job.state == "failed"
    assert job.error is not None
    assert "3 deaths in a row" in job.error["detail"]
    assert "it fell over" in job.error["detail"]


def test_a_new_checkpoint_starts_the_count_of_deaths_again(
    jobs: JobEngine, database: Database
) -> None:
    job_id = queue_job(database)
    for _ in range(POISON_LIMIT + 2):
        be_due(database, job_id)
        claim = claimed(jobs, job_id)
        with jobs.fenced(claim) as unit:
            jobs.note(unit, claim, checkpoint_step=1, checkpoint_attempt=claim.attempt)
        report_death(jobs, job_id, claim.holder, "it fell over")
    assert job_row(database, job_id).state == "lost"


def test_a_drained_worker_costs_no_attempt(jobs: JobEngine, database: Database) -> None:
    job_id = queue_job(database)
    for _ in range(POISON_LIMIT + 1):
        jobs.release(claimed(jobs, job_id))
    job = job_row(database, job_id)
    assert (job.state, job.deaths) == ("queued", 0)


def test_the_report_of_a_death_does_not_touch_a_newer_attempt(
    jobs: JobEngine, database: Database
) -> None:
    job_id = queue_job(database)
    old = claimed(jobs, job_id, "old")
    jobs.release(old)
    claimed(jobs, job_id, "new")
    report_death(jobs, job_id, old.holder, "late news")
    assert job_row(database, job_id).state == "starting"


def test_stopping_a_queued_job_ends_it_at_once(jobs: JobEngine, database: Database) -> None:
    job_id = queue_job(database)
    with database.write() as unit:
        jobs.request_stop(unit, "thing:1")
    assert job_row(database, job_id).state == "cancelled"
    assert jobs.claim(job_id, "late") is None


def test_a_running_job_learns_that_it_should_stop(jobs: JobEngine, database: Database) -> None:
    claim = claimed(jobs, queue_job(database))
    assert jobs.look(claim) is False
    with database.write() as unit:
        jobs.request_stop(unit, "thing:1")
    assert job_row(database, claim.job_id).state == "stopping"
    assert jobs.look(claim) is True
    assert jobs.beat(claim) is True


def test_a_job_that_dies_while_stopping_is_cancelled(jobs: JobEngine, database: Database) -> None:
    claim = claimed(jobs, queue_job(database))
    with database.write() as unit:
        jobs.request_stop(unit, "thing:1")
    report_death(jobs, claim.job_id, claim.holder, "killed")
    assert job_row(database, claim.job_id).state == "cancelled"


@pytest.mark.parametrize("end", states.TERMINAL)
def test_a_finished_job_never_changes(jobs: JobEngine, database: Database, end: str) -> None:
    claim = claimed(jobs, queue_job(database))
    with jobs.fenced(claim) as unit:
        jobs.finish(unit, claim, end)
    report_death(jobs, claim.job_id, claim.holder, "late")
    let_lease_run_out(database, claim.job_id)
    expire_leases(jobs)
    assert jobs.claim(claim.job_id, "again") is None
    with pytest.raises(LeaseLost):
        jobs.release(claim)
    with pytest.raises(Conflict), database.write() as unit:
        jobs.request_stop(unit, "thing:1")
    assert job_row(database, claim.job_id).state == end


def test_the_newest_job_of_a_subject_counts(database: Database) -> None:
    queue_job(database)
    newest = queue_job(database)
    with database.read() as session:
        job = newest_job(session, "thing:1")
        assert job is not None
        assert job.id == newest
        assert session.scalar(select(Job.id).where(Job.subject == "other")) is None


def wait(jobs: JobEngine, job_id: int, outage: str = DISK_FULL) -> float:
    """Claim and postpone once; return how many seconds later it may begin again."""
    be_due(jobs.database, job_id)
    jobs.postpone(claimed(jobs, job_id), outage)
    with jobs.database.read() as session:
        at = session.execute(select(database_time())).scalar_one()
        return session.get_one(Job, job_id).not_before - at


def test_an_outage_lets_a_job_wait_longer_each_time_and_never_gives_it_up(
    jobs: JobEngine, database: Database
) -> None:
    job_id = queue_job(database)
    delays = [wait(jobs, job_id) for _ in range(POISON_LIMIT + 3)]
    assert delays[0] < delays[1] < delays[2] < delays[3]
    assert delays[-1] == pytest.approx(MAX_DELAY_SECONDS, abs=2.0)
    job = job_row(database, job_id)
    assert (job.state, job.deaths, job.waits_for) == ("queued", 0, DISK_FULL)


def test_a_claim_ends_the_wait_and_a_checkpoint_the_count(
    jobs: JobEngine, database: Database
) -> None:
    job_id = queue_job(database)
    wait(jobs, job_id)
    wait(jobs, job_id)
    be_due(database, job_id)
    claim = claimed(jobs, job_id)
    assert job_row(database, job_id).waits_for is None
    with jobs.fenced(claim) as unit:
        jobs.note(unit, claim, checkpoint_step=1, checkpoint_attempt=claim.attempt)
    jobs.postpone(claim, DISK_FULL)
    assert job_row(database, job_id).outages == 1


def test_a_job_that_is_to_stop_ends_in_an_outage(jobs: JobEngine, database: Database) -> None:
    claim = claimed(jobs, queue_job(database))
    with database.write() as unit:
        jobs.request_stop(unit, "thing:1")
    jobs.postpone(claim, DISK_FULL)
    assert job_row(database, claim.job_id).state == "cancelled"


def test_a_death_by_an_outage_is_not_counted(jobs: JobEngine, database: Database) -> None:
    claim = claimed(jobs, queue_job(database))
    report_death(jobs, claim.job_id, claim.holder, "it fell over", DISK_READ_ONLY)
    job = job_row(database, claim.job_id)
    assert (job.state, job.deaths, job.waits_for) == ("queued", 0, DISK_READ_ONLY)


def test_leases_that_ran_out_while_the_database_took_nothing_are_no_deaths(
    jobs: JobEngine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = claimed(jobs, queue_job(database))
    let_lease_run_out(database, claim.job_id)
    watch = LeaseWatch(LEASE)
    with monkeypatch.context() as patched:
        patched.setattr(database, "write", refused)
        with pytest.raises(OperationalError):
            expire_leases(jobs, watch)
    assert expire_leases(jobs, watch) == 1
    job = job_row(database, claim.job_id)
    assert (job.state, job.deaths, job.waits_for) == ("queued", 0, DATABASE_AWAY)


def refused() -> None:
    """Be a database that does not answer."""
    raise OperationalError("BEGIN", {}, Exception("gone"))

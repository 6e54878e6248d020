"""The checker sees what must not be: a harness that cannot fail proves nothing."""

import time

import pytest
from sqlalchemy import insert

from app.clock import now
from app.db.engine import Database
from app.models import Job
from harness.chaos.check import ChaosVerdict, judge
from harness.chaos.faults import Fault
from harness.chaos.load import STEPS, JobMoved, effects, steps, tables, topic_of

HOLDER = "io-host-4711-abc:1"


@pytest.fixture
def ledger(database: Database) -> Database:
    tables.create_all(database.engine)
    return database


def a_job(database: Database, state: str = "succeeded", kind: str = "work", **values) -> int:
    """Write a job that went well, but for ``values``."""
    job = Job(
        kind=kind,
        queue="io",
        subject="chaos:1",
        state=state,
        created_at=now(),
        **{"attempt": 1, "deaths": 0, **values},
    )
    with database.write() as unit:
        unit.session.add(job)
    return job.id


def leave(database: Database, job_id: int, trail=None, count: int = 1) -> None:
    """Write the steps (attempt, step) and effects that a job left."""
    trail = [(1, step) for step in range(STEPS)] if trail is None else trail
    with database.write() as unit:
        for attempt, step in trail:
            row = {"job_id": job_id, "attempt": attempt, "step": step}
            unit.session.execute(insert(steps).values(row))
        for _ in range(count):
            unit.session.execute(insert(effects).values({"job_id": job_id, "attempt": 1}))


def move(database: Database, job_id: int, state: str, attempt: int = 1, holder=HOLDER) -> None:
    moved = JobMoved(state=state, attempt=attempt, holder=holder, error=None)
    with database.write() as unit:
        unit.publish(topic_of(job_id), moved)


def judged(
    database: Database, submitted: dict[int, str], faults: tuple[Fault, ...] = ()
) -> ChaosVerdict:
    with database.read() as session:
        return judge(session, submitted, faults)


def test_a_job_that_went_well_is_no_finding(ledger) -> None:
    job_id = a_job(ledger)
    leave(ledger, job_id)
    assert judged(ledger, {job_id: "work"}).all_faults == []


@pytest.mark.parametrize("state", ["queued", "starting", "running", "stopping", "lost"])
def test_a_job_without_an_end_is_lost(ledger, state) -> None:
    job_id = a_job(ledger, state)
    assert len(judged(ledger, {job_id: "work"}).lost) == 1


def test_a_job_whose_row_is_gone_is_lost(ledger) -> None:
    assert judged(ledger, {99: "work"}).lost == ["job 99 is gone"]


def test_two_effects_are_one_too_many(ledger) -> None:
    job_id = a_job(ledger)
    leave(ledger, job_id, count=2)
    assert len(judged(ledger, {job_id: "work"}).duplicate_effects) == 1


def test_a_step_done_twice_is_found(ledger) -> None:
    job_id = a_job(ledger)
    leave(ledger, job_id, [*[(1, step) for step in range(STEPS)], (2, STEPS - 1)])
    assert len(judged(ledger, {job_id: "work"}).duplicate_effects) == 1


def test_a_write_of_an_attempt_that_was_over_is_found(ledger) -> None:
    job_id = a_job(ledger)
    leave(ledger, job_id, [(1, 0), (2, 1), (1, 2), (2, 3), (2, 4)])
    assert len(judged(ledger, {job_id: "work"}).stale_writes) == 1


WRONG = {
    "a success without effect": ("succeeded", "work", "work", 0),
    "an effect of a cancelled job": ("cancelled", "work", "stopped", 1),
    "work that failed by itself": ("failed", "work", "work", 0),
    "work that nobody stopped": ("cancelled", "work", "work", 0),
    "poison that succeeded": ("succeeded", "poison", "poison", 0),
    "a broken job that succeeded": ("succeeded", "broken", "broken", 0),
}


@pytest.mark.parametrize(("state", "kind", "meant", "count"), WRONG.values(), ids=WRONG)
def test_a_wrong_end_is_found(ledger, state, kind, meant, count) -> None:
    job_id = a_job(ledger, state, kind)
    leave(ledger, job_id, count=count)
    assert judged(ledger, {job_id: meant}).wrong


def test_the_time_to_lost_counts_from_the_fault(ledger) -> None:
    job_id = a_job(ledger, attempt=2, deaths=1)
    leave(ledger, job_id)
    move(ledger, job_id, "starting")
    move(ledger, job_id, "running")
    fault = Fault(kind="worker killed", at=time.time(), pid=4711, is_deadly=True)
    time.sleep(0.05)
    move(ledger, job_id, "lost", holder=None)
    move(ledger, job_id, "starting", attempt=2)
    move(ledger, job_id, "running", attempt=2)
    verdict = judged(ledger, {job_id: "work"}, (fault,))
    assert verdict.lost_seconds[0] >= 0.05
    assert verdict.recovery_seconds[0] >= verdict.lost_seconds[0]
    assert verdict.silent == []


def test_a_lease_that_was_lost_without_a_fault_is_named(ledger) -> None:
    job_id = a_job(ledger, attempt=2, deaths=1)
    leave(ledger, job_id)
    move(ledger, job_id, "starting")
    move(ledger, job_id, "lost", holder=None)
    fault = Fault(kind="worker killed", at=time.time(), pid=1, is_deadly=True)
    assert len(judged(ledger, {job_id: "work"}, (fault,)).silent) == 1


def killed_before_the_claim(database: Database, kind: str, pid: int = 4711) -> ChaosVerdict:
    """Judge a job that was claimed a moment after a fault, and lost."""
    job_id = a_job(database, attempt=2, deaths=1)
    leave(database, job_id)
    fault = Fault(kind=kind, at=time.time(), pid=pid, is_deadly=True)
    time.sleep(0.2)
    move(database, job_id, "starting")
    move(database, job_id, "lost", holder=None)
    return judged(database, {job_id: "work"}, (fault,))


@pytest.mark.parametrize("kind", ["worker killed", "both killed"])
def test_what_a_dying_work_horse_still_claims_is_lost_by_its_worker_s_death(ledger, kind) -> None:
    verdict = killed_before_the_claim(ledger, kind)
    assert verdict.silent == []
    assert verdict.lost_seconds[0] >= 0.2


def test_a_work_horse_that_was_killed_before_explains_no_later_claim(ledger) -> None:
    assert len(killed_before_the_claim(ledger, "work-horse killed").silent) == 1


def test_another_worker_s_death_explains_no_claim(ledger) -> None:
    assert len(killed_before_the_claim(ledger, "worker killed", pid=1).silent) == 1

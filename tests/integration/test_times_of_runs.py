"""The times of a run follow its jobs in the database, and older runs get theirs from the jobs."""

from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import update

from app.clock import now
from app.db.engine import Database
from app.db.migrate import SCRIPTS, migrate
from app.jobs.engine import JobEngine
from app.jobs.reconcile import report_death
from app.models.job import Job
from app.models.run import Run
from services.runs.job_sync import follow_job
from services.runs.resume import resume_run
from services.runs.times import times_of
from tests.factories.people import make_actor, make_user
from tests.factories.runs import LONG_AGO, make_job, make_run

pytestmark = pytest.mark.one_process


def age(database: Database, run_id: int, seconds: float) -> None:
    """Let the phase of a run have lasted for some seconds already."""
    with database.write() as unit:
        run = unit.session.get_one(Run, run_id)
        run.phase_since = now() - timedelta(seconds=seconds)
        unit.session.execute(update(Job).values(not_before=0.0))


def times(database: Database, run_id: int) -> list[float]:
    with database.read() as session:
        measured = times_of(session.get_one(Run, run_id))
    return [measured.waiting_seconds, measured.running_seconds, measured.stopped_seconds]


def test_a_run_is_timed_through_death_stop_and_resume(database: Database) -> None:
    engine = JobEngine(database, {"train_run": follow_job}, 60.0)
    actor = make_actor(database)
    run = make_run(database, actor.user_id, status="queued", start_time=now())
    job = make_job(database, run, "queued")
    age(database, run.id, 10)
    claim = engine.claim(job.id, "first")
    assert claim is not None
    engine.start(claim)
    age(database, run.id, 100)
    report_death(engine, job.id, "first", "it fell over")
    age(database, run.id, 4)
    claim = engine.claim(job.id, "second")
    assert claim is not None
    age(database, run.id, 50)
    with engine.fenced(claim) as unit:
        engine.finish(unit, claim, "failed", {"type": "x", "detail": "y"})
    assert times(database, run.id) == pytest.approx([14, 150, 0], abs=2)
    age(database, run.id, 7200)
    resume_run(database, actor, str(run.id))
    age(database, run.id, 3)
    assert times(database, run.id) == pytest.approx([17, 150, 7200], abs=2)
    with database.read() as session:
        assert session.get_one(Run, run.id).duration_seconds is None


def move(database: Database, revision: str) -> None:
    with database.engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(SCRIPTS))
        command.downgrade(config, revision)


def at(minutes: int) -> Any:
    return LONG_AGO + timedelta(minutes=minutes)


def test_older_runs_get_their_times_from_their_jobs(database: Database) -> None:
    owner = make_user(database).id
    resumed = make_run(database, owner, end_time=at(100))
    make_job(database, resumed, "cancelled", created_at=at(0), started_at=at(2), finished_at=at(12))
    make_job(database, resumed, "succeeded", created_at=at(90), started_at=at(95),
             finished_at=at(100))  # fmt: skip
    logged = make_run(database, owner, origin="logged", end_time=at(30))
    make_job(database, logged, "succeeded", created_at=at(29), started_at=at(29),
             finished_at=at(30))  # fmt: skip
    imported = make_run(database, owner, origin="imported", end_time=at(7))
    unheard = make_run(database, owner, status="cancelled", end_time=at(5))
    make_job(database, unheard, "cancelled", created_at=at(0), finished_at=at(5))
    running = make_run(database, owner, status="in_progress")
    make_job(database, running, "running", created_at=at(0), started_at=at(3))
    lost = make_run(database, owner, status="in_progress")
    make_job(database, lost, "lost", created_at=at(0), started_at=at(3))
    move(database, "0014")
    migrate(database)
    with database.read() as session:
        times = {
            run.id: (run.waiting_seconds / 60, run.running_seconds / 60, run.stopped_seconds / 60,
                     run.phase, run.duration_seconds and run.duration_seconds / 60)
            for run in session.query(Run)
        }  # fmt: skip
        since = session.get_one(Run, running.id).phase_since
    assert times == {
        resumed.id: (7, 15, 78, "ended", 15),
        logged.id: (0, 30, 0, "ended", 30),
        imported.id: (0, 7, 0, "ended", 7),
        unheard.id: (5, 0, 0, "ended", 0),
        running.id: (3, 0, 0, "running", None),
        lost.id: (0, 0, 0, "waiting", None),  # since its start
    }
    assert since == at(3)

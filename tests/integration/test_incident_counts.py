"""Counts of incidents are right however many workers fail at once."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app.db.uow import NewJob
from app.jobs import states
from app.models.incident import Incident, IncidentDay, IncidentRoute, JobFailure
from tests.factories.datasets import claimed
from tests.factories.people import make_user
from tests.factories.runs import make_run

WORKERS, JOBS = 4, 24


def end(attempt) -> None:
    with attempt.write() as unit:
        unit.raised = ValueError("loss is nan")
        attempt.finish(unit, states.FAILED, {"type": "ValueError", "detail": "It broke."})


def test_failures_at_the_same_moment_are_one_incident_that_counts_each_once(resources) -> None:
    owner = make_user(resources.database).id
    attempts = [claimed(resources, queued(resources, owner)) for _ in range(JOBS)]
    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(end, attempts))
    with resources.database.read() as session:
        (incident,) = session.scalars(select(Incident)).all()
        assert incident.count == JOBS
        assert session.scalar(select(func.sum(IncidentDay.count))) == JOBS
        assert session.scalars(select(JobFailure.incident_id).distinct()).all() == [incident.id]
        assert session.scalar(select(func.count()).select_from(IncidentRoute)) == 1


def queued(resources, owner: int) -> int:
    run = make_run(resources.database, owner, status="queued")
    with resources.database.write() as unit:
        subject = f"run:{run.id}"
        job = unit.enqueue(NewJob(kind="train_run", queue="train", subject=subject, owner_id=owner))
    return job.id

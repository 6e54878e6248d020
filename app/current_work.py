"""Who runs what now: the jobs that workers hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.auth.access import visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.jobs import outside, states
from app.models.job import Job
from app.models.run import Run
from app.models.run_import import RunImport
from app.models.user import User
from app.topics import number_of

SUBJECTS: Mapping[str, Any] = {"run": Run, "import": RunImport}


@dataclass(frozen=True, kw_only=True)
class CurrentJob:
    """A job in hand. What it is about, and whose, is None where the reader may not know it."""

    job_id: int
    kind: str
    queue: str
    state: str
    since: datetime | None
    worker: str | None
    attempt: int
    progress: float
    person: str | None
    subject: str | None
    name: str | None


def current_work(database: Database, actor: Actor) -> list[CurrentJob]:
    """Return the jobs that workers hold, the longest first.

    A job about something private of somebody else is there, as it takes a worker, without a name.
    """
    statement = (
        select(Job, User.name.label("person"))
        .outerjoin(User, User.id == Job.owner_id)
        .where(Job.state.in_(states.HELD), Job.queue != outside.QUEUE)
        .order_by(Job.started_at, Job.id)
    )
    with database.read() as session:
        rows = session.execute(statement).all()
        names: dict[str, str] = {}
        for kind, model in SUBJECTS.items():
            numbers = [number for job, _ in rows if (number := number_of(kind, job.subject))]
            if numbers:
                known = select(model.id, model.name).where(
                    model.id.in_(numbers), visible(model, actor)
                )
                names |= {f"{kind}:{row.id}": row.name for row in session.execute(known)}
    return [_current(job, person, names) for job, person in rows]


def _current(job: Job, person: str | None, names: Mapping[str, str]) -> CurrentJob:
    is_known = job.subject in names
    return CurrentJob(
        job_id=job.id,
        kind=job.kind,
        queue=job.queue,
        state=job.state,
        since=job.started_at,
        worker=job.holder.rpartition(":")[0] or job.holder if job.holder else None,
        attempt=job.attempt,
        progress=job.progress,
        person=person if is_known else None,
        subject=job.subject if is_known else None,
        name=names.get(job.subject),
    )

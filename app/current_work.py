"""Who runs what now: the jobs that workers hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.domains import SubjectKind
from app.jobs import outside, states
from app.models.job import Job
from app.models.user import User
from app.topics import name_of, number_of


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


def current_work(
    database: Database, actor: Actor, subjects: Mapping[str, SubjectKind]
) -> list[CurrentJob]:
    """Return the jobs that workers hold, the longest first.

    ``subjects`` says by the kind of a job what it is about. A job about something private of
    somebody else is there, as it takes a worker, without a name.
    """
    statement = (
        select(Job, User.name.label("person"))
        .outerjoin(User, User.id == Job.owner_id)
        .where(Job.state.in_(states.HELD), Job.queue != outside.QUEUE)
        .order_by(Job.started_at, Job.id)
    )
    with database.read() as session:
        rows = session.execute(statement).all()
        names = _names(session, actor, [job for job, _ in rows], subjects)
    return [_current(job, person, names) for job, person in rows]


def _names(
    session: Session, actor: Actor, jobs: Sequence[Job], subjects: Mapping[str, SubjectKind]
) -> dict[str, str]:
    """Return the names of what the jobs are about, as far as the actor may see it."""
    numbers: dict[SubjectKind, list[int]] = {}
    for job in jobs:
        about = subjects.get(job.kind)
        number = None if about is None else number_of(about.kind, job.subject)
        if about is not None and number is not None:
            numbers.setdefault(about, []).append(number)
    names: dict[str, str] = {}
    for about, ids in numbers.items():
        model = about.model
        known = select(model.id, model.name).where(model.id.in_(ids), visible(model, actor))
        names |= {name_of(about.kind, row.id): row.name for row in session.execute(known)}
    return names


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

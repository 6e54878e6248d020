"""Why a job waits, as a code for pages and a sentence for all others."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.types import database_time
from app.jobs import outside, states
from app.models.job import Job
from app.outage_kinds import DATABASE_AWAY, SENTENCES
from services.jobs.types import COUNT_LIMIT, Wait

Workers = Mapping[str, int] | None  # how many listen on each queue, None while Redis is away


def waits_of(session: Session, jobs: Sequence[Job], workers: Workers) -> dict[int, Wait]:
    """Return why each of ``jobs`` that waits does; those that are at work or over have none."""
    waiting = [job for job in jobs if job.state in states.CLAIMABLE]
    if not waiting:
        return {}
    at: float = session.execute(select(database_time())).scalar_one()
    queues = {job.queue for job in waiting}
    lines = {queue: _line(session, queue, max(job.id for job in waiting)) for queue in queues}
    busy = _busy(session, queues)
    return {job.id: _wait(job, at, lines[job.queue], busy[job.queue], workers) for job in waiting}


def _line(session: Session, queue: str, last: int) -> list[int]:
    """Return the ids of the jobs of a queue that could begin now, the first first."""
    query = (
        select(Job.id)
        .where(Job.queue == queue, Job.state.in_(states.CLAIMABLE), Job.id <= last)
        .where(Job.not_before <= database_time())
    )
    return list(session.scalars(query.order_by(Job.id).limit(COUNT_LIMIT)))


def _busy(session: Session, queues: set[str]) -> Counter[str]:
    query = (
        select(Job.queue, func.count())
        .where(Job.queue.in_(queues), Job.state.in_(states.HELD))
        .group_by(Job.queue)
    )
    return Counter(dict(session.execute(query).tuples().all()))


def _wait(job: Job, at: float, line: Sequence[int], busy: int, workers: Workers) -> Wait:
    if job.queue == outside.QUEUE:
        return Wait(code="external", detail="It waits for a sign of its external program.")
    if job.waits_for is not None:
        return _for_part(job)
    if job.not_before > at:
        return _later(job)
    if workers is None:
        return Wait(
            code="redis_away",
            detail="Redis cannot be reached, and workers are called through it.",
        )
    listening = workers.get(job.queue, 0)
    about: dict[str, str | int] = {"queue": job.queue, "workers": listening}
    if not listening:
        detail = f"No worker listens on the queue {job.queue}."
        return Wait(code="no_worker", detail=detail, params=about)
    ahead = bisect_left(line, job.id)
    if ahead:
        detail = f"{ahead} jobs are before it in the queue {job.queue}."
        return Wait(code="behind", detail=detail, params=about | {"ahead": ahead})
    if busy >= listening:
        detail = f"It is the next one in the queue {job.queue}: all workers are busy."
        return Wait(code="next", detail=detail, params=about)
    return Wait(code="soon", detail="A worker begins with it in a moment.", params=about)


def _for_part(job: Job) -> Wait:
    """Say which part of ours is away: the job goes on by itself, and nothing of it is lost."""
    code = job.waits_for if job.waits_for in SENTENCES else DATABASE_AWAY
    begins = _begins(job)
    detail = f"{SENTENCES[code]} It looks again at {begins}."
    return Wait(code=code, detail=detail, params={"at": begins, "outages": job.outages})


def _begins(job: Job) -> str:
    return datetime.fromtimestamp(job.not_before, UTC).isoformat(timespec="seconds")


def _later(job: Job) -> Wait:
    begins = _begins(job)
    params: dict[str, str | int] = {"at": begins, "deaths": job.deaths}
    if job.deaths:
        detail = f"Its worker died: it begins again at {begins}."
        return Wait(code="after_death", detail=detail, params=params)
    return Wait(code="not_before", detail=f"It begins at {begins}.", params=params)

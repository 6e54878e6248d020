"""Listing jobs, the newest first, page by page after the last id."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.job import Job
from services.jobs.matching import conditions, counts_by_state, newest_ids
from services.jobs.rows import rows_of
from services.jobs.types import JobPage, JobQuery
from services.jobs.waiting import waiting_executions
from services.jobs.waits import Workers


def list_jobs(
    database: Database,
    actor: Actor,
    query: JobQuery,
    *,
    limit: int,
    after: int | None,
    workers: Workers,
) -> JobPage:
    """Return a page of the actor's jobs; ``workers`` is how many listen on each queue."""
    with database.search() as session:
        parts = conditions(session, actor, query)
        ids = session.scalars(newest_ids(parts, query, after=after, limit=limit + 1)).all()
        counts = session.execute(counts_by_state(parts, query)).mappings().one()
        return JobPage(
            items=rows_of(session, _jobs(session, ids[:limit]), workers),
            next=ids[limit - 1] if len(ids) > limit else None,
            counts=dict(counts),
            waiting=waiting_executions(session, actor, query) if after is None else (),
        )


def _jobs(session: Session, ids: Sequence[int]) -> list[Job]:
    query = select(Job).where(Job.id.in_(ids)).order_by(Job.id.desc())
    return list(session.scalars(query))

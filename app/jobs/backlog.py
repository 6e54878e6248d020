"""How much work there is by queue, and how long it waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.types import database_time
from app.jobs import states
from app.models.job import Job

UNFINISHED = (*states.CLAIMABLE, *states.HELD)


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """Jobs that are not over: ``counts`` by queue and state, ages in seconds.

    ``oldest`` is the age of each queue's oldest queued job; ``lease_lag`` is for how long the most
    overdue lease has been over.
    """

    counts: Mapping[tuple[str, str], int]
    oldest: Mapping[str, float] = field(default_factory=dict)
    lease_lag: float = 0.0


def unfinished_jobs(session: Session) -> Backlog:
    """Return what waits and what is being done."""
    statement = (
        select(
            Job.queue,
            Job.state,
            func.count().label("jobs"),
            func.min(Job.created_at).label("oldest"),
            (database_time() - func.min(Job.lease_until)).label("lag"),
        )
        .where(Job.state.in_(UNFINISHED))
        .group_by(Job.queue, Job.state)
    )
    rows = session.execute(statement).all()
    lags = [row.lag for row in rows if row.state in states.HELD and row.lag is not None]
    return Backlog(
        counts={(row.queue, row.state): row.jobs for row in rows},
        oldest={
            row.queue: max(0.0, (now() - row.oldest).total_seconds())
            for row in rows
            if row.state == states.QUEUED
        },
        lease_lag=max(0.0, *lags) if lags else 0.0,
    )

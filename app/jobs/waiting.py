"""Waiting longer each time: after a death, and while a part of ours is away."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.types import database_time
from app.jobs import states
from app.models.job import Job
from app.outage_kinds import SENTENCES

FIRST_DELAY_SECONDS = 2.0
MAX_DELAY_SECONDS = 30.0
MAX_DOUBLINGS = 10  # more would be over the longest delay, and at last over a float


def wait_for(session: Session, job: Job, outage: str) -> None:
    """Let the held ``job`` wait until a part of ours is back; one that is to stop ends instead."""
    job.outages = 1 if job.checkpoint_attempt == job.attempt else job.outages + 1
    job.holder = job.lease_until = job.dispatched_at = None
    if job.stop_requested_at is not None:
        job.state, job.finished_at = states.CANCELLED, now()
        return
    job.state, job.waits_for = states.QUEUED, outage
    job.error = {"type": outage, "detail": SENTENCES[outage]}
    job.not_before = after_delay(session, job.outages)


def after_delay(session: Session, times: int) -> float:
    """Return when to begin again after so many ``times`` in a row, in seconds since 1970."""
    delay = FIRST_DELAY_SECONDS * 2.0 ** min(times - 1, MAX_DOUBLINGS)
    at: float = session.execute(select(database_time())).scalar_one()
    return at + min(delay, MAX_DELAY_SECONDS)

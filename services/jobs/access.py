"""Who may see jobs: their owner, and admins. For others there are none."""

from typing import Any

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.auth.actor import Actor
from app.errors import NotFound
from app.ids import MAX_ID, parse_id
from app.models.job import Job


def own_jobs(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which jobs are the actor's."""
    return own_rows(actor, Job.owner_id)


def own_rows(actor: Actor, owner_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Return the condition under which rows are the actor's, by the column of their owner."""
    if actor.is_admin:
        return true()
    return false() if actor.role == "viewer" else owner_id == actor.user_id


def require_job(session: Session, actor: Actor, number: int | str) -> Job:
    """Return a job. Raises NotFound where it is not the actor's, Invalid for what is no id."""
    job_id = parse_id(number, "job_id") if isinstance(number, str) else number
    row = None
    if job_id <= MAX_ID:
        row = session.scalar(select(Job).where(Job.id == job_id, own_jobs(actor)))
    if row is None:
        raise NotFound(f"Job {number} not found")
    return row

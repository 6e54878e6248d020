"""Which execution a job works for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.schedule import ExecutionAttempt


def execution_of_job(session: Session, job_id: int) -> int | None:
    """Return the id of the execution that a job is an attempt of, None where it is none."""
    query = select(ExecutionAttempt.execution_id).where(ExecutionAttempt.job_id == job_id)
    return session.scalar(query)

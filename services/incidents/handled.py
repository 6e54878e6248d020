"""What somebody has seen to already: failures of incidents that are not open."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from app.models.incident import OPEN, Incident, JobFailure


def is_handled(job_id: Any) -> ColumnElement[bool]:
    """Return whether the failure of a job belongs to an incident that is not open."""
    return exists().where(
        JobFailure.job_id == job_id, Incident.id == JobFailure.incident_id, Incident.state != OPEN
    )


def incident_ids(session: Session, job_ids: Sequence[int]) -> dict[int, int]:
    """Return the incidents of jobs that failed, by the jobs' numbers."""
    query = select(JobFailure.job_id, JobFailure.incident_id).where(JobFailure.job_id.in_(job_ids))
    return dict(session.execute(query).tuples().all()) if job_ids else {}

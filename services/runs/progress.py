"""How far runs have come."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from services.runs.statements import newest_jobs


def progress_of(session: Session, run_ids: Sequence[int]) -> dict[int, float]:
    """Return the share that is done, 0 to 1, of each run that has a job."""
    return {run_id: job.progress for run_id, job in newest_jobs(session, run_ids).items()}

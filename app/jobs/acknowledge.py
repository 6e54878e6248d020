"""Acknowledging a failure: its owner has seen it, and it needs nobody any more."""

from app.clock import now
from app.db.uow import UnitOfWork
from app.errors import Conflict
from app.jobs import states
from app.jobs.engine import newest_job


def acknowledge_failure(unit: UnitOfWork, subject: str, *, is_incomplete: bool = False) -> None:
    """Note that the failure of the newest job about ``subject`` was seen; twice is no error.

    So is one that ended without an error where what it made ``is_incomplete``. Raises Conflict
    where that job did not fail.
    """
    job = newest_job(unit.session, subject, lock=True)
    seen = (states.FAILED, states.SUCCEEDED) if is_incomplete else (states.FAILED,)
    if job is None or job.state not in seen:
        state = "gone" if job is None else job.state
        raise Conflict(f"It is {state}: only what failed is acknowledged.")
    job.acknowledged_at = job.acknowledged_at or now()

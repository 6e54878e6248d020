"""The jobs of connections: how they ended stands with the connection itself."""

from app.db.uow import UnitOfWork
from app.models.job import Job

REFRESH_JOB = "refresh_connection"
CHECK_JOB = "check_connection"


def follow_connection(unit: UnitOfWork, job: Job) -> None:
    """Do nothing: what is shown is written with the outcome."""

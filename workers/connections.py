"""The jobs of connections: a number in, one use case out; the job ends as the work did."""

from collections.abc import Callable
from typing import Any

from app.jobs import states
from app.resources import Resources
from services.connections.check import check_token
from services.connections.refresh import refresh
from services.connections.session import Write
from services.connections.topics import checked_connection, connection_id_of
from services.connections.types import Here
from services.scheduler.codes.errors import AttemptFailed
from workers.attempt import Attempt


def refresh_connection(attempt: Attempt, resources: Resources) -> None:
    """Bring the days of the connection that the job is about up to date."""
    here = Here.of(resources.database, resources.settings)
    number = connection_id_of(attempt.claim.subject)
    _perform(attempt, lambda write: refresh(here, number, write=write))


def check_connection(attempt: Attempt, resources: Resources) -> None:
    """Look whether the sign-in of the connection that the job is about still holds."""
    here = Here.of(resources.database, resources.settings)
    number = checked_connection(attempt.claim.subject)
    _perform(attempt, lambda write: check_token(here, number, write=write))


def _perform(attempt: Attempt, work: Callable[[Write], dict[str, Any]]) -> None:
    """Do ``work``, whose units of work commit only while the attempt holds the job."""
    state, error = states.SUCCEEDED, None
    try:
        work(attempt.write)
    except AttemptFailed as failed:
        state, error = states.FAILED, {"type": str(failed.code), "detail": failed.detail}
    with attempt.write() as unit:
        attempt.finish(unit, state, error)

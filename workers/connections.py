"""The jobs of connections: a number in, one use case out."""

from app.resources import Resources
from services.connections.check import check_token
from services.connections.refresh import refresh
from services.connections.topics import checked_connection, connection_id_of
from services.connections.types import Here
from workers.attempt import Attempt


def refresh_connection(attempt: Attempt, resources: Resources) -> None:
    """Bring the days of the connection that the job is about up to date. Raises AttemptFailed."""
    here = Here.of(resources.database, resources.settings)
    refresh(here, connection_id_of(attempt.claim.subject), write=attempt.write)


def check_connection(attempt: Attempt, resources: Resources) -> None:
    """Look whether the sign-in of the connection that the job is about still holds.

    Raises AttemptFailed.
    """
    here = Here.of(resources.database, resources.settings)
    check_token(here, checked_connection(attempt.claim.subject), write=attempt.write)

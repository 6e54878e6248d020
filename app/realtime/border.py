"""The border between the sockets and what answers them: the only place that catches everything.

One person's event that breaks must neither end the live server nor reach a client as a trace.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from app.errors import RoundhouseError

log = structlog.get_logger(__name__)


class Broken(RoundhouseError):
    """What nobody foresaw, in words for a person; its cause is what was raised."""

    code = "internal"
    status = 500


@contextmanager
def border() -> Iterator[None]:
    """Let a ``RoundhouseError`` pass and raise ``Broken`` for whatever else is raised inside."""
    try:
        yield
    except RoundhouseError:
        raise
    except Exception as error:
        raise Broken("Something broke on our side.") from error


def log_if_broken(event: str, error: RoundhouseError, **about: object) -> None:
    """Log the trace of what nobody foresaw; what a person did wrong needs no line."""
    if isinstance(error, Broken):
        log.error(event, exc_info=error, **about)

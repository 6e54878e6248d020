"""Waiting for the tables, which the web process makes: on a busy host it comes later."""

from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app import pulse
from app.db.engine import Database
from app.db.migrate import is_behind
from app.outages import report_failure

LOOK_SECONDS = 1.0

log = structlog.get_logger(__name__)


def await_schema(
    database: Database, wait: Callable[[float], object], is_over: Callable[[], bool]
) -> None:
    """Return when the database has the tables of this release, or as soon as ``is_over``.

    ``wait`` pauses for so many seconds. One that is ahead is left to whoever upgrades it.
    """
    is_first_look = True
    while not is_over() and _is_behind(database):
        if is_first_look:
            log.info("waiting for the tables, which the web process makes")
        is_first_look = False
        pulse.say_starting()
        wait(LOOK_SECONDS)


def _is_behind(database: Database) -> bool:
    try:
        return is_behind(database)
    except SQLAlchemyError as error:
        report_failure(error)
        return True

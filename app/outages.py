"""Saying that a part is away: a sentence with its address and the cause, then a count.

Loops that try again every second would write a line a second. Here the first failure of a part is
one line, then there is a line after 10 s, 30 s and every minute, and one when it answers again.

Every process meets an outage by itself. One of them says so on the screen that they share; the
others write it to their log files only (``is_said_elsewhere``).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.db.outage import is_outage
from app.errors import Unavailable
from app.outage_speaker import OutageSpeaker
from app.settings import Settings
from app.settings_values import without_password

log = structlog.get_logger(__name__)

DATABASE, REDIS, STORAGE = "database", "redis", "storage"
REMINDERS = (10.0, 30.0)  # seconds after the first failure; then once in LATER seconds
LATER = 60.0
FORGOTTEN = 300.0  # a failure after so long without one begins another outage
MAX_CAUSE_LENGTH = 300
SAID_ELSEWHERE = "is_said_elsewhere"  # of a line that another process writes to the screen


@dataclass
class _Outage:
    began: float
    last: float
    due: float
    attempts: int = 1


class OutageLog:
    """Counts the failures of each part and writes a line where one is due; safe in threads."""

    def __init__(
        self,
        names: dict[str, str],
        clock: Callable[[], float] = time.monotonic,
        speaker: OutageSpeaker | None = None,
    ) -> None:
        self._names = names
        self._speaker = speaker or OutageSpeaker(None)
        self._clock = clock
        self._outages: dict[str, _Outage] = {}
        self._refusals: dict[str, float] = {}
        self._lock = threading.Lock()

    def failed(self, part: str, cause: str, **context: Any) -> None:
        """Count a failure of ``part``; ``context`` is logged with the first one."""
        at, name = self._clock(), self._names.get(part, part)
        with self._lock:
            outage = self._outages.get(part)
            if outage is None or at - outage.last > FORGOTTEN:
                self._outages[part] = _Outage(began=at, last=at, due=at + REMINDERS[0])
                _say(f"{name} is unreachable: {cause}", self._speaker.take(part), **context)
                return
            outage.last, outage.attempts = at, outage.attempts + 1
            speaks = self._speaker.take(part)
            if at >= outage.due:
                outage.due = _next_due(outage.began, at)
                _say(f"{name} is still unreachable after {_count(outage, at)}", speaks)

    def refused(self, cause: str, **context: Any) -> None:
        """Log a failure that is no outage, the same one at most once in ``LATER`` seconds."""
        at = self._clock()
        with self._lock:
            if at < self._refusals.get(cause, 0.0):
                return
            self._refusals = {one: due for one, due in self._refusals.items() if due > at}
            self._refusals[cause] = at + LATER
        log.warning("attempt failed", cause=cause, **context)

    def reachable(self, part: str) -> None:
        """Note that ``part`` answers; it costs a look into a dictionary where nothing was wrong."""
        if part not in self._outages:
            return
        with self._lock:
            outage = self._outages.pop(part, None)
            if outage is not None:
                name = self._names.get(part, part)
                sentence = f"{name} is reachable again after {_count(outage, self._clock())}"
                _say(sentence, self._speaker.release(part))


_log = OutageLog({})


def name_parts(settings: Settings, folder: Path | None = None) -> None:
    """Say in later lines where the parts of these settings are.

    Processes that name the same ``folder`` share a screen.
    """
    global _log
    _log = OutageLog(names_of(settings), speaker=OutageSpeaker(folder))


def names_of(settings: Settings) -> dict[str, str]:
    """Return each part with its address, without passwords."""
    return {
        DATABASE: _database_name(settings.database_url),
        REDIS: f"Redis at {_place(settings.redis_url)}",
        STORAGE: f"The object store at {without_password(settings.storage_url)}",
    }


def report_failure(error: Exception, **context: Any) -> None:
    """Log ``error`` as an outage of its part; what is no outage is logged with its cause."""
    part = part_of(error)
    if part is None:
        _log.refused(cause_of(error), error=type(error).__name__, **context)
    else:
        _log.failed(part, cause_of(error), **context)


def report_reachable(part: str) -> None:
    """Note that ``part`` answers."""
    _log.reachable(part)


def outage_sentence(settings: Settings, error: Exception) -> str:
    """Return one sentence about ``error`` for somebody who called a command."""
    part = part_of(error)
    if part is None:
        return f"The database refused a statement: {cause_of(error)}."
    return f"{names_of(settings)[part]} is unreachable: {cause_of(error)}."


def part_of(error: Exception) -> str | None:
    """Return which part is away, None for an error of another kind."""
    if any(kind.__module__.startswith("redis.") for kind in type(error).__mro__):
        return REDIS  # known by name: the services, which import this, know no Redis
    if isinstance(error, SQLAlchemyError):
        return DATABASE if is_outage(error) else None
    return STORAGE if isinstance(error, Unavailable) else None


def cause_of(error: Exception) -> str:
    """Return the first line of what the driver said, without a password."""
    origin: BaseException = (error.orig or error) if isinstance(error, DBAPIError) else error
    text = getattr(origin, "detail", None) or str(origin) or type(origin).__name__
    return without_password(text.strip().splitlines()[0][:MAX_CAUSE_LENGTH].rstrip("."))


def _database_name(url: str) -> str:
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        return f"The SQLite file {parts.database}"
    host = parts.query.get("host", "") if parts.host is None else parts.host
    port = f":{parts.port}" if parts.port else ""
    return f"PostgreSQL at {host or 'localhost'}{port}"


def _place(url: str) -> str:
    parts = urlsplit(url)
    return parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}"


def _say(sentence: str, speaks: bool, **context: Any) -> None:  # noqa: FBT001 - a private helper
    log.error(sentence, **context, **({} if speaks else {SAID_ELSEWHERE: True}))


def _next_due(began: float, at: float) -> float:
    return next((began + after for after in REMINDERS if began + after > at), at + LATER)


def _count(outage: _Outage, at: float) -> str:
    return f"{at - outage.began:.0f} s, {outage.attempts} attempts"

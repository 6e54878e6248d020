"""Which part of ours an error says is away, in one word.

Such an error is nobody's fault but ours: it ends no job and no process, and whoever meets it goes
on when the part is back. Errors of disks are known by their numbers. Where a library keeps only
the words of the system, they are known by those.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.db.outage import PRIMARY, is_outage
from app.storage.base import StorageUnavailable

DISK_FULL, DISK_READ_ONLY, DISK_FAILING = "disk_full", "disk_read_only", "disk_failing"
DATABASE_AWAY, REDIS_AWAY, STORAGE_AWAY = "database_away", "redis_away", "storage_away"
OF_DISKS = (DISK_FULL, DISK_READ_ONLY, DISK_FAILING)
SENTENCES = {
    DISK_FULL: "The disk is full. It goes on by itself when there is room.",
    DISK_READ_ONLY: "The disk can only be read. It goes on by itself when it takes data again.",
    DISK_FAILING: "The disk does not take what is written. It goes on by itself when it does.",
    STORAGE_AWAY: "The object store does not answer. It goes on by itself when it is back.",
    DATABASE_AWAY: "The database did not answer. It goes on by itself when it does.",
    REDIS_AWAY: "Redis did not answer. It goes on by itself when it does.",
}

NUMBERS = {
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: DISK_FULL,
    errno.EROFS: DISK_READ_ONLY,
}
SQLITE = {
    sqlite3.SQLITE_FULL: DISK_FULL,
    sqlite3.SQLITE_READONLY: DISK_READ_ONLY,
    sqlite3.SQLITE_IOERR: DISK_FAILING,
}
POSTGRESQL = {"53100": DISK_FULL, "25006": DISK_READ_ONLY}
WORDS = {os.strerror(number): kind for number, kind in NUMBERS.items()} | {
    "507 Insufficient Storage": DISK_FULL,
    "XMinioStorageFull": DISK_FULL,
}
WORDY = ("safetensors", "pyarrow", "redis", "obstore", "torch")  # libraries that keep the words


def outage_of(error: BaseException) -> str | None:
    """Return the kind of outage that ``error`` says, None for an error of another kind."""
    causes = list(_causes(error))
    return next(
        (kind for look in (_of_disk, _of_part) for one in causes if (kind := look(one))), None
    )


def is_of_disk(error: BaseException) -> bool:
    """Return whether a disk took nothing, or does not give what it holds."""
    return outage_of(error) in OF_DISKS


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was raised for, as a traceback shows it."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        if isinstance(one, DBAPIError) and one.orig is not None:
            yield one.orig
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _of_disk(error: BaseException) -> str | None:
    if isinstance(error, sqlite3.Error):
        return SQLITE.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY)
    if (kind := POSTGRESQL.get(getattr(error, "sqlstate", None) or "")) is not None:
        return kind
    if isinstance(error, OSError) and error.errno is not None:
        return NUMBERS.get(error.errno)
    return _of_words(str(error)) if _is_wordy(error) else None


def _is_wordy(error: BaseException) -> bool:
    is_of_library = type(error).__module__.partition(".")[0] in WORDY
    return is_of_library or isinstance(error, OSError | RuntimeError)


def _of_words(text: str) -> str | None:
    return next((kind for words, kind in WORDS.items() if words in text), None)


def _of_part(error: BaseException) -> str | None:
    if type(error).__module__.startswith("redis."):
        return REDIS_AWAY
    if isinstance(error, SQLAlchemyError):
        return DATABASE_AWAY if is_outage(error) else None
    return STORAGE_AWAY if isinstance(error, StorageUnavailable) else None

"""Which errors are an outage of ours, by the objects that the libraries raise."""

import errno
import os
import sqlite3

import pytest
from redis.exceptions import ResponseError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.errors import Invalid, Unavailable
from app.outage_kinds import outage_of
from app.storage import StorageUnavailable


def of_sqlite(code: int) -> DBAPIError:
    origin = sqlite3.OperationalError("what SQLite says")
    origin.sqlite_errorcode = code
    return OperationalError("INSERT", {}, origin)


class OfPostgresql(Exception):
    """What psycopg raises, by its state."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


class TornWrite(Exception):
    """What a library raises that keeps only the words."""


TornWrite.__module__ = "safetensors"


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def of_system(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (of_system(errno.ENOSPC), "disk_full"),
        (of_system(errno.EDQUOT), "disk_full"),
        (of_system(errno.EROFS), "disk_read_only"),
        (of_sqlite(sqlite3.SQLITE_FULL), "disk_full"),
        (of_sqlite(sqlite3.SQLITE_READONLY), "disk_read_only"),
        (of_sqlite(sqlite3.SQLITE_IOERR | 3 << 8), "disk_failing"),
        (of_sqlite(sqlite3.SQLITE_BUSY), "database_away"),
        (DBAPIError("INSERT", {}, OfPostgresql("53100")), "disk_full"),
        (DBAPIError("INSERT", {}, OfPostgresql("25006")), "disk_read_only"),
        (OperationalError("COMMIT", {}, Exception("gone")), "database_away"),
        (ResponseError("MISCONF the file: No space left on device"), "disk_full"),
        (ResponseError("OOM"), "redis_away"),
        (StorageUnavailable("It does not answer."), "storage_away"),
        (caused(StorageUnavailable("No."), of_system(errno.ENOSPC)), "disk_full"),
        (TornWrite("I/O error: No space left on device (os error 28)"), "disk_full"),
    ],
)
def test_a_part_of_ours_that_is_away_is_known_by_what_it_raises(error, kind) -> None:
    assert outage_of(error) == kind


@pytest.mark.parametrize(
    "error",
    [
        ValueError("No space left on device"),  # what somebody's data may say
        of_system(errno.ENOENT),
        of_system(errno.ECONNREFUSED),  # of somebody's model server
        IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE")),
        Invalid("There is one class only."),
        Unavailable("Nobody forecasts."),
    ],
)
def test_any_other_error_is_no_outage(error) -> None:
    assert outage_of(error) is None


def test_a_circle_of_causes_ends() -> None:
    first, second = ValueError("one"), ValueError("two")
    first.__cause__, second.__cause__ = second, first
    assert outage_of(first) is None

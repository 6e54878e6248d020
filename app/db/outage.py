"""Distinguishing a database that is away from a statement that is wrong."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# what SQLite says of its file and its locks; everything else that it calls operational is ours
AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
}
REFUSED = {"53100", "25006"}  # of PostgreSQL: its disk is full, or it may only be read
PRIMARY = 0xFF  # an extended code of SQLite carries the primary one in its lowest byte


def is_outage(error: SQLAlchemyError) -> bool:
    """Return whether the same statement may well succeed a moment later."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return (getattr(error.orig, "sqlite_errorcode", 0) & PRIMARY) in AWAY
    if getattr(error.orig, "sqlstate", None) in REFUSED:
        return True
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)

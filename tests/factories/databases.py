"""Databases that break."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from app.db.engine import Database
from app.db.uow import UnitOfWork


class AnswerlessDatabase(Database):
    """A database whose connection breaks before the answer to a COMMIT arrives.

    It breaks at every one, or at the one of this ``number``, counted from 1.
    """

    def __init__(self, database: Database, number: int | None = None) -> None:
        """Commit to ``database``."""
        self.__dict__.update(vars(database))
        self.number, self.commits = number, 0

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Commit, and say that it is unknown whether that took place."""
        with super().write() as unit:
            yield unit
        self.commits += 1
        if self.number not in (None, self.commits):
            return
        raise OperationalError("COMMIT", {}, Exception("the server closed the connection"))


@contextmanager
def cut_at(database: Database, number: int) -> Iterator[list[str]]:
    """Cut the connection at the statement or COMMIT with this ``number``, counted from 1.

    Yield the statements until there. PostgreSQL ends the connection; on SQLite it is
    closed here.
    """
    url, numbers, seen = database.engine.url, count(1), list[str]()
    admin = create_engine(url, isolation_level="AUTOCOMMIT")

    def cut(connection: Any, statement: str) -> None:
        if next(numbers) == number:
            seen.append(statement)
            if database.is_sqlite:
                connection.invalidate()  # closes it, so that nothing of it is committed
                raise OperationalError(statement, {}, Exception("cut"))
            pid = connection.connection.dbapi_connection.info.backend_pid
            with admin.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    def at_statement(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        cut(connection, statement)

    def at_commit(connection: Any) -> None:
        cut(connection, "COMMIT")

    event.listen(database.engine, "before_cursor_execute", at_statement)
    event.listen(database.engine, "commit", at_commit)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", at_statement)
        event.remove(database.engine, "commit", at_commit)
        admin.dispose()

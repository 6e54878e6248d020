"""Databases that break."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from app.db.engine import Database
from app.db.uow import UnitOfWork


class AnswerlessDatabase(Database):
    """A database whose connection breaks before the answer to each COMMIT arrives."""

    def __init__(self, database: Database) -> None:
        """Commit to ``database``."""
        self.__dict__.update(vars(database))

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Commit, and say that it is unknown whether that took place."""
        with super().write() as unit:
            yield unit
        raise OperationalError("COMMIT", {}, Exception("the server closed the connection"))

"""One database of each kind for many tests: emptied between them, its engine kept open.

What costs is not the database but what comes with a new one: connecting, and compiling every
statement again, as SQLAlchemy caches those per engine.
"""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import pytest
import sqlalchemy.exc
from sqlalchemy import Engine, make_url, text

from app.db.engine import Database
from harness.eventually import eventually

# for what is refused or decided before a statement is made; ids and texts that are stored need both
ON_ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DRAIN_SECONDS = 5.0  # a use case goes on for a moment after the test that began it


SHARED: dict[str, Database] = {}  # by URL: who is given one of these does not close it


class SharedDatabase(Protocol):
    """A migrated database that a test may write to as it likes."""

    url: str

    def reset(self) -> None:
        """Make it as good as new."""

    def close(self) -> None:
        """Leave nothing open."""


class SharedSqlite:
    """A file that the template is copied over: what is still open keeps the file that it had."""

    def __init__(self, path: Path, template: Path) -> None:
        self._path, self._template = path, template
        self.url = f"sqlite:///{path}"
        self._database = SHARED[self.url] = Database(self.url)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def reset(self) -> None:
        """Put a copy of the template in place of the file.

        At no moment is there none: a use case that still runs would begin an empty one.
        """
        copy = shutil.copy(self._template, self._path.with_suffix(".new"))
        self._database.close()
        for ending in ("-wal", "-shm"):
            Path(f"{self._path}{ending}").unlink(missing_ok=True)
        Path(copy).replace(self._path)


# without the triggers and foreign keys, as rows go in any order; an unused sequence has no value
EMPTY = """
DO $$
DECLARE name text; has_rows boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  SET LOCAL lock_timeout = '2s';
  FOR name IN SELECT tablename FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO has_rows;
    IF has_rows THEN EXECUTE 'DELETE FROM ' || name; END IF;
  END LOOP;
  FOR name IN SELECT sequencename FROM pg_sequences
      WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    PERFORM setval(name::regclass, 1, false);
  END LOOP;
END $$
"""
# what a test may change besides rows: tables, columns, indexes, triggers that are off
SHAPE = """
SELECT concat_ws(' ',
  (SELECT string_agg(oid || ':' || relnatts, ',' ORDER BY oid) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace),
  (SELECT string_agg(oid || ':' || tgenabled::text, ',' ORDER BY oid) FROM pg_trigger),
  (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace))
"""


class SharedPostgresql:
    """A database whose rows are deleted; one that was changed otherwise is made again."""

    def __init__(self, server: Engine, url: str, template: str) -> None:
        self._server, self._template = server, template
        self._name = make_url(url).database
        self.url = url
        self._database = SHARED[url] = Database(url)
        self._create()

    def reset(self) -> None:
        """Delete all rows and count from 1 again."""
        try:
            if self._is_unused() and self._shape() == self._first_shape:
                with self._plain() as connection:
                    connection.execute(text(EMPTY))
                return
        except sqlalchemy.exc.DBAPIError:
            pass  # somebody holds on to a row, or the server was stopped under the connection
        self._create()

    def close(self) -> None:
        """Leave nothing on the server."""
        self._database.close()
        self._run(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")

    def _create(self) -> None:
        self.close()
        self._run(f"CREATE DATABASE {self._name} TEMPLATE {self._template} STRATEGY FILE_COPY")
        self._first_shape = self._shape()

    def _is_unused(self) -> bool:
        """Wait a moment for use cases that still run; return whether they have ended."""
        pool = self._database.engine.pool
        with suppress(AssertionError):
            return eventually(lambda: not pool.checkedout(), DRAIN_SECONDS)  # type: ignore[attr-defined]
        return False

    def _shape(self) -> str:
        with self._plain() as connection:
            return str(connection.scalar(text(SHAPE)))

    def _plain(self):  # type: ignore[no-untyped-def]
        return self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _run(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(statement))

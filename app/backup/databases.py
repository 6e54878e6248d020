"""Saving a database while it is in use, and filling an empty one."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.backup.archive import BackupError

Read = Callable[[Session], set[str]]


def read_nothing(_: Session) -> set[str]:
    """Return nothing of a database."""
    return set()


class SavedDatabase(Protocol):
    """One kind of database, as a file of a backup."""

    kind: str
    member: str

    def dump(self, target: Path, read: Read = read_nothing) -> set[str]:
        """Write one consistent state of the database into ``target``; return what is read of it.

        Raises BackupError.
        """

    def is_empty(self) -> bool:
        """Return whether nothing would be lost by filling it."""

    def load(self, source: Path) -> None:
        """Fill the empty database from ``source``. Raises BackupError."""


def saved_database(url: str) -> SavedDatabase:
    """Return how the database at ``url`` is saved."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteFile(Path(parsed.database or ""))
    return PostgresDatabase(parsed)


class SqliteFile:
    """SQLite: its online backup sees one moment, whoever writes meanwhile."""

    kind = "sqlite"
    member = "database/roundhouse.db"

    def __init__(self, path: Path) -> None:
        self._path = path

    def dump(self, target: Path, read: Read = read_nothing) -> set[str]:
        """Copy the database page by page into ``target``, and read the copy."""
        if not self._path.is_file():
            raise BackupError(f"There is no database at {self._path}.")
        with closing(sqlite3.connect(self._path)) as source, closing(_connect(target)) as copy:
            source.backup(copy)
        # immutable: nothing is written beside the copy, whatever the mode of its journal
        url = f"sqlite:///file:{target}?immutable=1&uri=true"
        with _session(create_engine(url)) as session:
            return read(session)

    def is_empty(self) -> bool:
        """Return whether there is no file yet."""
        return not self._path.exists()

    def load(self, source: Path) -> None:
        """Check the file, then move it to its place."""
        try:
            with closing(sqlite3.connect(source)) as connection:
                verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            verdict = str(error)
        if verdict != "ok":
            raise BackupError(f"The database in the backup is damaged: {verdict}.")
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(source, self._path)
        self._path.chmod(0o600)


class PostgresDatabase:
    """PostgreSQL: its own tools, which must be as new as the server."""

    kind = "postgresql"
    member = "database/roundhouse.dump"

    def __init__(self, url: URL) -> None:
        self._url = url

    def dump(self, target: Path, read: Read = read_nothing) -> set[str]:
        """Run pg_dump on a snapshot, and read the same one."""
        url = self._url.set(drivername="postgresql+psycopg")
        with _session(create_engine(url, isolation_level="REPEATABLE READ")) as session:
            snapshot = session.scalar(text("SELECT pg_export_snapshot()"))
            self._run(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                f"--snapshot={snapshot}",
                f"--file={target}",
                self._name(),
            )
            return read(session)

    def is_empty(self) -> bool:
        """Return whether the database has no table."""
        engine = create_engine(self._url.set(drivername="postgresql+psycopg"))
        try:
            return not inspect(engine).get_table_names()
        finally:
            engine.dispose()

    def load(self, source: Path) -> None:
        """Run pg_restore, all or nothing."""
        self._run(
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={self._name()}",
            str(source),
        )

    def _name(self) -> str:
        return self._url.set(drivername="postgresql", password=None).render_as_string()

    def _run(self, program: str, *arguments: str) -> None:
        if shutil.which(program) is None:
            raise BackupError(
                f"{program} is not on the PATH: install PostgreSQL's client programs, of the "
                "server's release or a newer one."
            )
        # By the environment: arguments are for everybody on this host to read.
        secret = {"PGPASSWORD": self._url.password} if self._url.password else {}
        done = subprocess.run(
            [program, *arguments],
            env={**os.environ, **secret},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BackupError(f"{program} failed: {done.stderr.strip()[-500:]}")


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    """Yield a session of an engine that lives no longer."""
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _connect(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    return sqlite3.connect(path)

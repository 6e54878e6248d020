"""Clock and federations of a fresh home wait for its tables, and ask for none that is not there."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app.db.engine import Database
from app.db.migrate import migrate, newest_revision
from app.health import CLOCK_KEY
from app.resources import Resources
from app.settings import Settings
from harness.eventually import eventually
from tests.support.databases import ON_ONE_DATABASE
from tests.workers.conftest import processes
from workers.schema import await_schema


@pytest.fixture
def fresh(resources: Resources, tmp_path: Path) -> Settings:
    """Return the settings of a home without a database."""
    home = tmp_path / "fresh"
    url = f"sqlite:///{home}/roundhouse.db"
    return replace(resources.settings, home=home, database_url=url, log_level="info")


def messages(settings: Settings, part: str) -> list[str]:
    """Return what the log file of a process says, line by line."""
    file = settings.home / "logs" / f"{part}.log"
    lines = file.read_text().splitlines() if file.exists() else []
    return [str(json.loads(line)) for line in lines]


@ON_ONE_DATABASE
def test_a_clock_that_is_earlier_than_the_tables_ticks_once_they_are_there(
    fresh: Settings, resources: Resources
) -> None:
    with processes(fresh) as start:
        start("workers.clock")
        eventually(lambda: any("waiting for the tables" in one for one in messages(fresh, "clock")))
        assert not resources.redis.exists(CLOCK_KEY)
        database = Database(fresh.database_url)
        migrate(database)
        eventually(lambda: resources.redis.exists(CLOCK_KEY))
        database.close()
    assert not [one for one in messages(fresh, "clock") if "no such table" in one]


@ON_ONE_DATABASE
def test_federations_that_are_earlier_than_the_tables_end_in_order(
    fresh: Settings,
) -> None:
    with processes(fresh) as start:
        process = start("workers.sites.superlinks")
        eventually(lambda: messages(fresh, "federations"))
        process.terminate()
        assert process.wait() == 0
    [message] = messages(fresh, "federations")
    assert "waiting for the tables" in message


@ON_ONE_DATABASE
def test_a_database_of_a_later_release_is_not_waited_for(fresh: Settings) -> None:
    fresh.home.mkdir()
    database = Database(fresh.database_url)
    migrate(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert newest_revision() < "9999"
    await_schema(database, lambda _: pytest.fail("it waited"), lambda: False)
    database.close()

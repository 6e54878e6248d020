"""The migrations lead exactly to the models, and back."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

import app.models  # noqa: F401 - every table registers itself
from app.db.base import Base
from app.db.migrate import SCRIPTS, migrate, pending

# SQLite does not tell what such an index is made of; a test of searching sees that it is used
pytestmark = [
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression"),
]


def difference(database) -> list:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def tables(database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def downgrade(database) -> None:
    with database.engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(SCRIPTS))
        command.downgrade(config, "base")


def test_a_migrated_database_is_what_the_models_say(database):
    assert difference(database) == []
    assert tables(database) == set(Base.metadata.tables)


def test_a_missing_column_would_be_seen(database):
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE run_logs DROP COLUMN message")
    assert difference(database) != []


def test_the_migrations_run_back_to_nothing_and_forth_again(database):
    downgrade(database)
    assert tables(database) == set()
    assert pending(database)
    migrate(database)
    assert difference(database) == []
    assert not pending(database)


def test_migrating_twice_changes_nothing(database):
    migrate(database)
    assert not pending(database)

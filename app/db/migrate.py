"""Bringing a database to the current schema, once, however many processes start together."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from app.db.engine import Database

SCRIPTS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 7_264_911
_one_at_a_time = threading.Lock()  # alembic's environment is global to the process


def migrate(database: Database) -> None:
    """Run every migration that the database lacks, all in one transaction."""
    engine = database.engine.execution_options(sqlite_begin="IMMEDIATE")
    with _one_at_a_time, engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        command.upgrade(_config(connection), "head")


def pending(database: Database) -> bool:
    """Return whether the database is not at the newest schema."""
    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() != head


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config

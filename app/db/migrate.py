"""Bringing a database to the current schema, once, however many processes start together."""

import threading
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from app import pulse
from app.db.engine import Database
from app.db.migrating import take_turn_on_postgresql, turn_on_sqlite

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
_one_at_a_time = threading.Lock()  # alembic's environment is global to the process


def migrate(database: Database) -> None:
    """Run every migration that the database lacks, all in one transaction.

    Who comes while another process does so waits for its end, and says so.

    Every start checks, and hardly one has something to do: alembic is imported only then.
    """
    if not pending(database):
        return
    from alembic import command

    engine = database.engine.execution_options(sqlite_begin="IMMEDIATE")
    turn = turn_on_sqlite(str(engine.url)) if database.is_sqlite else nullcontext()
    with pulse.starting(), _one_at_a_time, turn, engine.begin() as connection:
        if not database.is_sqlite:
            take_turn_on_postgresql(connection)
        command.upgrade(_config(connection), "head")


def pending(database: Database) -> bool:
    """Return whether the database is not at the newest schema."""
    return revision_of(database) != newest_revision()


def is_behind(database: Database) -> bool:
    """Return whether the database has no tables yet, or those of an older schema."""
    return (revision_of(database) or "") < newest_revision()


def revision_of(database: Database) -> str | None:
    """Return the schema that the database is at, None for one without tables."""
    with database.engine.connect() as connection:
        return revision_at(connection)


def revision_at(connection: Connection) -> str | None:
    """Return the schema that a connection sees, None for a database without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    at: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return at


def newest_revision() -> str:
    """Return the newest schema: migrations are numbered, and their files begin with the number."""
    return max(script.name.partition("_")[0] for script in (SCRIPTS / "versions").glob("*.py"))


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config

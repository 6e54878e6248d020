"""``migrate``: the newest schema, also while the platform runs."""

import click

from app.cli.common import BACKUP, RefusedError, load_settings, ready_home
from app.settings import Settings


@click.command()
@BACKUP
def command(*, backup: bool | None) -> None:
    """Bring the database to the newest schema; do nothing when it is there already."""
    from sqlalchemy.exc import SQLAlchemyError

    from app.db.engine import Database
    from app.db.migrate import migrate, revision_of
    from app.outages import outage_sentence

    settings = load_settings()
    ready_home(settings)
    database = Database(settings.database_url, pool_size=1)
    try:
        was_behind = prepare_upgrade(settings, revision_of(database), backup)
        migrate(database)
    except SQLAlchemyError as error:
        raise click.ClickException(outage_sentence(settings, error)) from None
    finally:
        database.close()
    click.echo("The database was brought up to date." if was_behind else "Nothing to do.")


def prepare_upgrade(settings: Settings, revision: str | None, backup: bool | None) -> bool:  # noqa: FBT001 - an option
    """Return whether the database needs a migration, after copying it where that is requested.

    ``backup`` None stands for a copy of SQLite, and for a hint with PostgreSQL. Refuses with one
    sentence a database that is newer than this release, and to go on without a requested copy.
    """
    from app.db.migrate import newest_revision

    newest = newest_revision()
    if revision is not None and revision > newest:
        raise RefusedError(
            f"The database has schema {revision}, but this release knows only up to {newest}: "
            "start the newer release again, or bring back a copy from before the upgrade."
        )
    if revision is not None and revision != newest:
        _save(settings, revision, backup)
    return revision != newest


def _save(settings: Settings, revision: str, backup: bool | None) -> None:  # noqa: FBT001 - an option
    from app.backup.archive import BackupError
    from app.backup.before_upgrade import KEPT, keep_copy

    is_sqlite = settings.database_url.startswith("sqlite")
    if backup is None and not is_sqlite:
        click.echo("PostgreSQL is changed without a copy: --backup makes one with pg_dump first.")
    if not (is_sqlite if backup is None else backup):
        return
    try:
        path = keep_copy(settings, revision)
    except BackupError as error:
        raise RefusedError(
            f"Nothing was changed, for the database could not be copied first: {error} Free some "
            "space, or start with --no-backup."
        ) from None
    click.echo(f"The database was copied to {path} before its upgrade; the newest {KEPT} are kept.")

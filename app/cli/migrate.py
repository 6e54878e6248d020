"""``migrate``: the newest schema, also while the platform runs."""

import click

from app.cli.common import load_settings, ready_home


@click.command()
def command() -> None:
    """Bring the database to the newest schema; do nothing when it is there already."""
    from sqlalchemy.exc import SQLAlchemyError

    from app.db.engine import Database
    from app.db.migrate import migrate, pending
    from app.outages import outage_sentence

    settings = load_settings()
    ready_home(settings)
    database = Database(settings.database_url, pool_size=1)
    try:
        was_behind = pending(database)
        migrate(database)
    except SQLAlchemyError as error:
        raise click.ClickException(outage_sentence(settings, error)) from None
    finally:
        database.close()
    click.echo("The database was brought up to date." if was_behind else "Nothing to do.")

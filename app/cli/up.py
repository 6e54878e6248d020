"""``up``: the supervisor in the foreground."""

import os

import click

from app.cli.accounts import first_link, has_people
from app.cli.common import BACKUP, RefusedError, call_module, load_settings, require_address
from app.cli.migrate import prepare_upgrade
from app.log import configure_logging
from app.settings import Settings
from app.supervisor.exposure import exposure
from app.supervisor.home import Home, HomeError
from app.supervisor.programs import PARTS, programs_for
from app.supervisor.redis_server import RedisMissingError
from app.supervisor.supervisor import Supervisor


@click.command()
@click.option(
    "--parts",
    default=",".join(PARTS),
    show_default=True,
    help="What to run on this host, with commas between; a further host runs only `workers`.",
)
@BACKUP
@click.option("--quiet", is_flag=True, help="Print no address when everything is ready.")
def command(parts: str, *, backup: bool | None, quiet: bool) -> None:
    """Start the platform and keep every process of it alive until Ctrl-C."""
    settings = load_settings()
    os.environ.update(settings.environment())
    configure_logging(settings)
    run_platform(settings, _parts(parts), backup=backup, quiet=quiet)


def run_platform(
    settings: Settings,
    parts: tuple[str, ...] = PARTS,
    *,
    backup: bool | None = None,
    quiet: bool,
) -> None:
    """Supervise until a signal to stop; refuse with a sentence where that cannot begin."""
    home = Home(settings.home)
    try:
        with home:
            configure_logging(settings, "supervisor")  # not before: now the folder is ours
            if "web" in parts:
                require_address(settings)
                _upgrade(settings, backup)
            Supervisor(
                programs_for(settings, parts),
                report=lambda children: home.write(settings.public_url, children),
                on_ready=lambda: None if quiet or "web" not in parts else _greet(settings),
            ).run()
    except (HomeError, RedisMissingError) as error:
        raise RefusedError(str(error)) from None


def _upgrade(settings: Settings, backup: bool | None) -> None:  # noqa: FBT001 - an option
    """Bring an older database to this release's schema, copied before; a new one is web's work.

    A database that does not answer is waited for by the web process.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from app.db.engine import Database
    from app.db.migrate import revision_of

    database = Database(settings.database_url, pool_size=1)
    try:
        revision = revision_of(database)
    except SQLAlchemyError:
        return
    finally:
        database.close()
    if prepare_upgrade(settings, revision, backup) and revision is not None:
        click.echo(call_module("app", ["migrate", "--no-backup"], settings))


def _parts(parts: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in parts.split(",") if part.strip())
    for part in names:
        if part not in PARTS:
            raise RefusedError(f"--parts names {part!r}, but knows only {', '.join(PARTS)}.")
    return names


def _greet(settings: Settings) -> None:
    """Say where the platform is; the very first time also how to get in."""
    click.echo(f"Roundhouse is at {settings.public_url} (Ctrl-C stops it).")
    for line in exposure(settings):
        click.echo(line)
    try:
        if not has_people(settings):
            click.echo(f"The first admin signs in once with: {first_link(settings)}")
    except click.ClickException as error:
        click.echo(f"No sign-in address could be made: {error.message}", err=True)

"""Importing from files of this host, for whoever may write its database.

Run as ``python -m services.runs.imports.cli``; ``python -m app import`` starts it.
"""

import os
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from sqlalchemy import func, select

from app import strict_json
from app.auth.actor import Actor
from app.db.engine import Database
from app.db.migrate import migrate
from app.errors import NotFound, RoundhouseError
from app.models.user import User
from app.settings import Settings, SettingsError
from services.runs.imports.types import ImportOutcome
from services.runs.imports.upload import FORMATS, ImportUpload, Runs, import_runs


@click.command()
@click.argument("kind", type=click.Choice(list(FORMATS)))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--owner", required=True)
@click.option("--team", is_flag=True)
@click.option("--name")
@click.option("--json", "as_json", is_flag=True)
def main(kind: str, path: Path, owner: str, name: str | None, *, team: bool, as_json: bool) -> None:
    """Make runs of what lies at PATH."""
    upload = ImportUpload(
        kind=kind,
        path=path,
        filename=path.name,
        name=name,
        visibility="team" if team else "private",
    )
    try:
        settings = Settings.from_env(os.environ)
        database = Database(settings.database_url, pool_size=1)
        migrate(database)
        outcome = import_runs(database, _actor(database, owner), upload, _progress)
        database.close()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    except RoundhouseError as error:
        raise click.ClickException(error.detail) from None
    _say(outcome, as_json=as_json)


def _actor(database: Database, email: str) -> Actor:
    """Return the person as whom the runs are made; raises NotFound."""
    with database.read() as session:
        found = session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
    if found is None or not found.is_active:
        raise NotFound(f"There is no active account for {email}.")
    return Actor(user_id=found.id, role=found.role, name=found.name, via="system")


def _progress(runs: Runs, count: Callable[[], int]) -> Runs:
    """Show people how far it is; silent where nobody looks."""
    console = Console(stderr=True)
    if not console.is_terminal:
        return runs
    return track(runs, "Importing", total=count(), console=console)


def _say(outcome: ImportOutcome, *, as_json: bool) -> None:
    if as_json:
        imported = [vars(one) for one in outcome.imported]
        skipped = [vars(one) for one in outcome.skipped]
        click.echo(strict_json.dumps({"imported": imported, "skipped": skipped}))
        return
    for run in outcome.imported:
        click.echo(f"{run.run_id:>6}  {run.name}")
    for one in outcome.skipped:
        click.echo(f"     -  {one.name}: {one.reason}")
    click.echo(f"{len(outcome.imported)} runs imported, {len(outcome.skipped)} things left out.")


if __name__ == "__main__":
    main(prog_name="python -m app import")

"""Importing from files of this host, for whoever may write its database.

Run as ``python -m services.imports.cli``; ``python -m app import`` starts it.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import func, select

from app import strict_json
from app.auth.actor import Actor
from app.db.engine import Database
from app.db.migrate import migrate
from app.db.uow import UnitOfWork
from app.errors import NotFound, RoundhouseError
from app.models.user import User
from app.settings import Settings, SettingsError
from app.storage.opening import open_store
from services.datasets.names import name_of_upload
from services.imports.formats import FORMATS, opened
from services.imports.store import store_runs
from services.imports.types import ImportOutcome, SkippedRecord


@click.command()
@click.argument("kind", type=click.Choice(list(FORMATS)))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--owner", required=True)
@click.option("--team", is_flag=True)
@click.option("--name")
@click.option("--json", "as_json", is_flag=True)
def main(kind: str, path: Path, owner: str, name: str | None, *, team: bool, as_json: bool) -> None:
    """Make runs of what lies at PATH."""
    visibility = "team" if team else "private"
    try:
        settings = Settings.from_env(os.environ)
        database = Database(settings.database_url, pool_size=1)
        migrate(database)
        called = name_of_upload(name, path.name, "Imported")
        total, candidates = opened(kind, path, called)
        with _progress(total) as bar:
            keeper = _OutcomeList(database, bar)
            actor, store = _actor(database, owner), open_store(settings.storage_url)
            store_runs(database, store, actor, candidates, keeper, visibility=visibility)
        database.close()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    except RoundhouseError as error:
        raise click.ClickException(error.detail) from None
    _say(keeper, as_json=as_json)


def _actor(database: Database, email: str) -> Actor:
    """Return the person as whom the runs are made; raises NotFound."""
    with database.read() as session:
        user = session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
    if user is None or not user.is_active:
        raise NotFound(f"There is no active account for {email}.")
    return Actor(user_id=user.id, role=user.role, name=user.name, via="system")


@contextmanager
def _progress(total: int) -> Iterator[Progress]:
    """Show people how far it is; silent where nobody looks."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        bar.add_task("Importing", total=total)
        yield bar


@dataclass
class _OutcomeList:
    """Keeps outcomes until they are printed."""

    database: Database
    bar: Progress
    made: list[ImportOutcome] = field(default_factory=list)
    skipped: list[SkippedRecord] = field(default_factory=list)

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work."""
        return self.database.write()

    def keep(self, _unit: UnitOfWork, outcomes: Sequence[ImportOutcome]) -> None:
        """Keep what became of runs."""
        for one in outcomes:
            self.made += [one] if one.run_id is not None else []
            self.skipped += one.left_out
        self.bar.advance(self.bar.task_ids[0], len(outcomes))

    def stop_requested(self) -> bool:
        """Return False: the keyboard ends this process."""
        return False


def _say(keeper: _OutcomeList, *, as_json: bool) -> None:
    if as_json:
        imported = [{"run_id": one.run_id, "name": one.name} for one in keeper.made]
        skipped = [vars(one) for one in keeper.skipped]
        click.echo(strict_json.dumps({"imported": imported, "skipped": skipped}))
        return
    for run in keeper.made:
        click.echo(f"{run.run_id:>6}  {run.name}")
    for one in keeper.skipped:
        click.echo(f"     -  {one.name}: {one.reason}")
    click.echo(f"{len(keeper.made)} runs imported, {len(keeper.skipped)} items left out.")


if __name__ == "__main__":
    main(prog_name="python -m app import")

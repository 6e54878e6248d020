"""Schedules as files, for whoever may write the database of this host.

Run as ``python -m blueprints.scheduler.files.cli``; ``python -m app schedules`` starts it.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from app import strict_json
from app.db.engine import Database
from app.db.migrate import migrate
from app.errors import RoundhouseError
from app.outages import outage_sentence
from app.settings import Settings, SettingsError
from blueprints.scheduler.files.document import read_document, write_document
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.scheduler.files.apply import apply_file, plan_file
from services.scheduler.files.export import export_schedules
from services.scheduler.files.types import (
    ARCHIVED,
    CHANGED,
    CREATED,
    UNCHANGED,
    FileChange,
    FileSchedule,
)

T = TypeVar("T")
SIGNS = {CREATED: "+", CHANGED: "~", ARCHIVED: "-"}
DIFFERS = 2  # the exit status of a plan that would change something
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
PRUNE = click.option("--prune", is_flag=True)
AS_JSON = click.option("--json", "as_json", is_flag=True)


@click.group()
def main() -> None:
    """Write schedules down, compare a file with them, and apply it."""


@main.command("export")
@click.option("--owner")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path))
def export(owner: str | None, to: Path | None) -> None:
    """Print the schedules as a file, or write them to one."""
    text = write_document(_with_database(lambda database: export_schedules(database, owner)))
    if to is None:
        click.echo(text, nl=False)
    else:
        to.write_text(text, encoding="utf-8")


@main.command("plan")
@FILE
@PRUNE
@AS_JSON
def plan(file: Path, *, prune: bool, as_json: bool) -> NoReturn:
    """Say what applying FILE would change: exit status 0 for nothing, 2 for something."""
    entries = _read(file)
    changes = _with_database(lambda database: plan_file(database, entries, prune=prune))
    _say(changes, as_json=as_json)
    differs = any(one.action != UNCHANGED for one in changes)
    raise SystemExit(DIFFERS if differs else 0)


@main.command("apply")
@FILE
@PRUNE
@AS_JSON
def apply(file: Path, *, prune: bool, as_json: bool) -> None:
    """Make and change schedules as FILE says, all of it or nothing."""
    entries = _read(file)
    changes = _with_database(lambda database: apply_file(database, entries, prune=prune))
    _say(changes, as_json=as_json)


def _read(file: Path) -> list[FileSchedule]:
    try:
        return read_document(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} is not UTF-8.") from None
    except RoundhouseError as refused:
        raise click.ClickException(refused.detail) from None


def _with_database(work: Callable[[Database], T]) -> T:
    """Open the database at its newest schema for ``work``; an error becomes one line."""
    try:
        settings = Settings.from_env(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    database = Database(settings.database_url, pool_size=1)
    try:
        migrate(database)
        ensure_builtin_datasets(database)  # in a home that never served, schedules may name them
        return work(database)
    except RoundhouseError as error:
        raise click.ClickException(error.detail) from None
    except SQLAlchemyError as error:
        raise click.ClickException(outage_sentence(settings, error)) from None
    finally:
        database.close()


def _say(changes: Sequence[FileChange], *, as_json: bool) -> None:
    counts = Counter(one.action for one in changes)
    if as_json:
        numbers = {action: counts[action] for action in (*SIGNS, UNCHANGED)}
        click.echo(
            strict_json.dumps({"changes": [asdict(one) for one in changes], "counts": numbers})
        )
        return
    for one in changes:
        if one.action in SIGNS:
            click.echo(f"{SIGNS[one.action]} {one.owner}: {one.name} ({one.action})")
        for name, (old, new) in one.diff.items():
            click.echo(f"    {name}: {strict_json.dumps(old)} -> {strict_json.dumps(new)}")
    words = ", ".join(f"{counts[action]} {action}" for action in (*SIGNS, UNCHANGED))
    click.echo(f"{words}.")


if __name__ == "__main__":
    main(prog_name="python -m app schedules")

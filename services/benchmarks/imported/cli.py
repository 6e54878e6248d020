"""Importing ratings on the host: ``python -m services.benchmarks.imported.cli KIND PATH``."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select

from app import strict_json
from app.auth.actor import Actor
from app.db.engine import Database
from app.db.migrate import migrate
from app.errors import NotFound, RoundhouseError
from app.models.user import User
from app.settings import Settings, SettingsError
from services.benchmarks.imported.create import RatingsPreview, import_ratings, preview_ratings
from services.benchmarks.imported.types import KINDS, RatingsUpload


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--owner", required=True)
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name")
@click.option("--model", "model_name")
@click.option("--dataset", "dataset_id", type=int)
@click.option("--language", type=click.Choice(("en", "de")))
@click.option("--team", is_flag=True)
@click.option("--preview", is_flag=True)
@click.option("--skip-faults", is_flag=True)
@click.option("--again", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
def main(
    kind: str,
    path: Path,
    owner: str,
    mapping: Path | None,
    *,
    team: bool,
    preview: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Make a benchmark run of the ratings at PATH, or say what would come of them."""
    try:
        settings = Settings.from_env(os.environ)
        upload = RatingsUpload(
            kind=kind,
            path=path,
            filename=path.name,
            mapping=mapping.read_text(encoding="utf-8") if mapping else None,
            visibility="team" if team else "private",
            **given,
        )
        database = Database(settings.database_url, pool_size=1)
        migrate(database)
        actor, folder = _actor(database, owner), settings.home / "tmp"
        if preview:
            _show(preview_ratings(database, actor, upload, folder), as_json=as_json)
        else:
            _say_made(import_ratings(database, actor, upload, folder), as_json=as_json)
        database.close()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    except RoundhouseError as error:
        raise click.ClickException(_worded(error)) from None


def _actor(database: Database, email: str) -> Actor:
    """Return the person whose run it will be; raises NotFound."""
    with database.read() as session:
        user = session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
    if user is None or not user.is_active:
        raise NotFound(f"There is no active account for {email}.")
    return Actor(user_id=user.id, role=user.role, name=user.name, via="system")


def _worded(error: RoundhouseError) -> str:
    """Return what is wrong, with each field on a line of its own."""
    listed = [f"  {field}: {one}" for field, said in (error.errors or {}).items() for one in said]
    return "\n".join([error.detail, *(one for one in listed if error.detail not in one)])


def _say_made(run_id: int, *, as_json: bool) -> None:
    click.echo(strict_json.dumps({"run_id": run_id}) if as_json else f"Benchmark run {run_id}.")


def _show(preview: RatingsPreview, *, as_json: bool) -> None:
    summary = preview.summary
    if as_json:
        own = {name: getattr(preview, name) for name in ("traits", "new_traits", "groups")}
        about = {"model_name": preview.model_name, "earlier": preview.earlier, **own}
        counted = {name: value for name, value in summary.items() if name != "people"}
        people = {"num_personas": len(summary.get("people", ()))}
        click.echo(strict_json.dumps({**counted, **people, **about}))
        return
    for line in _lines(preview, summary):
        click.echo(line)


def _lines(preview: RatingsPreview, summary: Mapping[str, Any]) -> list[str]:
    problem = summary["problem"]
    if problem is not None:
        return [f"{problem['field']}: {problem['detail']}"]
    items = f"{summary['num_items']:,} items of {summary['num_samples']:,} samples"
    people = f"{len(summary['people']):,} persons, {len(preview.traits):,} traits"
    return [
        f"{items}, {people}; model {preview.model_name}.",
        *(f"{name}: {dict(sizes)}" for name, sizes in preview.groups.items()),
        *(f"New trait: {one}" for one in preview.new_traits),
        *(f"No item: {one['field']}: {one['cause']} ({one['count']:,})" for one in summary["left"]),
        *(f"Not kept: {one['name']} ({one['count']:,})" for one in summary["unused"]),
        *([f"This file is benchmark run {preview.earlier} already."] if preview.earlier else []),
    ]


if __name__ == "__main__":
    main(prog_name="python -m app import-ratings")

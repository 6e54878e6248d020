"""``schedules``: what comes again by itself, as a file that can be kept with the code."""

from pathlib import Path

import click

from app.cli.accounts import ready_settings
from app.cli.common import become

FILES = "blueprints.scheduler.files.cli"
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
PRUNE = click.option("--prune", is_flag=True, help="Archive what the file's owners have beside it.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


@click.group()
def command() -> None:
    """Write schedules to a file, compare a file with what is there, and apply it."""


@command.command("export")
@click.option("--owner", help="The e-mail address of one person; everybody's otherwise.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def export(owner: str | None, to: Path | None) -> None:
    """Print all schedules that are not archived, as YAML."""
    of = ["--owner", owner] if owner else []
    where = ["--to", str(to.absolute())] if to else []
    become(FILES, ["export", *of, *where], ready_settings())


@command.command("plan")
@FILE
@PRUNE
@AS_JSON
def plan(file: Path, *, prune: bool, as_json: bool) -> None:
    """Say what applying FILE would do; the exit status is 2 where something would change."""
    _act("plan", file, prune=prune, as_json=as_json)


@command.command("apply")
@FILE
@PRUNE
@AS_JSON
def apply(file: Path, *, prune: bool, as_json: bool) -> None:
    """Make and change schedules as FILE says: all of it, or nothing where it has a fault."""
    _act("apply", file, prune=prune, as_json=as_json)


def _act(act: str, file: Path, *, prune: bool, as_json: bool) -> None:
    flags = [flag for flag, given in (("--prune", prune), ("--json", as_json)) if given]
    become(FILES, [act, str(file.absolute()), *flags], ready_settings())

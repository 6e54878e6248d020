"""What several commands share: settings with a clear refusal, and JSON for scripts."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

import click

from app.settings import Settings, SettingsError
from app.settings_help import unknown_names, unknown_sentence
from app.supervisor.child import ROOT
from app.supervisor.home import HomeError, prepare_home
from app.supervisor.programs import listening_problem

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
BACKUP = click.option(
    "--backup/--no-backup",
    default=None,
    help="Whether to copy the database into {home}/backups before its schema changes; "
    "SQLite is copied if you say nothing.",
)
REFUSED = 2  # exit code for a setting or a state in which nothing was begun


class RefusedError(click.ClickException):
    """Nothing was begun, and the message says what to change."""

    exit_code = REFUSED


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; a bad one ends the program with one sentence and exit code 2."""
    given = os.environ if environ is None else environ
    try:
        settings = Settings.from_env(given)
    except SettingsError as error:
        raise RefusedError(str(error)) from None
    for name in unknown_names(given):
        click.echo(f"Warning: {unknown_sentence(name)}", err=True)
        os.environ.pop(name, None)  # the processes that are started now need not say it again
    return settings


def ready_home(settings: Settings) -> None:
    """Create the home, or end the program with one sentence where nothing can be written."""
    try:
        prepare_home(settings.home)
    except HomeError as error:
        raise RefusedError(str(error)) from None


def require_address(settings: Settings) -> None:
    """End the program with one sentence where the web process could not listen."""
    problem = listening_problem(settings)
    if problem is not None:
        raise RefusedError(problem)


def become(module: str, arguments: Sequence[str], settings: Settings) -> NoReturn:
    """Replace this process by ``python -m module``: upper layers are called by name only."""
    os.chdir(ROOT)
    command = [sys.executable, "-m", module, *arguments]
    os.execve(sys.executable, command, {**os.environ, **settings.environment()})  # noqa: S606


def call_module(module: str, arguments: Sequence[str], settings: Settings) -> str:
    """Run ``python -m module`` and return what it printed.

    Raises click.ClickException with what it complained about.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **settings.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        complaint = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise click.ClickException(complaint.removeprefix("Error: "))
    return done.stdout.strip()

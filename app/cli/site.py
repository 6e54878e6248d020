"""``site``: what a hospital runs in its own folder; it needs no platform and no settings."""

import os
import sys
from typing import NoReturn

import click

from app.supervisor.child import ROOT


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> NoReturn:
    """Take part in a federation with data that stays here: init, check, join, run."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    program = [sys.executable, "-m", "workers.sites.site", *words]
    os.execve(sys.executable, program, {**os.environ, "PYTHONPATH": path})  # noqa: S606

"""``benchmark-model``: a simulated model to try a benchmark on; it needs no platform."""

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
    """Serve a simulated language model with effects that you put in."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    program = [sys.executable, "-m", "workers.benchmark_model", *words]
    os.execve(sys.executable, program, {**os.environ, "PYTHONPATH": path})  # noqa: S606

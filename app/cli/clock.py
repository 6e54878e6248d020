"""``clock``: the process that finds the dead and calls the workers."""

import click

from app.cli.common import become, load_settings


@click.command()
def command() -> None:
    """Find lost jobs, call workers, trim and sweep, until SIGTERM."""
    become("workers.clock", [], load_settings())

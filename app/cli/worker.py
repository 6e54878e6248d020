"""``worker``: one worker process of one queue, for further hosts and for looking closely."""

import click

from app.cli.common import become, load_settings
from app.jobs.queues import QUEUES


@click.command()
@click.option("--queue", type=click.Choice(QUEUES), required=True)
def command(queue: str) -> None:
    """Do the jobs of one queue, one at a time, until SIGTERM."""
    become("workers", ["--queue", queue], load_settings())

"""``worker``: one worker process of one queue, for further hosts and for looking closely."""

import click

from app.cli.common import become, load_settings


@click.command()
@click.option("--queue", type=click.Choice(["train", "io"]), required=True)
def command(queue: str) -> None:
    """Do the jobs of one queue, one at a time, until SIGTERM."""
    become("workers", ["--queue", queue], load_settings())

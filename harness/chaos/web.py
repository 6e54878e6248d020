"""``python -m harness.chaos.web``: a web process of the attacked platform, as a real process."""

import importlib
import os

import click

from app.cli.web import serve
from app.log import configure_logging
from app.process import die_with_parent, importing
from app.settings import Settings
from harness.chaos.machine import say_ready


@click.command()
@click.argument("parent", type=int)
def main(parent: int) -> None:
    """Serve on ROUNDHOUSE_PORT until PARENT ends."""
    die_with_parent(parent)
    settings = Settings.from_env(os.environ)
    configure_logging(settings)
    with importing():
        importlib.import_module("wsgi")  # most of what starting takes
    say_ready()
    serve(settings)


if __name__ == "__main__":
    main()

"""A web process of the attacked platform, run as a real process by ``Machine.add_program``."""

import importlib
import os

from app.cli.web import serve
from app.log import configure_logging
from app.process import importing
from app.settings import Settings
from harness.chaos.machine import say_ready


def main() -> None:
    """Serve on ROUNDHOUSE_PORT until this process is ended."""
    settings = Settings.from_env(os.environ)
    configure_logging(settings)
    with importing():
        importlib.import_module("wsgi")  # most of what starting takes
    say_ready()
    serve(settings)

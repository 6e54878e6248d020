"""A web process of the attacked platform, run as a real process by ``Machine.add_program``."""

import os

from app.cli.web import load_application, serve
from app.log import configure_logging
from app.settings import Settings
from harness.chaos.machine import say_ready


def main() -> None:
    """Serve on ROUNDHOUSE_PORT until this process is ended."""
    settings = Settings.from_env(os.environ)
    configure_logging(settings)
    application = load_application()  # most of what starting takes
    say_ready()
    serve(application, settings)

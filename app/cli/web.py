"""``web``: Hypercorn in one process, without workers of its own."""

import asyncio
import importlib
import logging
import os

import click

from app.cli.common import load_settings
from app.settings import Settings

GRACE_SECONDS = 1.0  # an open WebSocket would otherwise hold every stop for three
IDLE_SECONDS = 15.0
SILENCE_SECONDS = 900  # a connection that says nothing for so long is dead
LARGEST_MESSAGE = 1 << 20


@click.command()
def command() -> None:
    """Serve the pages and the API on ROUNDHOUSE_HOST and ROUNDHOUSE_PORT."""
    settings = load_settings()
    os.environ.update(settings.environment())
    serve(settings)


def serve(settings: Settings) -> None:
    """Serve ``app`` of the module ``wsgi``, called by its name, until SIGTERM."""
    from hypercorn.asyncio import serve as serve_asgi
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"{settings.url_host}:{settings.port}"]
    config.graceful_timeout = GRACE_SECONDS
    config.keep_alive_timeout = IDLE_SECONDS
    config.read_timeout = SILENCE_SECONDS
    config.websocket_max_message_size = LARGEST_MESSAGE
    config.include_server_header = False
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn.error")
    # The layer above, by name: this one may not import it.
    application = importlib.import_module("wsgi").app
    asyncio.run(serve_asgi(application, config))

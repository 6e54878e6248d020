"""``web``: Hypercorn in one process, without workers of its own."""

import asyncio
import importlib
import logging
import os
import time
from collections.abc import Coroutine
from typing import Any

import click
import structlog

from app import pulse
from app.auth.origin import unnamed_proxy
from app.cli.common import load_settings, require_address
from app.log import configure_logging
from app.outages import DATABASE, part_of, report_failure, report_reachable
from app.process import importing
from app.settings import Settings

UNUSED = ("aiohttp", "requests")  # for the clients that the libraries of the server bring, too
RETRY_SECONDS = 1.0
GRACE_SECONDS = 1.0  # an open WebSocket would otherwise hold every stop for three
START_SECONDS = 86_400.0  # which may bring a large database up to date
IDLE_SECONDS = 15.0
SILENCE_SECONDS = 900  # a connection that says nothing for so long is dead
MAX_MESSAGE = 1 << 20
WAITING_PIECES = 4  # of a body, before the view; more would go before whoever waits for a page


log = structlog.get_logger(__name__)


@click.command()
def command() -> None:
    """Serve the pages and the API on ROUNDHOUSE_HOST and ROUNDHOUSE_PORT."""
    settings = load_settings()
    os.environ.update(settings.environment())
    configure_logging(settings, "web")
    require_address(settings)
    if (wrong := unnamed_proxy(settings.public_url, settings.trusted_proxies)) is not None:
        log.warning(wrong)
    application = load_application()
    await_database(settings)
    serve(application, settings)


def load_application() -> Any:
    """Return ``app`` of the module ``wsgi``, called by its name: this layer may not import it."""
    with importing(without=UNUSED):
        return importlib.import_module("wsgi").app


def await_database(settings: Settings) -> None:
    """Return when the database answers; until then say so, less and less often."""
    from sqlalchemy.exc import SQLAlchemyError

    from app.db.engine import Database
    from app.db.migrate import pending

    database = Database(settings.database_url, pool_size=1)
    while True:
        try:
            pending(database)
            break
        except SQLAlchemyError as error:
            if part_of(error) is None:
                raise
            report_failure(error, note="the web process starts when it answers")
            pulse.say_starting()
            time.sleep(RETRY_SECONDS)
    report_reachable(DATABASE)
    database.close()


def serve(application: Any, settings: Settings) -> None:
    """Serve ``application`` until SIGTERM."""
    from hypercorn.asyncio import serve as serve_asgi
    from hypercorn.config import Config

    from app.http.takeover import install_takeover

    install_takeover()
    config = Config()
    config.max_app_queue_size = WAITING_PIECES
    config.bind = [f"{settings.url_host}:{settings.port}"]
    config.startup_timeout = START_SECONDS
    config.graceful_timeout = GRACE_SECONDS
    config.keep_alive_timeout = IDLE_SECONDS
    config.read_timeout = SILENCE_SECONDS
    config.websocket_max_message_size = MAX_MESSAGE
    config.include_server_header = False
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn.error")
    asyncio.run(_serve(serve_asgi(application, config)))


async def _serve(serving: Coroutine[Any, Any, None]) -> None:
    from app.http.spare_memory import give_back_spare_memory

    giving = asyncio.create_task(give_back_spare_memory())
    await serving
    giving.cancel()

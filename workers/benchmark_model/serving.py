"""Serves the simulated model on a port, through its death and return, until it is stopped."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.typing import ASGIFramework

from workers.benchmark_model.app import ModelServer, ServerSettings


async def serve_model(settings: ServerSettings, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve a new model until ``stop``."""
    await serve_server(ModelServer(settings), host, port, stop)


async def serve_server(server: ModelServer, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve until ``stop``; where the server dies, nothing listens for its seconds."""
    while not stop.is_set():
        await serve(
            cast("ASGIFramework", server),
            _config(host, port),
            shutdown_trigger=_either(stop, server.died),
        )
        if server.died.is_set() and not stop.is_set():
            await asyncio.sleep(server.settings.troubles.dead_s)
            server.died.clear()


def _config(host: str, port: int) -> Config:
    config = Config()
    config.bind = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]
    config.graceful_timeout = 0.2
    config.keep_alive_timeout = 60.0
    config.include_server_header = False
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn.error")
    return config


def _either(*events: asyncio.Event) -> Callable[[], Any]:
    async def wait() -> None:
        tasks = [asyncio.create_task(event.wait()) for event in events]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    return wait

"""The roof: every domain's routes and sockets around one set of resources.

``app`` is an ASGI application, named as servers look for it: ``hypercorn wsgi:app``.
"""

import asyncio
import gc
import os
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import socketio
from quart import Quart

from app import pulse
from app.db.migrate import migrate
from app.factory import create_app
from app.http.gate import install_gate, open_gate
from app.http.headers import guarded
from app.http.late_routes import LateRoutes, blueprints_of
from app.log import configure_logging
from app.realtime.server import LiveServer
from app.resources import Resources, open_resources
from app.settings import Settings
from blueprints import ACCESS, BLUEPRINTS, LATE, SOCKETS
from services.benchmarks.builtin_rows import ensure_builtin_benchmarks
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.domains import DOMAINS, OBSERVERS, TOPICS

COLLECT_AFTER = 10_000, 20, 50  # a request makes thousands of objects, and hardly a cycle
_beating: list[asyncio.Task[None]] = []  # the event loop alone would not keep it
Asgi = Callable[[Any, Any, Any], Awaitable[None]]


def create_web(resources: Resources, *, whole: bool = True) -> Quart:
    """Return the web application with its gate, its live server and, if ``whole``, all routes."""
    gate = open_gate(resources.settings, resources.database, ACCESS, TOPICS)
    modules = dict.fromkeys(LATE.values()) if whole else {}
    late = [one for module in modules for one in blueprints_of(module)]
    web = create_app(resources, [*BLUEPRINTS, *late], DOMAINS)
    install_gate(web, gate)
    note_delivery = web.extensions["instruments"].note_delivery
    live = LiveServer(resources, gate.sockets, note_delivery, SOCKETS)
    web.extensions["live"] = live
    web.before_serving(live.start)
    web.before_serving(_begin_to_beat)
    web.after_serving(live.stop)
    return web


async def _begin_to_beat() -> None:
    """Say from now on that the event loop goes round; what came before may take its time."""
    _beating.append(asyncio.create_task(pulse.keep_beating()))


def create_asgi(resources: Resources) -> Asgi:
    """Return what is served: Socket.IO, late routes, the web application."""
    web = create_web(resources, whole=False)
    served = socketio.ASGIApp(web.extensions["live"].sio, LateRoutes(web, LATE))
    return guarded(served, https=resources.settings.public_url.startswith("https://"))


@cache
def _opened() -> Asgi:
    settings = Settings.from_env(os.environ)
    configure_logging(settings, "web")
    resources = open_resources(settings, OBSERVERS)
    migrate(resources.database)
    ensure_builtin_datasets(resources.database)
    ensure_builtin_benchmarks(resources.database)
    opened = create_asgi(resources)
    gc.freeze()  # what is there now stays: the collector need not look at it ever again
    gc.set_threshold(*COLLECT_AFTER)
    return opened


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Serve one connection; the first call opens everything, importing this module nothing."""
    await _opened()(scope, receive, send)

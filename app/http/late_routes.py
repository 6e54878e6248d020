"""Routes that come with the first request to one of them: a start loads what everybody uses.

Loading a domain takes a fifth of a second, in a thread; whoever comes meanwhile waits for it.
"""

import asyncio
from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

from quart import Blueprint, Quart

from app.process import importing

EXTENSION = "late_routes"


class LateRoutes:
    """Stands before an application and brings blueprints in; an ASGI application itself.

    ``modules`` maps how addresses begin (``/api/bells``) to the module whose ``BLUEPRINTS`` answer
    them; several may lead to one. None of these addresses is routed before they are there.
    """

    def __init__(self, web: Quart, modules: Mapping[str, str]) -> None:
        self._web, self._waiting = web, dict(modules)
        self._turn = asyncio.Lock()
        web.extensions[EXTENSION] = self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection."""
        await self.bring(scope.get("path", ""))
        await self._web(scope, receive, send)

    async def bring(self, path: str) -> None:
        """Return when the routes of ``path`` are there."""
        for beginning in [one for one in self._waiting if f"{path}/".startswith(f"{one}/")]:
            await self._bring(beginning)

    async def bring_all(self) -> None:
        """Return when every route is there."""
        for beginning in list(self._waiting):
            await self._bring(beginning)

    async def _bring(self, beginning: str) -> None:
        async with self._turn:
            if beginning not in self._waiting:
                return  # somebody else brought it
            module = self._waiting[beginning]
            for blueprint in await asyncio.to_thread(blueprints_of, module):
                self._web.register_blueprint(blueprint)
            for there in [one for one, other in self._waiting.items() if other == module]:
                del self._waiting[there]


async def bring_all(web: Quart) -> None:
    """Return when ``web`` has every route, whether some of them come late or not."""
    late = cast("LateRoutes | None", web.extensions.get(EXTENSION))
    if late is not None:
        await late.bring_all()


def blueprints_of(module: str) -> tuple[Blueprint, ...]:
    """Load a module and return its ``BLUEPRINTS``."""
    with importing():
        loaded = import_module(module)
    return cast("tuple[Blueprint, ...]", loaded.BLUEPRINTS)

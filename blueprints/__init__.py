"""Every domain's routes and socket events and who may call them: each package brings its own."""

import sys
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from quart import Blueprint

from app.auth.policy import SOCKET_EVENTS, AccessTable, Rule
from app.realtime.extension import SocketEvent


def routes_in(folder: ModuleType) -> tuple[tuple[Blueprint, ...], AccessTable]:
    """Return the blueprints of the packages in ``folder``, and their rows put into one table."""
    packages = [f"{folder.__name__}.{one.name}" for one in iter_modules(folder.__path__)]
    blueprints = [one for name in packages for one in import_module(name).BLUEPRINTS]
    rows = [import_module(f"{name}.policy").ROUTES for name in packages]
    return tuple(blueprints), AccessTable(*rows)


def sockets_in(folder: ModuleType) -> tuple[SocketEvent, ...]:
    """Return the socket events that the packages in ``folder`` declare; most have none."""
    packages = [f"{folder.__name__}.{one.name}" for one in iter_modules(folder.__path__)]
    return tuple(
        one for name in packages for one in getattr(import_module(name), "SOCKET_EVENTS", ())
    )


BLUEPRINTS, ACCESS = routes_in(sys.modules[__name__])
SOCKETS: tuple[SocketEvent, ...] = sockets_in(sys.modules[__name__])
SOCKET_ACCESS: dict[str, Rule] = SOCKET_EVENTS | {one.name: one.rule for one in SOCKETS}

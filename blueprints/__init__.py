"""Every domain's routes and socket events and who may call them: each package brings its own.

A package has its ``BLUEPRINTS``, or says with ``LATE`` how their addresses begin, one way or
several, and has them in its module ``late``: they come with the first request to one of them.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from quart import Blueprint

from app.auth.policy import SOCKET_EVENTS, AccessTable, Rule
from app.realtime.extension import SocketEvent


def routes_in(folder: ModuleType) -> tuple[tuple[Blueprint, ...], AccessTable]:
    """Return the blueprints that are there from the start, and everybody's rows as one table."""
    packages = _packages_in(folder)
    at_once = [one for one in packages if not hasattr(one, "LATE")]
    rows = [import_module(f"{one.__name__}.policy").ROUTES for one in packages]
    return tuple(one for package in at_once for one in package.BLUEPRINTS), AccessTable(*rows)


def late_in(folder: ModuleType) -> dict[str, str]:
    """Return how addresses begin that come late, and which module has their ``BLUEPRINTS``."""
    late = [one for one in _packages_in(folder) if hasattr(one, "LATE")]
    return {address: f"{one.__name__}.late" for one in late for address in _addresses_of(one)}


def _addresses_of(package: ModuleType) -> tuple[str, ...]:
    return (package.LATE,) if isinstance(package.LATE, str) else package.LATE


def sockets_in(folder: ModuleType) -> tuple[SocketEvent, ...]:
    """Return the socket events that the packages in ``folder`` declare; most have none."""
    packages = _packages_in(folder)
    return tuple(one for package in packages for one in getattr(package, "SOCKET_EVENTS", ()))


def _packages_in(folder: ModuleType) -> list[ModuleType]:
    return [import_module(f"{folder.__name__}.{one.name}") for one in iter_modules(folder.__path__)]


BLUEPRINTS, ACCESS = routes_in(sys.modules[__name__])
LATE: Mapping[str, str] = late_in(sys.modules[__name__])
SOCKETS: tuple[SocketEvent, ...] = sockets_in(sys.modules[__name__])
SOCKET_ACCESS: dict[str, Rule] = SOCKET_EVENTS | {one.name: one.rule for one in SOCKETS}

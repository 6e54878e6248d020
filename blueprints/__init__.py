"""Every domain's routes and who may call them, found by looking: each package brings its own."""

import sys
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from quart import Blueprint

from app.auth.policy import AccessTable


def routes_in(folder: ModuleType) -> tuple[tuple[Blueprint, ...], AccessTable]:
    """Return the blueprints of the packages in ``folder``, and their rows put into one table."""
    packages = [f"{folder.__name__}.{one.name}" for one in iter_modules(folder.__path__)]
    blueprints = [one for name in packages for one in import_module(name).BLUEPRINTS]
    rows = [import_module(f"{name}.policy").ROUTES for name in packages]
    return tuple(blueprints), AccessTable(*rows)


BLUEPRINTS, ACCESS = routes_in(sys.modules[__name__])

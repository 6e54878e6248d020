"""The routes of runs: every module called ``routes_*`` adds its own to the one blueprint."""

from importlib import import_module
from pkgutil import iter_modules

from blueprints.runs.routes import runs

for _module in iter_modules(__path__):
    if _module.name.startswith("routes_"):
        import_module(f"{__name__}.{_module.name}")

BLUEPRINTS = (runs,)
__all__ = ["BLUEPRINTS"]

"""The routes of the failure inbox: every module called ``routes_*`` adds its own."""

from importlib import import_module
from pkgutil import iter_modules

from blueprints.incidents.routes import incidents

for _module in iter_modules(__path__):
    if _module.name.startswith("routes_"):
        import_module(f"{__name__}.{_module.name}")

BLUEPRINTS = (incidents,)
__all__ = ["BLUEPRINTS"]

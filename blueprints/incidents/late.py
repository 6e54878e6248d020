"""The routes of the failure inbox: every module called ``routes_*`` adds its own."""

from importlib import import_module
from pkgutil import iter_modules

import blueprints.incidents as package
from blueprints.incidents.routes import incidents

for _module in iter_modules(package.__path__):
    if _module.name.startswith("routes_"):
        import_module(f"{package.__name__}.{_module.name}")

BLUEPRINTS = (incidents,)
__all__ = ["BLUEPRINTS"]

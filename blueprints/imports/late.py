"""The routes of imports."""

from blueprints.imports.routes import imports

BLUEPRINTS = (imports,)

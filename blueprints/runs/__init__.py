"""The routes of runs."""

from blueprints.runs import routes_curves
from blueprints.runs.routes import runs

BLUEPRINTS = (runs,)
__all__ = ["BLUEPRINTS", "routes_curves"]

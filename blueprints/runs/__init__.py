"""The routes of runs."""

from blueprints.runs import routes_curves, routes_files, routes_results
from blueprints.runs.routes import runs

BLUEPRINTS = (runs,)
__all__ = ["BLUEPRINTS", "routes_curves", "routes_files", "routes_results"]

"""The routes of what programs log: points, lines, files, rounds, and curves as they came."""

from blueprints.tracking import routes_artifacts, routes_curves, routes_external
from blueprints.tracking.routes import tracking

BLUEPRINTS = (tracking,)
__all__ = ["BLUEPRINTS", "routes_artifacts", "routes_curves", "routes_external"]

"""The routes that start and describe experiments."""

from blueprints.experiments import routes_estimate, routes_skew
from blueprints.experiments.routes import experiments

BLUEPRINTS = (experiments,)
__all__ = ["BLUEPRINTS", "routes_estimate", "routes_skew"]

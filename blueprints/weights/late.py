"""The routes of weights."""

from blueprints.weights.routes import weights

BLUEPRINTS = (weights,)

"""The routes that start and describe experiments."""

from blueprints.experiments.routes import experiments

BLUEPRINTS = (experiments,)

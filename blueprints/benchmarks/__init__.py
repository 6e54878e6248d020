"""The routes of benchmarks: personas, traits, models."""

from blueprints.benchmarks.routes_traits import traits

BLUEPRINTS = (traits,)

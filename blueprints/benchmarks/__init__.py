"""The routes of benchmarks: personas, traits, models."""

from blueprints.benchmarks.routes_personas import personas
from blueprints.benchmarks.routes_sets import sets
from blueprints.benchmarks.routes_traits import traits

BLUEPRINTS = (traits, sets, personas)

"""Finding rows of every kind."""

from blueprints.lookup.routes import search

BLUEPRINTS = (search,)

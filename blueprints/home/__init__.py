"""The first page's data."""

from blueprints.home.routes import home

BLUEPRINTS = (home,)

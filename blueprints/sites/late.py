"""The routes of web sites and their analyses."""

from blueprints.sites.routes import sites

BLUEPRINTS = (sites,)

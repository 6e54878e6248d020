"""The routes of federations across sites."""

from blueprints.federations.routes import federations

BLUEPRINTS = (federations,)

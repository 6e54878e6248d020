"""The routes of a person's own configuration."""

from blueprints.config.routes import config

BLUEPRINTS = (config,)

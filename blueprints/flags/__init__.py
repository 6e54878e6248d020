"""The routes of the switches of the platform's parts."""

from blueprints.flags.routes import flags

BLUEPRINTS = (flags,)

"""The routes of channels, and of what is sent on them."""

from blueprints.channels.routes import channels

BLUEPRINTS = (channels,)

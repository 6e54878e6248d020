"""The events of a topic over HTTP."""

from blueprints.events.routes import events

BLUEPRINTS = (events,)

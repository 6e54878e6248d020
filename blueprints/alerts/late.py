"""The routes of alerts and of their rules."""

from blueprints.alerts.routes import alerts

BLUEPRINTS = (alerts,)

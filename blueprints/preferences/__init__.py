"""The routes of what a person has chosen on the pages."""

from blueprints.preferences.routes import preferences

BLUEPRINTS = (preferences,)

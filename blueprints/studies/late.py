"""The routes of studies."""

from blueprints.studies.routes import studies

BLUEPRINTS = (studies,)

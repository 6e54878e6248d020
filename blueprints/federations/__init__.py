"""The routes of federations: ``late.py`` has them, they come with the first request."""

LATE = "/api/federations"

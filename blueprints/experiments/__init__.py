"""The routes of experiments: ``late.py`` has them, they come with the first request."""

LATE = "/api/experiments"

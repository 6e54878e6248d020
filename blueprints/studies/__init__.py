"""The routes of studies: ``late.py`` has them, they come with the first request."""

LATE = "/api/studies"

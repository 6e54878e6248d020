"""The routes of weights: ``late.py`` has them, they come with the first request."""

LATE = "/api/weights"

"""The routes of the scheduler: ``late.py`` has them, they come with the first request."""

LATE = "/api/scheduler"  # what all of them begin with

"""The routes of the failure inbox: ``late.py`` has them, they come with the first request."""

LATE = "/api/inbox/incidents"  # what all of them begin with

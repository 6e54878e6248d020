"""The routes of alerts and of their rules: ``late.py`` has them.

They come with the first request to one.
"""

LATE = "/api/scheduler/alerts"  # what all of them begin with

"""The routes of the list of all jobs: ``late.py`` has them.

They come with the first request to one.
"""

LATE = "/api/jobs"  # what all of them begin with

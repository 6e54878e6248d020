"""The routes of channels, and of what is sent on them: ``late.py`` has them.

They come with the first request to one.
"""

LATE = "/api/channels"  # what all of them begin with

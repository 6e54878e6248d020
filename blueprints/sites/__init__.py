"""The routes of web sites and their analyses: ``late.py`` has them.

They come with the first request to one.
"""

LATE = "/api/site-analyses"  # what all of them begin with

"""The routes of connections, and those of their tokens as the scheduler's contract names them.

``late.py`` has them, for they come with the first request to one.
"""

LATE = ("/api/connections", "/api/oauth-tokens", "/api/scheduler/platform-insights")

"""The routes of benchmarks: ``late.py`` has them, for they come with the first request to one."""

LATE = "/api/benchmarks"  # what all of them begin with

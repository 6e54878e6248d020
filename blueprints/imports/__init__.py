"""The routes of imports: ``late.py`` has them, they come with the first request."""

LATE = ("/api/runs/import", "/api/runs/imports", "/api/runs/backfill")

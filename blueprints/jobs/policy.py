"""Who may call the routes of the list of all jobs.

A row says only that somebody is signed in: the jobs of others are answered like those that there
are not, in ``services.jobs.access``.
"""

from app.auth.policy import MAKES, OWN, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/jobs": OWN,
    "GET /api/jobs/suggest": OWN,
    "POST /api/jobs/bulk": MAKES,
    "GET /api/jobs/{id}": OWN,
}

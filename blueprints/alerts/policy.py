"""Who may call the routes of alerts.

A row says only that somebody is signed in: the alerts of others are answered like those that there
are not, in ``services.alerts.access``.
"""

from app.auth.policy import ADMIN, OWN, OWN_CHANGE, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/scheduler/alerts": OWN,
    "GET /api/scheduler/alerts/summary": OWN,
    "GET /api/scheduler/alerts/rules": OWN,
    "PATCH /api/scheduler/alerts/rules/{name}": ADMIN,
    "GET /api/scheduler/alerts/{id}": OWN,
    "POST /api/scheduler/alerts/{id}/mute": OWN_CHANGE,
    "POST /api/scheduler/alerts/{id}/unmute": OWN_CHANGE,
}

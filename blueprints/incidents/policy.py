"""Who may call the routes of the failure inbox.

A row says only that somebody is signed in: the incidents of others are answered like those that
there are not, in ``services.incidents.access``.
"""

from app.auth.policy import OWN, OWN_CHANGE, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/inbox/incidents": OWN,
    "POST /api/inbox/incidents/bulk": OWN_CHANGE,
    "GET /api/inbox/incidents/{id}": OWN,
    "GET /api/inbox/incidents/{id}/failures": OWN,
    "POST /api/inbox/incidents/{id}/acknowledge": OWN_CHANGE,
    "POST /api/inbox/incidents/{id}/snooze": OWN_CHANGE,
    "POST /api/inbox/incidents/{id}/fixed": OWN_CHANGE,
    "POST /api/inbox/incidents/{id}/reopen": OWN_CHANGE,
    "POST /api/inbox/incidents/{id}/assign": OWN_CHANGE,
    "POST /api/inbox/incidents/{id}/notes": OWN_CHANGE,
    "POST /api/inbox/incidents/{id}/merge": OWN_CHANGE,
    "POST /api/inbox/incidents/{id}/split": OWN_CHANGE,
    "POST /api/inbox/incidents/{id}/retry": OWN_CHANGE,
}

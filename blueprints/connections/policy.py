"""Who may call the routes of connections.

Those with a person in the address are for that person and admins: for others it is not there.
"""

from app.auth.policy import EDITS, MAKES, OWN, OWN_CHANGE, READS, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/connections": OWN,
    "POST /api/connections": MAKES,
    "POST /api/connections/callback": MAKES,
    "GET /api/connections/{id}": READS,
    "PATCH /api/connections/{id}": EDITS,
    "DELETE /api/connections/{id}": EDITS,
    "POST /api/connections/{id}/check": EDITS,
    "POST /api/connections/{id}/refresh": EDITS,
    "GET /api/connections/{id}/series": READS,
    "GET /api/connections/{id}/series.csv": READS,
    "GET /api/oauth-tokens/status/{user_id}": OWN,
    "POST /api/oauth-tokens/refresh/{user_id}/{platform}": OWN_CHANGE,
    "POST /api/oauth-tokens/create-tasks/{user_id}": MAKES,
    "POST /api/scheduler/platform-insights/{user_id}/ensure-tasks": MAKES,
    "POST /api/scheduler/platform-insights/reconcile/{user_id}": MAKES,
    "GET /api/oauth-tokens/execution-logs/{user_id}": OWN,
}

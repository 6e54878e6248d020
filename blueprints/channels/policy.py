"""Who may call the routes of channels.

A row says only that somebody is signed in: the channels of others are answered like those that
there are not, in ``services.channels.access``.
"""

from app.auth.policy import MAKES, OWN, OWN_CHANGE, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/channels": OWN,
    "POST /api/channels": MAKES,
    "GET /api/channels/{id}": OWN,
    "PATCH /api/channels/{id}": OWN_CHANGE,
    "DELETE /api/channels/{id}": OWN_CHANGE,
    "POST /api/channels/{id}/secret": OWN_CHANGE,
    "POST /api/channels/{id}/test": OWN_CHANGE,
    "GET /api/channels/{id}/deliveries": OWN,
    "POST /api/channels/{id}/deliveries/{delivery_id}/retry": OWN_CHANGE,
}

"""Who may call the routes of federations."""

from app.auth.policy import EDITS, MAKES, OWN, PUBLIC, READS, Rule

ROUTES: dict[str, Rule] = {
    # a site that joins proves itself by its one-time token
    "GET /api/federations": OWN,
    "POST /api/federations": MAKES,
    "GET /api/federations/{id}": READS,
    "PATCH /api/federations/{id}": EDITS,
    "DELETE /api/federations/{id}": EDITS,
    "POST /api/federations/{id}/start": EDITS,
    "POST /api/federations/{id}/stop": EDITS,
    "POST /api/federations/{id}/sites": EDITS,
    "PATCH /api/federations/{id}/sites/{site}": EDITS,
    "POST /api/federations/{id}/sites/{site}/revoke": EDITS,
    "POST /api/federations/join": PUBLIC,
}

"""Who may call the routes of studies."""

from app.auth.policy import EDITS, MAKES, OWN, READS, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/studies": OWN,
    "POST /api/studies": MAKES,
    "GET /api/studies/{id}": READS,
    "DELETE /api/studies/{id}": EDITS,
}

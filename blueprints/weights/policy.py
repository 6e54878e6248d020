"""Who may call the routes of weights."""

from app.auth.policy import EDITS, MAKES, OWN, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/weights": OWN,
    "POST /api/weights": MAKES,
    "DELETE /api/weights/{id}": EDITS,
}

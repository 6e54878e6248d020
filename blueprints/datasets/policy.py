"""Who may call the routes of datasets."""

from app.auth.policy import EDITS, MAKES, OWN, READS, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/datasets": OWN,
    "POST /api/datasets": MAKES,
    "GET /api/datasets/{id}": READS,
    "PATCH /api/datasets/{id}": EDITS,
    "PUT /api/datasets/{id}/columns": EDITS,
    "DELETE /api/datasets/{id}": EDITS,
    "POST /api/datasets/preview": MAKES,
}

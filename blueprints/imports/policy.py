"""Who may call the routes of imports."""

from app.auth.policy import EDITS, MAKES, OWN, READS, Rule

ROUTES: dict[str, Rule] = {
    "POST /api/runs/import/{kind}": MAKES,
    "GET /api/runs/imports": OWN,
    "GET /api/runs/imports/{id}": READS,
    "POST /api/runs/imports/{id}/stop": EDITS,
    "POST /api/runs/backfill/{id}/server-evaluations": EDITS,
}

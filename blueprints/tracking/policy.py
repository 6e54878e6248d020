"""Who may call the routes of what programs log."""

from app.auth.policy import EDITS, MAKES, READS, Rule

ROUTES: dict[str, Rule] = {
    "POST /api/runs": MAKES,
    "POST /api/runs/{id}/heartbeat": EDITS,
    "POST /api/runs/{id}/logs": EDITS,
    "POST /api/runs/{id}/artifacts": EDITS,
    "POST /api/runs/{id}/server-evaluations": EDITS,
    "POST /api/runs/{id}/client-rounds": EDITS,
    "GET /api/runs/{id}/series": READS,
    "GET /api/runs/{id}/series/summary": READS,
    "POST /api/runs/{id}/series": EDITS,
    "GET /api/runs/{id}/logs": READS,
    "GET /api/runs/{id}/artifacts": READS,
    "GET /api/runs/{id}/artifacts/{artifact}/download": READS,
}

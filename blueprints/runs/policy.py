"""Who may call the routes of runs."""

from app.auth.policy import EDITS, MAKES, OWN, READS, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/runs/list": OWN,
    "GET /api/runs/columns": OWN,
    "GET /api/runs/groups": OWN,
    "GET /api/runs/ids": OWN,
    "GET /api/runs/{id}": READS,
    "PATCH /api/runs/{id}": EDITS,
    "POST /api/runs/bulk": MAKES,
    "DELETE /api/runs/{id}": EDITS,
    "POST /api/runs/{id}/archive": EDITS,
    "POST /api/runs/{id}/unarchive": EDITS,
    "POST /api/runs/{id}/stop": EDITS,
    "POST /api/runs/{id}/resume": EDITS,
    "POST /api/runs/{id}/acknowledge": EDITS,
    "GET /api/runs/{id}/metrics": READS,
    "GET /api/runs/{id}/headlines": READS,
    "GET /api/runs/{id}/download/{form}": READS,
    "GET /api/runs/{id}/federated-rounds": READS,
    "GET /api/runs/{id}/server-evaluation": READS,
    "GET /api/runs/{id}/client-metrics": READS,
    "GET /api/runs/{id}/rounds": READS,
    "GET /api/runs/{id}/skew": READS,
    "GET /api/runs/{id}/contributions": READS,
    "GET /api/runs/compare": OWN,
    "GET /api/runs/compare/download/html": OWN,
    "GET /api/runs/analytics/summary": OWN,
    "PUT /api/runs/{id}/metric-definitions": EDITS,
}

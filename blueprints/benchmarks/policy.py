"""Who may call the routes of benchmarks."""

from app.auth.policy import EDITS, MAKES, OWN, READS, Rule

RUNS: dict[str, Rule] = {
    "POST /api/benchmarks/start": MAKES,
    "GET /api/benchmarks/runs": OWN,
    "GET /api/benchmarks/runs/{id}": READS,
    "PATCH /api/benchmarks/runs/{id}": EDITS,
    "DELETE /api/benchmarks/runs/{id}": EDITS,
    "GET /api/benchmarks/{id}/status": READS,
    "POST /api/benchmarks/{id}/cancel": EDITS,
    "POST /api/benchmarks/{id}/resume": EDITS,
    "GET /api/benchmarks/runs/{id}/missing": READS,
    "GET /api/benchmarks/datasets/{id}/benchmarks/active": READS,
    "GET /api/benchmarks/datasets/{id}/runs": READS,
}
ROUTES: dict[str, Rule] = RUNS

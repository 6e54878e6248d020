"""Who may call the routes of experiments."""

from app.auth.policy import MAKES, OWN, READS, Rule

ROUTES: dict[str, Rule] = {
    "POST /api/experiments/centralized/train": MAKES,
    "POST /api/experiments/federated/train": MAKES,
    "POST /api/experiments/federated/skew": MAKES,
    "GET /api/experiments/estimate": OWN,
    "GET /api/experiments/schema": OWN,
    "GET /api/experiments/list": OWN,
    "GET /api/experiments/status/{id}": READS,
}

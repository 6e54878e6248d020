"""Who may call the routes of benchmarks."""

from app.auth.policy import EDITS, MAKES, OWN, READS, Rule

TRAITS: dict[str, Rule] = {
    "GET /api/benchmarks/traits": OWN,
    "POST /api/benchmarks/traits": MAKES,
    "GET /api/benchmarks/traits/active": OWN,
    "GET /api/benchmarks/traits/categories": OWN,
    "POST /api/benchmarks/traits/import": MAKES,
    "GET /api/benchmarks/traits/export": OWN,
    "GET /api/benchmarks/traits/{id}": READS,
    "PATCH /api/benchmarks/traits/{id}": EDITS,
    "DELETE /api/benchmarks/traits/{id}": EDITS,
}
PERSONAS: dict[str, Rule] = {
    "GET /api/benchmarks/datasets": OWN,
    "POST /api/benchmarks/datasets": MAKES,
    "POST /api/benchmarks/datasets/build": MAKES,
    "GET /api/benchmarks/datasets/{id}": READS,
    "PATCH /api/benchmarks/datasets/{id}": EDITS,
    "DELETE /api/benchmarks/datasets/{id}": EDITS,
    "GET /api/benchmarks/datasets/{id}/personas": READS,
    "GET /api/benchmarks/datasets/{id}/csv": READS,
    "GET /api/benchmarks/personas/{id}": READS,
    "PATCH /api/benchmarks/personas/{id}": EDITS,
}
ROUTES: dict[str, Rule] = TRAITS | PERSONAS

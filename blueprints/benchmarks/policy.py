"""Who may call the routes of benchmarks."""

from app.auth.policy import COMPUTES, EDITS, MAKES, OWN, OWN_CHANGE, READS, Rule

RUNS: dict[str, Rule] = {
    "POST /api/benchmarks/start": MAKES,
    "POST /api/benchmarks/benchmarks/start": MAKES,
    "GET /api/benchmarks/benchmarks/{id}/status": READS,
    "POST /api/benchmarks/benchmarks/{id}/cancel": EDITS,
    "POST /api/benchmarks/sample": MAKES,
    "POST /api/benchmarks/estimate": MAKES,
    "POST /api/benchmarks/import/{kind}": MAKES,
    "POST /api/benchmarks/import/{kind}/preview": MAKES,
    "POST /api/benchmarks/probe": MAKES,
    "GET /api/benchmarks/models/{id}/probe": READS,
    "GET /api/benchmarks/runs": OWN,
    "GET /api/benchmarks/runs/{id}": READS,
    "PATCH /api/benchmarks/runs/{id}": EDITS,
    "POST /api/benchmarks/runs/{id}/acknowledge": EDITS,
    "DELETE /api/benchmarks/runs/{id}": EDITS,
    "GET /api/benchmarks/{id}/status": READS,
    "POST /api/benchmarks/{id}/cancel": EDITS,
    "POST /api/benchmarks/{id}/resume": EDITS,
    "GET /api/benchmarks/runs/{id}/missing": READS,
    "GET /api/benchmarks/runs/{id}/items": READS,
    "GET /api/benchmarks/datasets/{id}/benchmarks/active": READS,
    "GET /api/benchmarks/datasets/{id}/runs": READS,
}
ANALYSIS: dict[str, Rule] = {
    "GET /api/benchmarks/runs/{id}/metrics": READS,
    "GET /api/benchmarks/runs/{id}/order-metrics": READS,
    "GET /api/benchmarks/runs/{id}/means": READS,
    "GET /api/benchmarks/runs/{id}/means/all": READS,
    "GET /api/benchmarks/runs/{id}/deltas": READS,
    "GET /api/benchmarks/runs/{id}/deltas/all/{category}": READS,
    "GET /api/benchmarks/runs/{id}/kruskal": READS,
    "GET /api/benchmarks/runs/{id}/forest": READS,
    "GET /api/benchmarks/runs/{id}/intensity": READS,
    "GET /api/benchmarks/runs/{id}/equivalence": READS,
    "GET /api/benchmarks/runs/{id}/overview": READS,
    "GET /api/benchmarks/runs/{id}/kruskal-by-category": READS,
}
DESIGNS: dict[str, Rule] = {
    f"GET /api/benchmarks/runs/{{id}}/{name}": READS
    for name in (
        "refusals",
        "retries",
        "counterfactual",
        "stability",
        "intersections",
        "mixed",
        "option-ratings",
    )
}
COMPARE: dict[str, Rule] = {
    f"POST /api/benchmarks/runs/compare/{name}": OWN_CHANGE
    for name in (
        "metrics",
        "order-metrics",
        "deltas",
        "bias-intensity-csv",
        "models",
        "groups",
        "items",
    )
}
REPORTS: dict[str, Rule] = {
    f"GET /api/benchmarks/runs/{{id}}/{name}": READS
    for name in (
        "validity",
        "export/json",
        "export/html",
        "export/parquet",
        "export/csv",
        "logs",
        "analysis/quick",
    )
}
ANALYSIS_JOBS: dict[str, Rule] = {
    "GET /api/benchmarks/runs/{id}/analysis": READS,
    "POST /api/benchmarks/runs/{id}/analyze": COMPUTES,
    "GET /api/benchmarks/runs/{id}/analysis/{analysis_id}/file": READS,
}
WARM_UPS: dict[str, Rule] = {
    "POST /api/benchmarks/runs/{id}/warm-cache": COMPUTES,
    "GET /api/benchmarks/runs/{id}/warm-cache": READS,
    "DELETE /api/benchmarks/runs/{id}/cache": EDITS,
}
EXPORTS: dict[str, Rule] = {
    f"GET /api/benchmarks/runs/{{id}}/{table}/{form}": READS
    for table in ("kruskal", "kruskal-by-category", "deltas/{attribute}")
    for form in ("csv", "latex")
}
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
MODELS: dict[str, Rule] = {
    f"{method} /api/benchmarks/{path}": rule
    for models in ("models", "admin/models")  # the contract's name for the same routes
    for method, path, rule in (
        ("GET", models, OWN),
        ("POST", models, MAKES),
        ("GET", f"{models}/{{id}}", READS),
        ("PATCH", f"{models}/{{id}}", EDITS),
        ("DELETE", f"{models}/{{id}}", EDITS),
    )
}
SETUP: dict[str, Rule] = {
    "GET /api/benchmarks/health": OWN,
    "GET /api/benchmarks/config": OWN,
}
GENERATIONS: dict[str, Rule] = {
    "POST /api/benchmarks/attrgen/start": MAKES,
    "GET /api/benchmarks/attrgen/runs": OWN,
    "GET /api/benchmarks/attrgen/runs/{id}": READS,
    "GET /api/benchmarks/attrgen/runs/{id}/personas": READS,
    "PATCH /api/benchmarks/attrgen/runs/{id}": EDITS,
    "POST /api/benchmarks/attrgen/runs/{id}/acknowledge": EDITS,
    "DELETE /api/benchmarks/attrgen/runs/{id}": EDITS,
    "GET /api/benchmarks/attrgen/{id}/status": READS,
    "POST /api/benchmarks/attrgen/{id}/cancel": EDITS,
    "POST /api/benchmarks/attrgen/{id}/resume": EDITS,
}
ROUTES: dict[str, Rule] = (
    RUNS
    | ANALYSIS
    | ANALYSIS_JOBS
    | DESIGNS
    | COMPARE
    | REPORTS
    | WARM_UPS
    | EXPORTS
    | TRAITS
    | PERSONAS
    | MODELS
)
QUEUE: dict[str, Rule] = {
    "GET /api/benchmarks/queue": OWN,
    "POST /api/benchmarks/queue": MAKES,
    "GET /api/benchmarks/queue/list": OWN,
    "POST /api/benchmarks/queue/add": MAKES,
    "GET /api/benchmarks/queue/stats": OWN,
    "POST /api/benchmarks/queue/start": MAKES,
    "POST /api/benchmarks/queue/stop": MAKES,
    "POST /api/benchmarks/queue/pause": MAKES,
    "POST /api/benchmarks/queue/resume": MAKES,
    "GET /api/benchmarks/queue/{id}": READS,
    "DELETE /api/benchmarks/queue/{id}": EDITS,
    "POST /api/benchmarks/queue/{id}/cancel": EDITS,
    "POST /api/benchmarks/queue/{id}/retry": EDITS,
}
ROUTES |= GENERATIONS | QUEUE | SETUP

"""Bringing in what others measured: result files, event folders, tracking databases."""

from app.http.endpoint import fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.runs.routes import runs
from blueprints.runs.schemas_imports import BackfillResultView
from services.runs.imports.backfill import BackfillResult, backfill_evaluations


@runs.post("/backfill/<run_id>/server-evaluations")
@returns(BackfillResultView())
@fails(
    {
        400: "The file is broken, or holds no round.",
        404: "There is no such run, or no file for it.",
        409: "The run is centralised.",
    }
)
def backfill(run_id: str) -> BackfillResult:
    """Store the server's evaluations that the run's result file holds; twice changes nothing."""
    parts = resources()
    return backfill_evaluations(parts.database, parts.settings.results_dir, current_actor(), run_id)

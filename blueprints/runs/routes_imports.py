"""Bringing in what others measured: result files, event folders, tracking databases."""

from app.auth.access import require_member
from app.errors import NotFound
from app.http.endpoint import creates, fails, form, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.datasets.receive import in_a_slot, receive_upload
from blueprints.runs.routes import runs
from blueprints.runs.schemas_imports import (
    BackfillResultView,
    ImportFields,
    ImportForm,
    ImportOutcomeView,
)
from services.runs.imports.backfill import BackfillResult, backfill_evaluations
from services.runs.imports.types import ImportOutcome
from services.runs.imports.upload import FORMATS, LARGEST_UPLOAD, ImportUpload, import_upload


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


@runs.post("/import/<kind>")
@creates
@form(ImportForm())
@returns(ImportOutcomeView(), 201)
@fails(
    {
        400: "The file is not of its kind, or it is damaged.",
        404: "There is no such format.",
        413: "The file is larger than the limit: import it on the host, by python -m app import.",
    }
)
async def import_file(kind: str) -> ImportOutcome:
    """Make runs of a Flower result, TensorBoard event files (one, or a zip) or MLflow's database.

    What was imported before is left out and named.
    """
    if kind not in FORMATS:
        raise NotFound(f"There is no format {kind[:40]!r}: use {', '.join(FORMATS)}.")
    require_member(current_actor())  # before a large file travels
    received, values = await receive_upload("file", ImportFields(), LARGEST_UPLOAD)
    upload = ImportUpload(kind=kind, path=received.path, filename=received.filename, **values)
    return await in_a_slot(received, import_upload, upload)

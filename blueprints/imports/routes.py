"""Bringing in what others measured: result files, event folders, tracking databases."""

from app.auth.access import require_member
from app.db.pages import Page
from app.errors import NotFound
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import creates, fails, form, made, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import PageQuery
from app.models.run_import import RunImport
from blueprints.datasets.receive import in_a_slot, receive_upload
from blueprints.imports.schemas import (
    BackfillResultView,
    ImportFields,
    ImportForm,
    ImportList,
    ImportReportView,
    ImportView,
    OutcomesQuery,
)
from services.imports.backfill import BackfillResult, backfill_evaluations
from services.imports.create import ImportUpload, queue_import
from services.imports.read import ImportReport, get_import, list_imports
from services.imports.stop import stop_import
from services.imports.types import KINDS

imports = ApiBlueprint("imports", __name__, url_prefix="/api/runs")


@imports.post("/backfill/<run_id>/server-evaluations")
@creates
@returns(BackfillResultView())
@fails(
    {
        400: "The file is broken, or holds no round.",
        404: "There is no such run, or no file for it.",
        409: "The run is centralized.",
    }
)
def backfill(run_id: str) -> BackfillResult:
    """Store the server's evaluations that the run's result file holds; twice changes nothing."""
    parts = resources()
    return backfill_evaluations(parts.database, parts.settings.results_dir, current_actor(), run_id)


@imports.post("/import/<kind>")
@creates
@made(RunImport, lambda row: ImportReport(about=row))
@form(ImportForm())
@returns(ImportReportView(), 202)
@fails(
    {
        404: "There is no such format.",
        409: "Enough files of yours wait to be read.",
        413: "The file is larger than the limit: import it on the host, by python -m app import.",
    }
)
async def import_file(kind: str) -> ImportReport:
    """Make runs of a Flower result, TensorBoard event files (one, or a zip) or MLflow's database.

    A worker reads the file; ask for the import by its id to see how far it is and what became
    of each run. What was imported before is left out and named.
    """
    if kind not in KINDS:
        raise NotFound(f"There is no format {kind[:40]!r}: use {', '.join(KINDS)}.")
    require_member(current_actor())  # before a large file travels
    received, values = await receive_upload("file", ImportFields())
    upload = ImportUpload(kind=kind, path=received.path, filename=received.filename, **values)
    return ImportReport(about=await in_a_slot(received, queue_import, upload))


@imports.get("/imports")
@query(PageQuery())
@returns(ImportList())
def list_of_imports(query: dict[str, int]) -> Page[RunImport]:
    """Return the imports of the last 30 days that you may see, the newest first."""
    return list_imports(resources().database, current_actor(), **query)


@imports.get("/imports/<import_id>")
@query(OutcomesQuery())
@returns(ImportReportView())
@fails({404: "There is no such import."})
def one_import(import_id: str, query: dict[str, int]) -> ImportReport:
    """Return how far an import is and what became of the runs, in the order of the file."""
    return get_import(resources().database, current_actor(), import_id, **query)


@imports.post("/imports/<import_id>/stop")
@creates
@returns(ImportView())
@fails({404: "There is no such import.", 409: "The import is already finished."})
def stop_one_import(import_id: str) -> RunImport:
    """Stop an import; the runs that it made so far stay."""
    parts = resources()
    return stop_import(parts.jobs, parts.store, current_actor(), import_id)

"""What people do to runs beside training them: put away, delete, and the same to many at once."""

from app.http.endpoint import body, creates, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.runs.routes import runs
from blueprints.runs.schemas import RunStateView
from blueprints.runs.schemas_actions import BulkBody, BulkOutcomeView, BulkRequest
from services.runs.archive import archive_run, unarchive_run
from services.runs.bulk import BulkOutcome, Tools, change_many
from services.runs.delete import delete_run
from services.runs.types import RunState


@runs.post("/bulk")
@creates
@body(BulkBody())
@returns(BulkOutcomeView())
def bulk(body: BulkRequest) -> BulkOutcome:
    """Apply one action to many runs, or only count what it would change."""
    parts = resources()
    tools = Tools(database=parts.database, store=parts.store, jobs=parts.jobs)
    return change_many(tools, current_actor(), body.change, body.runs, dry_run=body.dry_run)


@runs.post("/<run_id>/archive")
@creates
@returns(RunStateView())
def archive(run_id: str) -> RunState:
    """Put a run out of the lists; its data is kept."""
    return archive_run(resources().database, current_actor(), run_id)


@runs.post("/<run_id>/unarchive")
@creates
@returns(RunStateView())
def unarchive(run_id: str) -> RunState:
    """Put an archived run back into the lists."""
    return unarchive_run(resources().database, current_actor(), run_id)


@runs.delete("/<run_id>")
@returns(None)
@fails({404: "There is no such run.", 409: "The run is not over: stop it first."})
def remove(run_id: str) -> None:
    """Delete a run for good, with its metrics, log, events and files."""
    parts = resources()
    delete_run(parts.database, parts.store, current_actor(), run_id)

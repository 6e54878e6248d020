"""The runs: one in detail, and what people do to it."""

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.runs.schemas import (
    RunChangesBody,
    RunDetailView,
    RunStateView,
)
from services.runs.read import RunDetail, show_run
from services.runs.stop import stop_run
from services.runs.types import RunState
from services.runs.update import RunChanges, acknowledge_run, edit_run

runs = ApiBlueprint("runs", __name__, url_prefix="/api/runs")


@runs.get("/<run_id>")
@returns(RunDetailView())
@fails({404: "There is no such run, or it is not shared with you."})
def get_run(run_id: str) -> RunDetail:
    """Show one run with its newest job."""
    return show_run(resources().database, current_actor(), run_id)


@runs.patch("/<run_id>")
@body(RunChangesBody())
@returns(RunDetailView())
def change_run(run_id: str, body: RunChanges) -> RunDetail:
    """Rename, describe or share a run."""
    edit_run(resources().database, current_actor(), run_id, body)
    return show_run(resources().database, current_actor(), run_id)


@runs.post("/<run_id>/stop")
@creates
@returns(RunStateView())
@fails({409: "The run is already finished."})
def stop(run_id: str) -> RunState:
    """Stop a run; the best weights so far are kept."""
    return stop_run(resources().jobs, current_actor(), run_id)


@runs.post("/<run_id>/acknowledge")
@creates
@returns(RunStateView())
def acknowledge(run_id: str) -> RunState:
    """Take a failed run out of what needs a person."""
    return acknowledge_run(resources().database, current_actor(), run_id)

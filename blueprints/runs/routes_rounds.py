"""The ledger of a federation: its rounds, what sites brought into them, and going on from one."""

from app.http.endpoint import body, creates, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.runs.routes import runs
from blueprints.runs.schemas import RunStateView
from blueprints.runs.schemas_rounds import (
    ContributionsView,
    ResumeBody,
    RoundListView,
    SkewView,
)
from services.domains import admission
from services.runs.federated.contributions import Contributions, show_contributions
from services.runs.federated.rounds import RoundList, show_rounds
from services.runs.federated.skew import show_skew
from services.runs.resume import ResumeRequest, resume_run
from services.runs.training.data.skew import Skew
from services.runs.types import RunState


@runs.get("/<run_id>/rounds")
@returns(RoundListView())
def rounds(run_id: str) -> RoundList:
    """Read who took part in each round, where time and bytes went, and what came of it."""
    return show_rounds(resources().database, current_actor(), run_id)


@runs.get("/<run_id>/skew")
@returns(SkewView())
@fails({409: "The run has no sites, or their rows are on external sites."})
def skew(run_id: str) -> Skew:
    """Read how unlike the sites of a run are, in labels and in sizes."""
    parts = resources()
    return show_skew(parts.database, parts.store, current_actor(), run_id)


@runs.get("/<run_id>/contributions")
@returns(ContributionsView())
def contributions(run_id: str) -> Contributions:
    """Read what each site contributed, per round and in all."""
    return show_contributions(resources().database, current_actor(), run_id)


@runs.post("/<run_id>/resume")
@creates
@body(ResumeBody())
@returns(RunStateView())
@fails(
    {
        403: "Its owner may train no more: the code says why.",
        409: "The run has neither failed nor been stopped, or has no rounds to choose from.",
        422: "That round is not kept; the answer says which are.",
    }
)
def resume(run_id: str, body: ResumeRequest) -> RunState:
    """Go on with a stopped or failed run from its last finished epoch or round, or an earlier one.

    Going on from an earlier round abandons what was trained after it.
    """
    parts = resources()
    admit = admission(parts.settings)
    return resume_run(parts.database, current_actor(), run_id, body, admit)

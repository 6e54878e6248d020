"""What a run came to, in the shapes that clients of the API know."""

from app.http.endpoint import returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.runs.routes import runs
from blueprints.runs.schemas_results import (
    ClientMetricsView,
    ExperimentResults,
    FederatedRoundsView,
    RunHeadlinesView,
    ServerEvaluationsView,
)
from services.runs.federated.clients import ClientMetrics, show_client_metrics
from services.runs.results.evaluations import (
    FederatedRounds,
    ServerEvaluations,
    show_evaluations,
    show_rounds_of,
)
from services.runs.results.intervals import RunHeadlines, show_headlines
from services.runs.results.read import RunResults, show_results


@runs.get("/<run_id>/metrics")
@returns(ExperimentResults())
def metrics(run_id: str) -> RunResults:
    """Read history, best and final values and the confusion matrix."""
    return show_results(resources().database, current_actor(), run_id)


@runs.get("/<run_id>/headlines")
@returns(RunHeadlinesView())
def headlines(run_id: str) -> RunHeadlines:
    """Read what the kept model scores, with 95 % intervals where its rows give them."""
    parts = resources()
    return show_headlines(parts.database, parts.store, current_actor(), run_id)


@runs.get("/<run_id>/federated-rounds")
@returns(FederatedRoundsView())
def federated_rounds(run_id: str) -> FederatedRounds:
    """Read the server's metrics per round."""
    return show_rounds_of(resources().database, current_actor(), run_id)


@runs.get("/<run_id>/server-evaluation")
@returns(ServerEvaluationsView())
def server_evaluation(run_id: str) -> ServerEvaluations:
    """Read the server's evaluations with their confusion matrices and their summary."""
    return show_evaluations(resources().database, current_actor(), run_id)


@runs.get("/<run_id>/client-metrics")
@returns(ClientMetricsView())
def client_metrics(run_id: str) -> ClientMetrics:
    """Read what each client measured on its own rows."""
    return show_client_metrics(resources().database, current_actor(), run_id)

"""The models of a session: started, listed, and what they scored."""

from collections.abc import Sequence
from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.forecasting.result_on_wire import result_row
from blueprints.forecasting.schemas_models import (
    EarlierModelsAnswer,
    HealthAnswer,
    ModelListAnswer,
    ResultsAnswer,
    SavedTablesAnswer,
    SaveTablesBody,
    TablesAnswer,
    TablesQuery,
    TrainAnswer,
    TrainBody,
)
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused, TablesNotFound
from services.forecasting.read import show_session
from services.forecasting.result_record import newest_result
from services.forecasting.results import ModelTables, evaluation_of, list_models
from services.forecasting.saved_tables import save_tables
from services.forecasting.training.quota import limits_of
from services.forecasting.training.start import TrainingRequest, start_training
from services.forecasting.training.start_from import list_earlier

models = ApiBlueprint("forecasting_models", __name__, url_prefix="/api/training")
MISSING = {404: "There is no such session, or it is not shared with you."}


@models.post("/train-models/<session_id>")
@creates
@body(TrainBody())
@returns(TrainAnswer())
@fails(
    MISSING
    | {
        400: "Which setting is wrong, and what would be right.",
        403: "The session is shared to read, or you may train no more: the code says which.",
        409: "One trains.",
    }
)
def train_models(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Train one model or several; the answer comes at once, the work follows."""
    request = TrainingRequest(models=_models(body), split=_object(body, "training_split"))
    parts = resources()
    started = start_training(
        parts.database, current_actor(), session_id, request, limits_of(parts.settings)
    )
    count = len(started.run_ids)
    return {
        "message": "The model is queued." if count == 1 else f"{count} models are queued.",
        "note": "Follow them on their runs or by /status.",
        "run_ids": started.run_ids,
        "job_ids": started.job_ids,
        "n_dat": None,
    }


def _models(body: dict[str, Any]) -> Sequence[dict[str, Any]]:
    several = body["models"]
    if several is None:
        return [_object(body, "model_parameters")]
    if body["model_parameters"] is not None:
        detail = "Send model_parameters for one model, or models for several; not both."
        raise FieldRefused("models", detail)
    if not isinstance(several, list) or not all(isinstance(one, dict) for one in several):
        raise FieldRefused("models", "models must be a list of objects, one per model.")
    return several


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body[name] if body[name] is not None else {}
    if not isinstance(value, dict):
        raise FieldRefused(name, f"{name} is {shown(value)}, but it must be an object.")
    return value


@models.get("/sessions/<session_id>/models")
@returns(ModelListAnswer())
@fails(MISSING)
def list_trained(session_id: str) -> dict[str, Any]:
    """Return the models of a session with their states and scores."""
    return {"models": list_models(resources().database, current_actor(), session_id)}


@models.get("/sessions/<session_id>/earlier-models")
@returns(EarlierModelsAnswer())
@fails(MISSING | {400: "The session cannot be trained yet: the answer says why."})
def list_earlier_models(session_id: str) -> dict[str, Any]:
    """Return the models that a new one can start from, as ``start_from`` of its settings."""
    return {"models": list_earlier(resources().database, current_actor(), session_id)}


@models.get("/results/<session_id>")
@returns(ResultsAnswer())
@fails(MISSING)
def show_results(session_id: str) -> dict[str, Any]:
    """Return the newest result of a session; an empty list before there is one."""
    parts, actor = resources(), current_actor()
    shown = show_session(parts.database, actor, session_id)
    try:
        newest = newest_result(parts.database, parts.store, actor, session_id)
    except TablesNotFound:
        return {"results": [], "count": 0, "n_dat": shown.session.n_dat}
    return {"results": [result_row(newest)], "count": 1, "n_dat": shown.session.n_dat}


models.get("/get-training-results/<session_id>", endpoint="results_too")(show_results)
models.get("/training-results/<session_id>", endpoint="results_by_alias")(show_results)


@models.get("/evaluation-tables/<session_id>")
@query(TablesQuery())
@returns(TablesAnswer())
@fails(MISSING)
def evaluation_tables(session_id: str, query: dict[str, Any]) -> ModelTables:
    """Return the evaluation tables of a model, by default of the newest that has some."""
    parts, actor = resources(), current_actor()
    return evaluation_of(parts.database, parts.store, actor, session_id, query["run_id"])


@models.post("/save-evaluation-tables/<session_id>")
@creates
@body(SaveTablesBody())
@returns(SavedTablesAnswer())
@fails(MISSING | {400: "Which table is none."})
def save_evaluation_tables(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Keep evaluation tables that a client computed itself."""
    parts = resources()
    saved_at = save_tables(parts.database, parts.store, current_actor(), session_id, body)
    return {"session_id": session_id, "message": "The tables are saved.", "saved_at": saved_at}


@models.get("/health")
@returns(HealthAnswer())
def show_forecasting_health() -> dict[str, str]:
    """Say that the routes of forecasting answer."""
    return {"status": "ok"}

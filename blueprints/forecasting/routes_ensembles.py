"""Ensembles of a session's models."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.forecasting.schemas_models import EnsembleBody, TrainAnswer
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.forecasting.training.members import FIELD
from services.forecasting.training.quota import limits_of
from services.forecasting.training.start_ensemble import start_ensemble

ensembles = ApiBlueprint("forecasting_ensembles", __name__, url_prefix="/api/training")


@ensembles.post("/sessions/<session_id>/ensembles")
@creates
@body(EnsembleBody())
@returns(TrainAnswer())
@fails(
    {
        400: "Which models cannot be weighed together, and why.",
        403: "The session is shared to read, or you may train no more: the code says which.",
        404: "There is no such session or no such model, or it is not shared with you.",
        409: "One trains.",
    }
)
def weigh_models(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Start a weighted ensemble of trained models: a run like theirs."""
    parts = resources()
    limits = limits_of(parts.settings)
    started = start_ensemble(
        parts.database, current_actor(), session_id, _run_ids(body[FIELD]), limits
    )
    return {
        "message": "The ensemble is queued.",
        "note": "Follow it on its run or by /status.",
        "run_ids": started.run_ids,
        "job_ids": started.job_ids,
        "n_dat": None,
    }


def _run_ids(given: object) -> list[int] | None:
    if given is None:
        return None
    if not isinstance(given, list) or not all(type(one) is int and one > 0 for one in given):
        detail = f"{FIELD} is {shown(given, 60)}, but it must be a list of numbers of runs."
        raise FieldRefused(FIELD, detail)
    return given

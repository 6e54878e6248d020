"""What a worker does of a scheduled session by itself: take new rows, and forecast."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.forecasting import ForecastSession, SessionModel
from app.models.run import Run
from services.forecasting.prediction.forecast import Forecast, forecast
from services.forecasting.prediction.request import ForecastRequest
from services.forecasting.resolve import visible_session
from services.forecasting.saved_models import SavedModel, choose_saved, saved_of
from services.forecasting.scheduled.rows import append_newest
from services.forecasting.scheduled.steps import limits_as_codes
from services.forecasting.training.plan import plan_of
from services.forecasting.training.start_from import read_request
from services.scheduler.kinds.types import Params, WorkContext

MAX_KEPT = 500  # values of a forecast that are kept with its execution


def perform_step(context: WorkContext, params: Params) -> dict[str, Any] | None:
    """Take new rows, or forecast where the models are trained; None where a stop is requested."""
    if context.attempt.stop_requested():
        return None
    if "new_rows" not in context.done:
        return _take_rows(context, params)
    return _make_forecast(context, params)


def _take_rows(context: WorkContext, params: Params) -> dict[str, Any]:
    with limits_as_codes():
        new_rows = append_newest(context, params)
    with context.database.read() as session:
        owner = visible_session(session, context.actor, params["session_id"])
        is_known = not params["trains_unchanged"] and _is_trained(session, owner, params)
    return {"new_rows": new_rows} | ({"unchanged": True} if is_known else {})


def _is_trained(session: Session, owner: ForecastSession, params: Params) -> bool:
    """Return whether each model is there already, trained on just these rows and settings."""
    plan = plan_of(session, owner, owner.split or {})
    query = (
        select(SessionModel)
        .join(Run, Run.id == SessionModel.run_id)
        .where(SessionModel.session_id == owner.id, Run.status == "completed")
        .order_by(SessionModel.run_id)
    )
    known = [one.settings for one in session.scalars(query) if one.plan == plan]
    chosen = [read_request(one).settings.as_mapping() for one in params["models"]]
    return all(one in known for one in chosen)


def _make_forecast(context: WorkContext, params: Params) -> dict[str, Any]:
    with context.database.read() as session:
        owner = visible_session(session, context.actor, params["session_id"])
        best = _best(session, owner, context.done["runs"])
    made = forecast(
        context.database,
        context.store,
        context.actor,
        params["session_id"],
        ForecastRequest(model_filename=best.filename),
        context.settings.home / "tmp",
    )
    return {
        "best_run_id": best.run_id,
        "best_model": best.filename,
        "skill": best.skill,
        "forecast": kept_forecast(made),
    }


def _best(session: Session, owner: ForecastSession, runs: list[int]) -> SavedModel:
    return choose_saved([one for one in saved_of(session, owner) if one.run_id in runs], None)


def kept_forecast(made: Forecast) -> dict[str, Any]:
    """Return what is kept of a forecast; the values of a long one can be made again from it."""
    count = sum(len(one.values) for one in made.outputs.values())
    outputs = {
        label: {"times": one.times, "values": one.values, "lower": one.lower, "upper": one.upper}
        for label, one in made.outputs.items()
    }
    return {
        "reference_time": made.reference_time,
        "values": count,
        "outputs": outputs if count <= MAX_KEPT else None,
    }

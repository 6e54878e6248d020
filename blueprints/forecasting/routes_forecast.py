"""Forecasts with kept models, the keys for them, and where their inputs come from."""

import asyncio
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.slots import slots
from app.http.threads import run_in_thread
from blueprints.forecasting import schemas_forecast as say
from services.forecasting.prediction.config import (
    ForecastSetup,
    api_parameters,
    read_config,
    save_config,
)
from services.forecasting.prediction.forecast import Forecast
from services.forecasting.prediction.forecast import forecast as forecast_of
from services.forecasting.prediction.keys import MAX_KEYS, create_key, list_keys, revoke_key
from services.forecasting.prediction.predict import PredictionRequest
from services.forecasting.prediction.predict import predict as predict_with
from services.forecasting.prediction.request import ForecastRequest

P = ParamSpec("P")
T = TypeVar("T")

forecasts = ApiBlueprint("forecasting_forecasts", __name__, url_prefix="/api/training")
MISSING = {404: "There is no such session, or nothing of it is trained."}
AT_ONCE = 2  # processes; other requests wait on the loop and keep no thread


@forecasts.post("/predict/<session_id>")
@body(say.PredictBody(), large=True)
@returns(say.PredictAnswer())
@fails(MISSING | {400: "What is wrong with the windows, and what would be right."})
async def predict(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return what a kept model forecasts for windows of input values."""
    parts, actor = resources(), current_actor()
    request = PredictionRequest(**body)
    made = await in_a_slot(
        predict_with, parts.database, parts.store, actor, session_id, request, folder_of_children()
    )
    return {"session_id": session_id, **dataclasses.asdict(made)}


@forecasts.post("/forecast/<session_id>")
@body(say.ForecastBody(), large=True)
@returns(say.ForecastAnswer())
@fails(MISSING | {400: "Which inputs lack which instants.", 429: "Over 60 a minute by one key."})
async def forecast(session_id: str, body: dict[str, Any]) -> Forecast:
    """Return a forecast from the newest rows, or from the session's own files without any."""
    parts, actor = resources(), current_actor()
    request = ForecastRequest(**body)
    return await in_a_slot(
        forecast_of, parts.database, parts.store, actor, session_id, request, folder_of_children()
    )


async def in_a_slot(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a use case that waits for a process, to its end even if the client goes away."""

    async def run() -> T:
        async with slots("forecast", AT_ONCE):
            return await run_in_thread(function, *args, **kwargs)

    return await asyncio.shield(asyncio.ensure_future(run()))


def folder_of_children() -> Path:
    """Return where the files of such a process lie for minutes."""
    return resources().settings.home / "tmp"


@forecasts.get("/forecast-config/<session_id>")
@returns(say.ConfigAnswer())
@fails(MISSING)
def show_forecast_config(session_id: str) -> dict[str, Any]:
    """Return where the inputs of a session's forecasts come from."""
    return _configured(read_config(resources().database, current_actor(), session_id))


@forecasts.post("/save-forecast-config/<session_id>")
@creates
@body(say.ConfigBody())
@returns(say.ConfigAnswer())
@fails(MISSING | {400: "Which input or source is none."})
def change_forecast_config(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Choose where the inputs of a session's forecasts come from, and which model makes them."""
    actor, database = current_actor(), resources().database
    return _configured(
        save_config(database, actor, session_id, body["inputs"], body["model_filename"])
    )


def _configured(setup: ForecastSetup) -> dict[str, Any]:
    return {"session_id": setup.session_id, "config": setup}


@forecasts.get("/api-parameters")
@returns(say.ParametersAnswer())
def show_api_parameters() -> dict[str, Any]:
    """Return the choices and limits of forecasts over the API."""
    return {"parameters": api_parameters()}


@forecasts.post("/api-keys/<session_id>")
@body(say.KeyBody())
@returns(say.KeyAnswer(), 201)
@fails(MISSING | {409: "The session has as many active keys as it may have."})
def create_forecast_key(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Make a key for the forecasts of one session; its secret is shown this once."""
    made = create_key(resources().database, current_actor(), session_id, body["name"])
    return {"api_key": made.secret, "key": made.key}


@forecasts.get("/api-keys/<session_id>")
@returns(say.KeyListAnswer())
@fails(MISSING)
def list_forecast_keys(session_id: str) -> dict[str, Any]:
    """Return the keys of a session, without their secrets."""
    keys = list_keys(resources().database, current_actor(), session_id)
    active = sum(key.revoked_at is None for key in keys)
    return {"keys": keys, "active": active, "max_active": MAX_KEYS}


@forecasts.delete("/api-keys/<key_id>")
@returns(say.KeyAnswer())
@fails({404: "There is no such key, or it is of somebody else's session."})
def revoke_forecast_key(key_id: str) -> dict[str, Any]:
    """Revoke a key."""
    return {"key": revoke_key(resources().database, current_actor(), key_id)}

"""Models to take away, and the scalers that belong to them."""

import dataclasses
import platform
from typing import Any

from quart import Response

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, query, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.streams import attachment
from app.http.threads import run_in_thread
from app.versions import library_versions
from blueprints.forecasting import schemas_saved as say
from services.forecasting.datasets.read import violin_kinds
from services.forecasting.errors import ModelNotFound
from services.forecasting.models.families import FAMILIES
from services.forecasting.read import show_session
from services.forecasting.results import list_models
from services.forecasting.saved_models import (
    SavedModel,
    described_scalers,
    find_saved,
    list_saved,
    scale_rows,
    scalers_of,
    scalers_zip,
)
from services.forecasting.windows.scaling import Scalers

saved = ApiBlueprint("forecasting_saved", __name__, url_prefix="/api/training")
MISSING = {404: "There is no such session, or nothing of it is trained."}


@saved.post("/save-model/<session_id>")
@returns(say.SaveAnswer())
@fails(MISSING)
def save_models(session_id: str) -> dict[str, Any]:
    """Return the kept models: training keeps each model when it ends."""
    models = _listed(session_id)
    return {
        "message": f"{len(models)} models are kept.",
        "session_id": session_id,
        "models": models,
        "total_uploaded": len(models),
        "failed_models": [],
        "total_failed": 0,
    }


@saved.get("/list-models-database/<session_id>")
@returns(say.SavedModelsAnswer())
@fails(MISSING)
def list_kept_models(session_id: str) -> dict[str, Any]:
    """Return the models of a session that can be downloaded."""
    models = _listed(session_id)
    return {"session_id": session_id, "data": {"models": models, "count": len(models)}}


saved.get("/list-models/<session_id>", endpoint="list_models_too")(list_kept_models)


def _listed(session_id: str) -> list[SavedModel]:
    models = list_saved(resources().database, current_actor(), session_id)
    if not models:
        raise ModelNotFound("This session does not have a trained model.")
    return models


@saved.get("/download-model-h5/<session_id>")
@query(say.FilenameQuery())
@raw("application/zip")
@fails(MISSING | {400: "The file name is none."})
async def download_model(session_id: str, query: dict[str, Any]) -> Response:
    """Return a model as a zip with its scalers and a script; by default the best by skill."""
    parts = resources()
    model = await run_in_thread(
        find_saved, parts.database, current_actor(), session_id, query["filename"]
    )
    stream = await run_in_thread(parts.store.open, model.object_key)
    response = attachment(stream, model.size_bytes, model.filename, "application/zip")
    for name, number in _environment().items():
        response.headers[f"X-Model-Env-{name.title()}"] = number
    return response


saved.get("/download-model/<session_id>", endpoint="download_too")(download_model)


@saved.get("/scalers/<session_id>")
@returns(say.ScalersAnswer())
@fails(MISSING)
def show_scalers(session_id: str) -> dict[str, Any]:
    """Return the scalers of the newest model by column."""
    return {"session_id": session_id, "scalers": described_scalers(_scalers(session_id))}


@saved.get("/scalers/<session_id>/download")
@raw("application/zip")
@fails(MISSING)
def download_scalers(session_id: str) -> Response:
    """Return the scalers as two files of JSON in a zip."""
    stamp, content = scalers_zip(_scalers(session_id))
    response = Response(content, content_type="application/zip")
    name = f"scalers_{session_id}_{stamp}.zip"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@saved.post("/scale-data/<session_id>")
@body(say.ScaleBody())
@returns(say.ScaleAnswer())
@fails(MISSING | {400: "What is wrong with the rows."})
def scale_data(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Scale rows of input columns as the newest model does, or bring them back."""
    scalers = _scalers(session_id)
    scaled = scale_rows(scalers, body["input_data"], inverse=body["inverse"])
    metadata = {"rows": len(scaled.rows), "columns": len(scalers.inputs), "saved": False}
    return {
        "session_id": session_id,
        "scaled_data": scaled.rows,
        "scaling_info": scaled.info,
        "metadata": metadata,
    }


def _scalers(session_id: str) -> Scalers:
    parts = resources()
    return scalers_of(parts.database, parts.store, current_actor(), session_id)


@saved.get("/results-summary/<session_id>")
@returns(say.SummaryAnswer())
@fails(MISSING)
def show_summary(session_id: str) -> dict[str, Any]:
    """Return what a session has."""
    parts, actor = resources(), current_actor()
    database = parts.database
    shown = show_session(database, actor, session_id)
    done = [one for one in list_models(database, actor, session_id) if one.summary is not None]
    kinds = violin_kinds(database, parts.store, actor, session_id)
    return {
        "session_id": session_id,
        "n_dat": shown.session.n_dat,
        "workflow_phase": shown.phase,
        "has_training_results": bool(done),
        "has_trained_model": bool(list_saved(database, actor, session_id)),
        "model_count": len(done),
        "has_violin_plots": bool(kinds),
        "violin_plot_types": kinds,
    }


@saved.get("/environment-info")
@returns(say.EnvironmentAnswer())
def show_environment() -> dict[str, Any]:
    """Return the versions of the libraries that numbers depend on."""
    return {"environment": _environment()}


def _environment() -> dict[str, str]:
    return {"python": platform.python_version(), **library_versions()}


@saved.get("/model-options")
@returns(say.OptionsAnswer())
def show_options() -> dict[str, Any]:
    """Return the families of models and the description of their settings, for a form."""
    return {
        "families": [
            {
                "mode": family.mode,
                "label": family.label,
                "about": family.about,
                "fields": [dataclasses.asdict(one) for one in family.fields()],
            }
            for family in FAMILIES
        ]
    }

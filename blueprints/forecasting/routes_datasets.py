"""The datasets of a session: built by a job, then shown, drawn and downloaded."""

from typing import Any

from quart import Response

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.streams import attachment
from app.http.threads import run_in_thread
from app.models.forecasting import ForecastSession
from blueprints.forecasting import schemas_datasets as say
from services.forecasting.datasets import read
from services.forecasting.datasets.read import DatasetDocument, PlotVariables
from services.forecasting.datasets.start import start_datasets, stop_datasets
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused

datasets = ApiBlueprint("forecasting_datasets", __name__, url_prefix="/api/training")
MISSING = {404: "There is no such session, it is not shared with you, or it has no datasets."}
REFUSED = {
    400: "Which setting is wrong, and what would be right; STEPS_MISSING without time steps.",
    409: "A job of the session is not over.",
}


@datasets.post("/generate-datasets/<session_id>")
@creates
@body(say.DatasetsBody())
@returns(say.DatasetsStarted())
@fails(MISSING | REFUSED)
def generate_datasets(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Build the datasets of a session; the answer comes at once, the work follows."""
    split = body["training_split"]
    if split is not None and not isinstance(split, dict):
        detail = f"training_split is {shown(split)}, but it must be an object."
        raise FieldRefused("training_split", detail)
    started = start_datasets(
        resources().database,
        current_actor(),
        session_id,
        model_parameters=body["model_parameters"],
        split=split,
    )
    return {
        "message": "The datasets are queued: follow them by dataset_status_update or /status.",
        "session_id": started.session.wire_id,
        "job_id": started.job_id,
        "n_dat": None,
        "dataset_count": None,
        "violin_plots": {},
    }


@datasets.post("/sessions/<session_id>/datasets/stop")
@creates
@returns(say.DatasetsStopped())
@fails(MISSING | {409: "Nothing is being built."})
def stop_building(session_id: str) -> ForecastSession:
    """Request the job that builds the datasets to end; what was built before stays."""
    return stop_datasets(resources().jobs, current_actor(), session_id)


@datasets.get("/sessions/<session_id>/windows")
@returns(say.WindowsView())
@fails(MISSING)
def show_windows(session_id: str) -> dict[str, Any]:
    """Return sizes, range, dropped samples and leak certificate of a session's windows."""
    parts = resources()
    return _flat(read.read_windows(parts.database, parts.store, current_actor(), session_id))


@datasets.get("/sessions/<session_id>/windows/dropped")
@raw("application/vnd.apache.parquet")
@fails(MISSING)
async def download_dropped(session_id: str) -> Response:
    """Download every dropped sample with reason, instant and lines as a Parquet table."""
    parts = resources()
    file = await run_in_thread(
        read.open_dropped, parts.database, parts.store, current_actor(), session_id
    )
    return attachment(file.stream, file.size_bytes, file.name, "application/vnd.apache.parquet")


@datasets.get("/violins/<session_id>")
@returns(say.ViolinsView())
@fails(MISSING)
def show_violins(session_id: str) -> dict[str, Any]:
    """Return the violins of every column as numbers, by block, before and after scaling."""
    parts = resources()
    return _flat(read.read_violins(parts.database, parts.store, current_actor(), session_id))


@datasets.get("/visualizations/<session_id>")
@returns(say.VisualizationsView())
@fails(MISSING)
def show_visualizations(session_id: str) -> dict[str, Any]:
    """Return the violins of every column as PNGs."""
    parts = resources()
    document = read.read_visualizations(parts.database, parts.store, current_actor(), session_id)
    return {**_flat(document), "message": f"{len(document.content['plots'])} plots."}


@datasets.get("/plot-variables/<session_id>")
@returns(say.PlotVariablesView())
@fails(MISSING)
def show_plot_variables(session_id: str) -> PlotVariables:
    """Return the names of the columns that a plot may show."""
    return read.plot_variables(resources().database, current_actor(), session_id)


@datasets.get("/download-arrays/<session_id>")
@raw("application/octet-stream")
@fails(MISSING)
async def download_arrays(session_id: str) -> Response:
    """Download X, Y, t_ref (seconds in UTC), names and blocks as ``.npz`` without pickle."""
    parts = resources()
    file = await run_in_thread(
        read.open_arrays, parts.database, parts.store, current_actor(), session_id
    )
    return attachment(file.stream, file.size_bytes, file.name, "application/octet-stream")


datasets.get("/training-datasets/<session_id>", endpoint="arrays_by_alias")(download_arrays)


def _flat(document: DatasetDocument) -> dict[str, Any]:
    return {
        **document.content,
        "session_id": document.session_id,
        "n_dat": document.n_dat,
        "created_at": document.created_at,
        "is_current": document.is_current,
    }

"""Plots of a session's test samples: as a PNG, and as the same in numbers."""

import asyncio
import base64
from typing import Any

from quart import current_app

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.threads import run_in_thread
from blueprints.forecasting import schemas_plots as say
from services.forecasting.plots.child import draw_in_child
from services.forecasting.plots.create import create_plot
from services.forecasting.plots.errors import InvalidPlotParams
from services.forecasting.plots.samples import read_samples, samples_mapping
from services.forecasting.plots.settings import sample_choice

plots = ApiBlueprint("forecasting_plots", __name__, url_prefix="/api/training")
MISSING = {404: "There is no such session or model, or the session has no datasets yet."}
REFUSED = {
    400: "Which option is wrong, and what would be right; or nothing is selected.",
    503: "Drawing took more time or memory than is allowed.",
}
AT_ONCE = 2


@plots.post("/generate-plot")
@body(say.GeneratePlotBody())
@returns(say.PlotAnswer())
@fails(MISSING | REFUSED)
async def generate_plot(body: dict[str, Any]) -> dict[str, Any]:
    """Draw test samples of the session in the body."""
    return await _drawn(body.pop("sessionId"), body)


@plots.post("/create-plots/<session_id>")
@body(say.CreatePlotsBody())
@returns(say.PlotAnswer())
@fails(MISSING | REFUSED)
async def create_plots(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Draw test samples of the session in the address."""
    return await _drawn(session_id, body)


async def _drawn(session_id: object, body: dict[str, Any]) -> dict[str, Any]:
    parts, actor = resources(), current_actor()
    async with _slots():
        plot = await run_in_thread(
            create_plot, parts.database, parts.store, actor, session_id, body, draw_in_child
        )
    count = len(plot.samples.positions)
    return {
        "message": f"{count} of {plot.samples.n_test} test samples.",
        "session_id": plot.samples.session_id,
        "plot_data": f"data:image/png;base64,{base64.b64encode(plot.png).decode()}",
        "run_id": plot.samples.run_id,
        "model_type": plot.samples.model_type,
        "seed": plot.samples.seed,
        "n_test": plot.samples.n_test,
        "samples": plot.samples.positions,
    }


def _slots() -> asyncio.Semaphore:
    """Return what keeps plots from taking every thread and core: the others wait on the loop."""
    slots: asyncio.Semaphore = current_app.extensions.setdefault(
        "plot_slots", asyncio.Semaphore(AT_ONCE)
    )
    return slots


@plots.get("/plot-data/<session_id>")
@query(say.PlotDataQuery())
@returns(say.PlotDataView(), plain=True)
@fails(MISSING | {400: "Which parameter is wrong, and what would be right."})
def show_plot_data(session_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return test samples with their inputs, outputs and forecasts as numbers."""
    choice = sample_choice(
        {
            "num_sbpl": query["samples"],
            "seed": query["seed"],
            "samples": _positions(query["positions"]),
        }
    )
    parts, actor = resources(), current_actor()
    samples = read_samples(parts.database, parts.store, actor, session_id, choice, query["run_id"])
    return {"success": True, **samples_mapping(samples)}


def _positions(text: str | None) -> list[int] | None:
    if text is None:
        return None
    parts = text.split(",")
    if not all(one.strip().isascii() and one.strip().isdigit() for one in parts):
        raise InvalidPlotParams("positions", text, "whole numbers with commas between")
    return [int(one) for one in parts]

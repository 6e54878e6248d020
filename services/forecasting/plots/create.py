"""A plot of test samples as a PNG: chosen here, drawn by a worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.uow import NewJob
from app.jobs.queues import IO
from app.storage import ObjectStore
from services.forecasting.errors import ModelNotFound
from services.forecasting.plots import JOB_KIND
from services.forecasting.plots.drawn import put_drawing
from services.forecasting.plots.errors import InvalidPlotParams
from services.forecasting.plots.samples import PlotSamples, PlotVariable, read_samples
from services.forecasting.plots.settings import PlotRequest, plot_request


@dataclass(frozen=True, kw_only=True)
class PlannedPlot:
    """The samples of a plot, and everything that is drawn of them, as JSON takes it.

    With ``seed`` and ``positions`` of the samples it can be drawn again.
    """

    samples: PlotSamples
    drawing: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RequestedPlot:
    """A plot that a worker is to draw: what its job is about, and the job's id."""

    name: str
    job_id: int


def plan_plot(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object, body: Mapping[str, Any]
) -> PlannedPlot:
    """Return what is to be drawn of a session's test samples, as ``body`` says.

    Raises InvalidPlotParams for a wrong option or variable, or when nothing is selected;
    ModelNotFound where forecasts are selected and there is no model; and what ``read_samples``
    raises.
    """
    request = plot_request(body)
    samples = read_samples(database, store, actor, wire_id, request.choice, request.model_id)
    _check_variables(request, samples)
    return PlannedPlot(samples=samples, drawing=drawing_of(request, samples))


def create_plot(
    database: Database, store: ObjectStore, actor: Actor, plan: PlannedPlot
) -> RequestedPlot:
    """Let a worker draw what was planned."""
    name = put_drawing(store, plan.drawing)
    with database.write() as unit:
        job = unit.enqueue(NewJob(kind=JOB_KIND, queue=IO, subject=name, owner_id=actor.user_id))
    return RequestedPlot(name=name, job_id=job.id)


def _check_variables(request: PlotRequest, samples: PlotSamples) -> None:
    inputs = [one.name for one in samples.variables if one.kind != "output"]
    outputs = [one.name for one in samples.variables if one.kind == "output"]
    _check_names("df_plot_in", request.inputs, inputs)
    _check_names("df_plot_out", request.outputs, outputs)
    _check_names("df_plot_fcst", request.forecasts, outputs)
    if request.forecasts and samples.run_id is None:
        raise ModelNotFound(
            f"Session {samples.session_id} has no evaluated model, so there is no forecast to "
            "draw: train one, or leave df_plot_fcst empty."
        )


def _check_names(field: str, chosen: frozenset[str], known: Sequence[str]) -> None:
    unknown = sorted(chosen - set(known))
    if unknown:
        raise InvalidPlotParams(field, unknown[0], f"one of {', '.join(known)}")


def drawing_of(request: PlotRequest, samples: PlotSamples) -> dict[str, Any]:
    """Return everything that is drawn, as JSON takes it."""
    lines = [
        _line(one, kind, request, samples)
        for kind, chosen in (
            ("input", request.inputs),
            ("output", request.outputs),
            ("forecast", request.forecasts),
        )
        for one in samples.variables
        if one.name in chosen and (one.kind == "output") == (kind != "input")
    ]
    return {
        "reference_times": list(samples.reference_times),
        "by_step": request.by_step,
        "separate_axes": request.separate_axes,
        "lines": lines,
    }


def _line(
    variable: PlotVariable, kind: str, request: PlotRequest, samples: PlotSamples
) -> dict[str, Any]:
    values = variable.forecast if kind == "forecast" else variable.values
    if values is None:
        raise ModelNotFound(f"Session {samples.session_id} has no forecast of {variable.name}.")
    if request.scaled:
        values = values * variable.scale + variable.shift
    prefix = {"input": "IN", "time": "TIME", "output": "OUT"}[variable.kind]
    return {
        "kind": kind,
        "name": variable.name,
        "legend": f"{'FCST' if kind == 'forecast' else prefix}: {variable.name}",
        "color": variable.color,
        "seconds": (variable.hours * 3600).tolist(),
        "values": values.tolist(),
    }

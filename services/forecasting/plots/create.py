"""A plot of test samples as a PNG: chosen here, drawn by a process of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from app.storage import ObjectStore
from services.forecasting.errors import ModelNotFound
from services.forecasting.plots.errors import InvalidPlotParams
from services.forecasting.plots.samples import PlotSamples, PlotVariable, read_samples
from services.forecasting.plots.settings import PlotRequest, plot_request

DrawPlot = Callable[[Mapping[str, Any]], bytes]


@dataclass(frozen=True, kw_only=True)
class SamplePlot:
    """A PNG and what is on it: with ``seed`` and ``positions`` it can be drawn again."""

    samples: PlotSamples
    png: bytes


def create_plot(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    wire_id: object,
    body: Mapping[str, Any],
    draw: DrawPlot,
) -> SamplePlot:
    """Draw test samples as ``body`` asks.

    Raises InvalidPlotParams for a wrong option or variable, or when nothing is selected;
    ModelNotFound where forecasts are selected and there is no model; and what ``read_samples``
    raises.
    """
    request = plot_request(body)
    samples = read_samples(database, store, actor, wire_id, request.choice, request.model_id)
    _check_variables(request, samples)
    return SamplePlot(samples=samples, png=draw(drawing_of(request, samples)))


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

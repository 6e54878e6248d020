"""A classical baseline on the test samples of a session: the same for every model of one plan.

It is computed with the first model and kept in the store under the hash of the plan; the sweep
takes it after a day, and the next model computes it again.
"""

import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import strict_json
from app.storage import ObjectMissing, ObjectStore
from services.forecasting.datasets.report import plan_digest
from services.forecasting.evaluation.baselines import MeasuredSeries, choose_season
from services.forecasting.files.create import PREFIX
from services.forecasting.models.baselines import BaselineGrid, baseline_grid, filled_forward
from services.forecasting.models.classical import (
    ClassicalForecast,
    ClassicalSeries,
    FitClassical,
)
from services.forecasting.training.geometry import (
    HOUR,
    MICROSECONDS,
    first_offset,
    step_minutes,
)
from services.forecasting.training.output_series import measured_output, training_end
from services.forecasting.training.prepare import PreparedData

NAME = "auto_ets"
MAX_POINTS = 2_000_000  # of a grid: 19 years of every 5 minutes
VERSION = 3  # of what is kept: another one is computed again


@dataclass(frozen=True, kw_only=True)
class ClassicalBaseline:
    """Forecasts (n, steps) of the test samples by output, and what is said of each of them."""

    forecasts: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def sentences(self) -> list[str]:
        """Return why outputs have none, for the log."""
        return [
            f"{name} has no classical baseline: {one['reason']}"
            for name, one in self.facts.items()
            if one["reason"]
        ]


NO_BASELINE = ClassicalBaseline()


def kept_classical(
    prepared: PreparedData, plan: Mapping[str, Any], store: ObjectStore, fit: FitClassical
) -> ClassicalBaseline:
    """Return the baseline of a plan as an earlier model of it left it, else compute and keep it."""
    key = f"{PREFIX}baselines/{VERSION}-{plan_digest(plan)}.npz"
    try:
        return _read(store.get(key))
    except ObjectMissing:
        kept = _written(classical_baseline(prepared, fit))
    store.put(key, kept)
    return _read(kept)  # what is read later has the same digits


def classical_baseline(prepared: PreparedData, fit: FitClassical) -> ClassicalBaseline:
    """Forecast the test samples of each output from its own series, up to each reference time."""
    forecasts, facts = {}, {}
    for number, name in enumerate(prepared.windows.output_names):
        series = _series(prepared, number)
        answer = series if isinstance(series, ClassicalForecast) else fit(series)
        facts[name] = answer.facts()
        if answer.forecast is not None:
            forecasts[name] = _as_the_output(prepared, number, answer.forecast)
    return ClassicalBaseline(forecasts=forecasts, facts=facts)


def _series(prepared: PreparedData, number: int) -> ClassicalSeries | ClassicalForecast:
    """Return an output on the coarsest grid with all its points, or why it has none."""
    times, values, delay = _known_points(prepared, number)
    grid = _grid(prepared, number, int(times[0]), delay)
    if (times[-1] - grid.start) // grid.step >= MAX_POINTS:
        reason = f"A step of {grid.step} s makes more than {MAX_POINTS:,} points."
        return ClassicalForecast(forecast=None, reason=reason)
    wait = grid.wait(times) if _is_interpolated(prepared, number) else 0
    if wait:  # what it forecasts lies between rows, as the output's own values do
        delay += wait
        grid = _grid(prepared, number, int(times[0]), delay)
    sampled = grid.interpolated(times, values) if wait else grid.sample(times, values)
    references = prepared.windows.reference_times[prepared.split.test] // MICROSECONDS
    until = _training_end(prepared, number, int(references.min())) - delay
    points = int(np.clip((until - grid.start) // grid.step + 1, 0, len(sampled)))
    training = filled_forward(sampled[:points])
    return ClassicalSeries(
        values=sampled,
        training_points=points,
        windows=grid.windows,
        period=choose_season(training, grid.step / 60),
    )


def _grid(prepared: PreparedData, number: int, begin: int, delay: int) -> BaselineGrid:
    plan = prepared.plan.outputs[number]
    return baseline_grid(
        prepared.windows.reference_times[prepared.split.test] // MICROSECONDS,
        begin=begin,
        horizon_start=int(float(plan.horizon_start) * HOUR),
        spacing=max(_spacing(prepared, number), 1),
        steps=prepared.plan.steps.output_steps,
        delay=delay,
    )


def _is_interpolated(prepared: PreparedData, number: int) -> bool:
    plan = prepared.plan.outputs[number]
    return plan.form == "historical" and plan.method == "linear" and not plan.average


def _known_points(
    prepared: PreparedData, number: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], int]:
    """Return times (n,) in seconds and values (n,) where there are, and after how many they count.

    Of an average over the horizon these are its rows: forecasts of them are averaged.
    """
    raw = prepared.series[f"output:{prepared.plan.outputs[number].label}"]
    series = MeasuredSeries(times=raw.times / MICROSECONDS, values=raw.values)
    if not prepared.plan.outputs[number].average:
        series, _ = measured_output(prepared, number)
    times, values = series.known()
    return times // MICROSECONDS, values, math.ceil(series.known_after)


def _spacing(prepared: PreparedData, number: int) -> int:
    """Return the seconds between two steps of an output."""
    minutes = step_minutes(prepared.plan)[number] or float(prepared.plan.steps.step_minutes)
    return round(minutes * 60)


def _training_end(prepared: PreparedData, number: int, first_test: int) -> int:
    """Return the last second that belongs to training.

    What a training sample forecasts belongs to it, what a test sample forecasts does not.
    """
    start = first_offset(prepared, number) // MICROSECONDS
    return min(training_end(prepared, number) // MICROSECONDS, first_test + min(0, start - 1))


def _as_the_output(
    prepared: PreparedData, number: int, forecast: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the forecast as its output is defined: averaged if that is, within its bounds."""
    plan = prepared.plan.outputs[number]
    if plan.average:
        forecast = np.repeat(forecast.mean(axis=1, keepdims=True), forecast.shape[1], axis=1)
    low = -np.inf if plan.lower is None else plan.lower
    high = np.inf if plan.upper is None else plan.upper
    return np.asarray(np.clip(forecast, low, high))


def _written(baseline: ClassicalBaseline) -> bytes:
    buffer = io.BytesIO()
    names = list(baseline.forecasts)
    arrays = {
        f"output_{at}": baseline.forecasts[name].astype(np.float32) for at, name in enumerate(names)
    }
    said = strict_json.dump_bytes({"names": names, "facts": baseline.facts})
    np.savez_compressed(
        buffer, allow_pickle=False, said=np.frombuffer(said, dtype=np.uint8), **arrays
    )
    return buffer.getvalue()


def _read(content: bytes) -> ClassicalBaseline:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        said = json.loads(_array(archive, "said").tobytes())
        forecasts = {
            name: _array(archive, f"output_{at}").astype(np.float64)
            for at, name in enumerate(said["names"])
        }
    return ClassicalBaseline(forecasts=forecasts, facts=said["facts"])


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with archive.open(f"{name}.npy") as stream:
        return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))

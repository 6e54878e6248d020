"""Measuring a model on the test block: its tables, its baselines, and what may be said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.forecasting.evaluation.baselines import (
    MeasuredSeries,
    choose_season,
    naive,
    seasonal_naive,
)
from services.forecasting.evaluation.metrics import skill
from services.forecasting.evaluation.tables import EvaluationTables, evaluation_tables
from services.forecasting.models.ports import Fitted
from services.forecasting.training.prepare import PreparedData

Floats = NDArray[np.float64]
MICROSECONDS = 1_000_000
CHUNK = 4_096
OF_RUN = {
    "mae": "MAE",
    "rmse": "RMSE",
    "mape": "MAPE",
    "wape": "WAPE",
    "smape": "sMAPE",
    "nrmse": "NRMSE",
    "mase": "MASE",
}
IN_UNITS = ("mae", "rmse")  # of several outputs there is no mean of these


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """Forecasts that need no model, for the same windows: (n, steps) by output label."""

    name: str
    forecast: Mapping[str, Floats]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A model on its test block: truth and forecast (n, steps, outputs) in physical units.

    ``baselines`` holds the metrics of each baseline by output label. ``metrics`` are those of the
    whole run, under the names of the metric catalogue.
    """

    truth: Floats
    forecast: Floats
    tables: EvaluationTables
    baselines: Mapping[str, EvaluationTables]
    season: Mapping[str, int]
    skill: Mapping[str, float | None]
    metrics: Mapping[str, float | None]
    sentence: str

    def as_mapping(self) -> dict[str, Any]:
        """Return everything but the arrays, as strict JSON takes it."""
        return {
            "df_eval": self.tables.df_eval,
            "df_eval_ts": self.tables.df_eval_ts,
            "seasonal_mase": dict(self.tables.seasonal_mase),
            "baselines": {
                name: {"df_eval": one.df_eval, "seasonal_mase": dict(one.seasonal_mase)}
                for name, one in self.baselines.items()
            },
            "season": dict(self.season),
            "skill": dict(self.skill),
            "metrics": dict(self.metrics),
            "sentence": self.sentence,
        }


def measure(prepared: PreparedData, fitted: Fitted) -> Measured:
    """Forecast the test block and measure that beside naive and seasonal naive."""
    names = list(prepared.windows.output_names)
    rows = prepared.split.test
    truth = prepared.windows.outputs(rows).astype(np.float64)
    forecast = _forecast(prepared, fitted)
    deltas = {name: _delta(prepared, number) for number, name in enumerate(names)}
    training = {name: _training_series(prepared, n, deltas[name]) for n, name in enumerate(names)}
    season = {name: _season(training[name], deltas[name]) for name in names}
    truths = _by_name(names, truth)

    def tables(forecasts: Mapping[str, Floats]) -> EvaluationTables:
        return evaluation_tables(truths, forecasts, deltas, train=training, season=season)

    own = tables(_by_name(names, forecast))
    baselines = _baselines(prepared, names, deltas, season)
    skills = {
        name: skill(truths[name], _by_name(names, forecast)[name], baselines[-1].forecast[name])
        for name in names
    }
    metrics = _of_run(own, skills, names)
    return Measured(
        truth=truth,
        forecast=forecast,
        tables=own,
        baselines={one.name: tables(one.forecast) for one in baselines},
        season=season,
        skill=skills,
        metrics=metrics,
        sentence=_sentence(skills, len(rows)),
    )


def _forecast(prepared: PreparedData, fitted: Fitted) -> Floats:
    block = prepared.block("test")
    parts = []
    for begin in range(0, len(block), CHUNK):
        rows = np.arange(begin, min(begin + CHUNK, len(block)))
        parts.append(prepared.scalers.inverse_outputs(fitted.predict(block.inputs(rows))))
    return np.concatenate(parts).astype(np.float64)


def _season(training: Floats, delta: float | None) -> int:
    return 1 if delta is None else choose_season(training, delta)


def _by_name(names: Sequence[str], values: Floats) -> dict[str, Floats]:
    return {name: values[:, :, number] for number, name in enumerate(names)}


def _delta(prepared: PreparedData, number: int) -> float | None:
    """Return the minutes between two steps of an output, None of a single step."""
    steps = prepared.plan.steps.output_steps
    plan = prepared.plan.outputs[number]
    return None if steps == 1 else float(plan.horizon_end - plan.horizon_start) * 60 / (steps - 1)


def _offsets(prepared: PreparedData, number: int) -> Floats:
    """Return the seconds from a reference time to each step of an output."""
    plan = prepared.plan.outputs[number]
    steps = prepared.plan.steps.output_steps
    end = plan.horizon_start if steps == 1 else plan.horizon_end
    return np.linspace(float(plan.horizon_start), float(end), steps) * 3600.0


def _training_series(prepared: PreparedData, number: int, delta: float | None) -> Floats:
    """Return an output up to the end of the training block, at the spacing of its steps.

    Between raw points it is interpolated: it only gives the scale of the seasonal errors.
    """
    plan = prepared.plan.outputs[number]
    raw = prepared.series[f"output:{plan.label}"]
    known = np.isfinite(raw.values)
    times, values = raw.times[known], raw.values[known]
    last = prepared.windows.reference_times[prepared.split.train].max(initial=0)
    until = last + int(float(plan.horizon_end) * 3600 * MICROSECONDS)
    step = int((delta or float(prepared.plan.steps.step_minutes)) * 60 * MICROSECONDS)
    grid = np.arange(times[0], min(until, times[-1]) + 1, step)
    return np.interp(grid, times, values)


def _baselines(
    prepared: PreparedData,
    names: Sequence[str],
    deltas: Mapping[str, float | None],
    season: Mapping[str, int],
) -> list[Baseline]:
    references = prepared.windows.reference_times[prepared.split.test] / MICROSECONDS
    last: dict[str, Floats] = {}
    ago: dict[str, Floats] = {}
    for number, name in enumerate(names):
        raw = prepared.series[f"output:{prepared.plan.outputs[number].label}"]
        series = MeasuredSeries(times=raw.times / MICROSECONDS, values=raw.values)
        offsets = _offsets(prepared, number)
        step = deltas[name] or float(prepared.plan.steps.step_minutes)
        last[name] = naive(series, references, offsets)
        ago[name] = seasonal_naive(series, references, offsets, season[name] * step * 60)
    return [Baseline(name="naive", forecast=last), Baseline(name="seasonal_naive", forecast=ago)]


def _of_run(
    tables: EvaluationTables, skills: Mapping[str, float | None], names: Sequence[str]
) -> dict[str, float | None]:
    """Return one figure per metric: the mean over outputs where it has no unit."""
    values: dict[str, float | None] = {}
    for metric, column in OF_RUN.items():
        if metric in IN_UNITS and len(names) > 1:
            continue
        values[metric] = _mean([tables.df_eval[name][column][0] for name in names])
    values["mase_seasonal"] = _mean([tables.seasonal_mase.get(name) for name in names])
    values["skill"] = _mean([skills[name] for name in names])
    return {name: value for name, value in values.items() if value is not None}


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _sentence(skills: Mapping[str, float | None], windows: int) -> str:
    """Say how the model stands beside seasonal naive, and claim no more than the test block."""
    said = []
    for name, value in skills.items():
        if value is None:
            said.append(f"{name}: seasonal naive makes no error here, so there is no skill.")
        elif value > 0:
            said.append(
                f"{name}: the mean absolute error is {value:.1%} below that of seasonal naive."
            )
        else:
            said.append(f"{name}: no better than repeating the last season (skill {value:.3f}).")
    return f"On {windows} test windows. " + " ".join(said)

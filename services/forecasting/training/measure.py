"""Measuring a model on the test block: its tables, its baselines, and what may be said of it."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.forecasting.evaluation.baselines import (
    choose_season,
    naive,
    seasonal_naive,
)
from services.forecasting.evaluation.metrics import skill
from services.forecasting.evaluation.tables import EvaluationTables, evaluation_tables
from services.forecasting.evaluation.totals import Totals, block_totals
from services.forecasting.models.ports import Fitted
from services.forecasting.training.classical import NAME as CLASSICAL
from services.forecasting.training.classical import NO_BASELINE, ClassicalBaseline
from services.forecasting.training.closer_look import OutputWindows, closer_look
from services.forecasting.training.geometry import (
    MICROSECONDS,
    offsets_seconds,
    step_minutes,
)
from services.forecasting.training.output_series import (
    known_steps,
    measured_output,
    training_series,
)
from services.forecasting.training.prepare import PreparedData

Floats = NDArray[np.float64]
ByName = Mapping[str, Floats]
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


class MeasuredBlock(NamedTuple):
    """Truth and forecast of a block of samples, (n, steps, outputs) in physical units."""

    truth: Floats
    forecast: Floats


@dataclass(frozen=True, kw_only=True)
class MeasuredModel:
    """A model on its test block: truth and forecast (n, steps, outputs) in physical units.

    ``baselines`` holds the tables of naive, seasonal naive and a classical method, ``classical``
    what that is for each output or why it has none, ``details`` the closer look at each output,
    ``importance`` which input matters.
    ``metrics`` are those of the whole run, under the names of the catalogue; ``blocks`` those of
    the test and the validation block under the names of the contract.
    """

    truth: Floats
    forecast: Floats
    tables: EvaluationTables
    baselines: Mapping[str, EvaluationTables]
    classical: Mapping[str, Mapping[str, Any]]
    season: Mapping[str, int]
    skill: Mapping[str, float | None]
    details: Mapping[str, Mapping[str, Any]]
    metrics: Mapping[str, float]
    blocks: Mapping[str, Totals]
    sentence: str
    importance: Mapping[str, Any] | None = None

    def as_mapping(self) -> dict[str, Any]:
        """Return everything but the arrays, as strict JSON takes it."""
        return {
            "df_eval": self.tables.df_eval,
            "df_eval_ts": self.tables.df_eval_ts,
            "seasonal_mase": dict(self.tables.seasonal_mase),
            "baselines": {
                name: {
                    "df_eval": one.df_eval,
                    "df_eval_ts": one.df_eval_ts,
                    "seasonal_mase": dict(one.seasonal_mase),
                }
                for name, one in self.baselines.items()
            },
            "classical": {name: dict(one) for name, one in self.classical.items()},
            "season": dict(self.season),
            "skill": dict(self.skill),
            "outputs": {name: dict(one) for name, one in self.details.items()},
            "metrics": dict(self.metrics),
            "blocks": {name: dict(one) for name, one in self.blocks.items()},
            "sentence": self.sentence,
            "importance": self.importance,
        }


def measure(
    prepared: PreparedData, fitted: Fitted, classical: ClassicalBaseline = NO_BASELINE
) -> MeasuredModel:
    """Forecast the test block and measure that beside naive, seasonal naive and ``classical``.

    An output without a classical baseline has none in its tables either.
    """
    names = list(prepared.windows.output_names)
    truth = _truth(prepared, "test")
    forecast = _forecast(prepared, fitted, "test")
    truths, forecasts = _by_name(names, truth), _by_name(names, forecast)
    widths = step_minutes(prepared.plan)
    deltas = {name: minutes or None for name, minutes in zip(names, widths, strict=True)}
    training = {name: training_series(prepared, number) for number, name in enumerate(names)}
    season = {name: _season(training[name], deltas[name]) for name in names}

    def tables(ours: ByName) -> EvaluationTables:
        known = {name: truths[name] for name in ours}
        steps = {name: deltas[name] for name in ours}
        return evaluation_tables(known, ours, steps, train=training, season=season)

    own, baselines = tables(forecasts), baselines_of(prepared, deltas, season)
    of_season = baselines["seasonal_naive"]
    if classical.forecasts:
        baselines[CLASSICAL] = dict(classical.forecasts)
    skills = {name: skill(truths[name], forecasts[name], of_season[name]) for name in names}
    held_out = MeasuredBlock(
        _truth(prepared, "validation"), _forecast(prepared, fitted, "validation")
    )
    details = _details(prepared, fitted, forecasts, baselines, held_out)
    return MeasuredModel(
        truth=truth,
        forecast=forecast,
        tables=own,
        baselines={name: tables(ours) for name, ours in baselines.items()},
        classical=classical.facts,
        season=season,
        skill=skills,
        details=details,
        metrics=_of_run(own, skills),
        blocks=_blocks(prepared, MeasuredBlock(truth, forecast), held_out),
        sentence=_sentence(details),
    )


def _forecast(prepared: PreparedData, fitted: Fitted, name: str) -> Floats:
    block = prepared.block(name)
    parts = []
    for begin in range(0, len(block), CHUNK):
        rows = np.arange(begin, min(begin + CHUNK, len(block)))
        parts.append(prepared.scalers.inverse_outputs(fitted.predict(block.inputs(rows))))
    return np.concatenate(parts).astype(np.float64)


def _truth(prepared: PreparedData, name: str) -> Floats:
    """Return what a block became, (n, steps, outputs): in full, as baselines have it."""
    values = prepared.windows.outputs(prepared.split.blocks[name], np.float64)
    return np.asarray(values, dtype=np.float64)


def _season(training: Floats, delta: float | None) -> int:
    return choose_season(training, delta) if delta else 1


def _by_name(names: Sequence[str], values: Floats) -> dict[str, Floats]:
    return {name: values[:, :, number] for number, name in enumerate(names)}


def baselines_of(
    prepared: PreparedData, deltas: Mapping[str, float | None], season: Mapping[str, int]
) -> dict[str, dict[str, Floats]]:
    """Return naive and seasonal naive (n, steps) of the test samples, by output.

    Both are of the output by its own rule and within its bounds, as the model's forecasts are.
    """
    references = prepared.windows.reference_times[prepared.split.test] / MICROSECONDS
    last: dict[str, Floats] = {}
    ago: dict[str, Floats] = {}
    for number, name in enumerate(prepared.windows.output_names):
        series, offsets = measured_output(prepared, number)
        step = deltas[name] or float(prepared.plan.steps.step_minutes)
        last[name] = naive(series, references, offsets)
        ago[name] = seasonal_naive(series, references, offsets, season[name] * step * 60)
    return {"naive": _bounded(prepared, last), "seasonal_naive": _bounded(prepared, ago)}


def _bounded(prepared: PreparedData, forecasts: ByName) -> dict[str, Floats]:
    pairs = zip(forecasts.items(), prepared.scalers.outputs, strict=True)
    return {name: np.asarray(of.bounded(one), dtype=np.float64) for (name, one), of in pairs}


def _blocks(
    prepared: PreparedData, test: MeasuredBlock, validation: MeasuredBlock
) -> dict[str, Totals]:
    """Return the metrics of both blocks, of scaled values and of the test block's physical ones."""
    scaled = prepared.scalers.transform_outputs
    return {
        "test_metrics_scaled": block_totals(*map(scaled, test)),
        "test_metrics_original": block_totals(*test),
        "val_metrics_scaled": block_totals(*map(scaled, validation)),
    }


def _details(
    prepared: PreparedData,
    fitted: Fitted,
    forecasts: ByName,
    baselines: Mapping[str, ByName],
    held_out: MeasuredBlock,
) -> dict[str, dict[str, Any]]:
    truth = _truth(prepared, "test")
    references = prepared.windows.reference_times[prepared.split.test] // MICROSECONDS
    return {
        name: closer_look(
            OutputWindows(
                model=fitted.settings.label,
                truth=truth[:, :, number],
                forecast=forecasts[name],
                seasonal_naive=baselines["seasonal_naive"][name],
                classical=baselines.get(CLASSICAL, {}).get(name),
                validation_truth=held_out.truth[:, :, number],
                validation_forecast=held_out.forecast[:, :, number],
                reference_times=references,
                offsets=offsets_seconds(prepared, number),
                spacing=float(prepared.plan.steps.step_minutes) * 60,
                zone=prepared.plan.calendar.zone,
                known_steps=known_steps(prepared, number),
                bounds=(prepared.plan.outputs[number].lower, prepared.plan.outputs[number].upper),
            )
        )
        for number, name in enumerate(prepared.windows.output_names)
    }


def _of_run(tables: EvaluationTables, skills: Mapping[str, float | None]) -> dict[str, float]:
    """Return one figure per metric: the mean over outputs where it has no unit.

    Coverage is none of them: more of it than was aimed at is no better.
    """
    names = list(skills)
    values: dict[str, float | None] = {}
    for metric, column in OF_RUN.items():
        if metric not in IN_UNITS or len(names) == 1:
            values[metric] = _mean([tables.df_eval[name][column][0] for name in names])
    values["mase_seasonal"] = _mean([tables.seasonal_mase.get(name) for name in names])
    values["skill"] = _mean([skills[name] for name in names])
    return {name: value for name, value in values.items() if value is not None}


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _sentence(details: Mapping[str, Mapping[str, Any]]) -> str:
    """Say how the model stands beside seasonal naive, output by output."""
    said = [(name, one["against_seasonal_naive"]["sentence"]) for name, one in details.items()]
    alone = len(said) == 1
    return " ".join(sentence if alone else f"{name}: {sentence}" for name, sentence in said)


def forecasts_file(prepared: PreparedData, measured: MeasuredModel) -> bytes:
    """Return truth and forecast of the test block by output, as the bytes of a ``.npz``.

    Arrays are float32 of (windows, steps, outputs); ``t_ref`` (windows,) is in seconds.
    """
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        allow_pickle=False,
        truth=measured.truth.astype(np.float32),
        forecast=measured.forecast.astype(np.float32),
        t_ref=prepared.windows.reference_times[prepared.split.test] // MICROSECONDS,
        outputs=np.array(list(prepared.windows.output_names)),
    )
    return buffer.getvalue()

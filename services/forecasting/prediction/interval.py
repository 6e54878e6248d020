"""The steps of a forecast with their times, values and prediction intervals, in physical units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.forecasting.evaluation.arrays import cells
from services.forecasting.evaluation.conformal import ConformalWidths, prediction_interval
from services.forecasting.prediction.request import shown
from services.forecasting.windows.geometry import point_offsets
from services.forecasting.windows.plan import SeriesPlan, WindowPlan
from services.forecasting.windows.series import Floats


@dataclass(frozen=True, kw_only=True)
class IntervalNote:
    """The share of values that the interval should hold, and the one it held on the test block."""

    level: float
    measured_coverage: float | None
    note: str | None


@dataclass(frozen=True, kw_only=True)
class ForecastOutput:
    """One output by step; ``lower`` and ``upper`` are None where no interval is known."""

    times: list[str]
    values: list[float | None]
    lower: list[float | None] | None
    upper: list[float | None] | None
    interval: IntervalNote | None


def outputs_of(
    plan: WindowPlan,
    evaluation: Mapping[str, Any],
    reference: int,
    values: Sequence[Sequence[float | None]],
) -> dict[str, ForecastOutput]:
    """Return the outputs of a forecast (steps, outputs) at a reference time, by label.

    ``evaluation`` has the conformal half widths of each output, if the model was measured so.
    """
    array = np.array(values, dtype=np.float64)
    details = evaluation.get("outputs") or {}
    return {
        one.label: _output(
            one, array[:, number], reference, (details.get(one.label) or {}).get("conformal")
        )
        for number, one in enumerate(plan.outputs)
    }


def _output(
    plan: SeriesPlan, values: Floats, reference: int, conformal: Mapping[str, Any] | None
) -> ForecastOutput:
    steps = len(values)
    times = reference + point_offsets(plan.horizon_start, plan.horizon_end, steps)
    lower, upper = _ends(plan, values, conformal)
    return ForecastOutput(
        times=[shown(int(at)) for at in times],
        values=cells(values),
        lower=lower,
        upper=upper,
        interval=None if conformal is None or lower is None else _note(conformal),
    )


def _ends(
    plan: SeriesPlan, values: Floats, conformal: Mapping[str, Any] | None
) -> tuple[list[float | None] | None, list[float | None] | None]:
    if conformal is None or len(conformal["half_widths"]) != len(values):
        return None, None
    half = np.array(conformal["half_widths"], dtype=np.float64)
    widths = ConformalWidths(
        alpha=conformal["alpha"], n=0, needed=0, half_widths=np.where(np.isnan(half), np.inf, half)
    )
    low, high = prediction_interval(values, widths, (plan.lower, plan.upper))
    return cells(low), cells(high)


def _note(conformal: Mapping[str, Any]) -> IntervalNote:
    overall = (conformal.get("coverage") or {}).get("overall") or {}
    return IntervalNote(
        level=round(1 - conformal["alpha"], 12),
        measured_coverage=overall.get("share"),
        note=conformal.get("note"),
    )

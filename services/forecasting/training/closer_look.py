"""A closer look at one output of a model on its test block: where it errs, and how sure that is."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.forecasting.evaluation.compare import (
    diebold_mariano,
    overlap_of,
    window_losses,
)
from services.forecasting.evaluation.conformal import conformal_widths, prediction_interval
from services.forecasting.evaluation.coverage import measured_coverage
from services.forecasting.evaluation.meaning import cautions, leading_metric
from services.forecasting.evaluation.profile import error_profile
from services.forecasting.evaluation.residuals import residual_autocorrelation
from services.forecasting.evaluation.skill_interval import skill_interval
from services.forecasting.evaluation.verdict import sentence_of, verdict_of
from services.forecasting.evaluation.worst import worst_windows

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ALPHA = 0.1  # of the prediction intervals: nine of ten values should lie inside
SEED = 1


@dataclass(frozen=True, kw_only=True)
class OutputWindows:
    """One output of ``model``: truth, forecast and seasonal naive (n, steps) in physical units.

    ``classical`` is the same of AutoETS, None where that has no forecast.

    ``reference_times`` (n,) and ``offsets`` (steps,) are in seconds, ``spacing`` is the distance
    of reference times in seconds. ``validation_*`` are the same of the validation block, from
    which the prediction intervals come. ``bounds`` are the physical ones. ``known_steps`` of the
    window are read by the model, not forecast.
    """

    model: str
    truth: Floats
    forecast: Floats
    seasonal_naive: Floats
    validation_truth: Floats
    validation_forecast: Floats
    reference_times: Integers
    offsets: Floats
    spacing: float
    zone: str
    bounds: tuple[float | None, float | None] = (None, None)
    classical: Floats | None = None
    known_steps: int = 0


def closer_look(output: OutputWindows) -> dict[str, Any]:
    """Return everything of one output as strict JSON takes it."""
    return {
        "zone": output.zone,
        "known_steps": output.known_steps,
        "offsets_minutes": (output.offsets / 60).tolist(),
        "leading_metric": leading_metric(output.truth),
        "cautions": [asdict(one) for one in cautions(output.truth, output.forecast)],
        "profile": asdict(
            error_profile(
                output.truth, output.forecast, output.reference_times, output.offsets, output.zone
            )
        ),
        "worst": [
            asdict(one)
            for one in worst_windows(output.truth, output.forecast, output.reference_times)
        ],
        "residuals": _residuals(output),
        "against_seasonal_naive": _comparison(output, output.seasonal_naive, "seasonal naive"),
        "against_auto_ets": None
        if output.classical is None
        else _comparison(output, output.classical, "AutoETS"),
        "conformal": _intervals(output),
    }


def _positions(output: OutputWindows) -> Integers:
    """Return the place of each window on the grid of reference times."""
    since = output.reference_times - output.reference_times[:1]
    return np.rint(since / output.spacing).astype(np.int64)


def _overlap(output: OutputWindows) -> int:
    return overlap_of(float(output.offsets.max(initial=0.0)), output.spacing)


def _residuals(output: OutputWindows) -> dict[str, Any] | None:
    first = output.truth[:, 0] - output.forecast[:, 0]
    overlap = overlap_of(float(output.offsets[0]), output.spacing)
    analysis = residual_autocorrelation(first, _positions(output), overlap=overlap)
    return None if analysis is None else asdict(analysis)


def _comparison(output: OutputWindows, baseline: Floats, name: str) -> dict[str, Any]:
    own = window_losses(output.truth, output.forecast)
    other = window_losses(output.truth, baseline)
    overlap = _overlap(output)
    test = diebold_mariano(own, other, overlap, _positions(output))
    interval = skill_interval(own, other, overlap, seed=SEED)
    return {
        "test": None if test is None else asdict(test),
        "verdict": verdict_of(test).value,
        "skill": None if interval is None else asdict(interval),
        "sentence": sentence_of(test, output.model, name, interval),
    }


def _intervals(output: OutputWindows) -> dict[str, Any]:
    """Return the half widths by step from ``windows``, and how many test values lie inside."""
    widths = conformal_widths(output.validation_truth, output.validation_forecast, ALPHA)
    low, high = prediction_interval(output.forecast, widths, output.bounds)
    overlaps = [overlap_of(float(one), output.spacing) for one in output.offsets]
    coverage = measured_coverage(output.truth, low, high, ALPHA, overlaps)
    return {
        "alpha": ALPHA,
        "windows": widths.n,
        "half_widths": widths.plain(),
        "note": widths.note(),
        "coverage": asdict(coverage),
        "missed_steps": coverage.missed_steps(),
    }

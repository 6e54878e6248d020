"""Where a forecast errs: by hour, weekday, season of the year, level of the truth and step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import Floats, Integers, cell, windows
from services.forecasting.evaluation.clock_parts import clock_parts

HOURS = tuple(str(hour) for hour in range(24))
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEASONS = ("dec-feb", "mar-may", "jun-aug", "sep-nov")  # of either hemisphere
LEVEL_BINS = 5


@dataclass(frozen=True, kw_only=True)
class ErrorGroup:
    """The errors of ``n`` cells: None where a metric is undefined or there is no cell.

    ``low`` and ``high`` are the ends of a level's bin, both included at the top of the last one.
    """

    key: str
    n: int
    mae: float | None
    rmse: float | None
    bias: float | None
    wape: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class ErrorProfile:
    """Errors of one output, grouped in each way; the cells of every way are all cells."""

    hour: list[ErrorGroup]
    weekday: list[ErrorGroup]
    season: list[ErrorGroup]
    level: list[ErrorGroup]
    step: list[ErrorGroup]


def error_profile(
    truth: ArrayLike,
    forecast: ArrayLike,
    reference_times: ArrayLike,
    offsets: ArrayLike,
    zone: str,
    *,
    level_bins: int = LEVEL_BINS,
) -> ErrorProfile:
    """Return where the errors of ``truth`` and ``forecast`` (n, steps) lie.

    ``reference_times`` (n,) are seconds since 1970, ``offsets`` (steps,) the seconds to each
    point; hour, weekday and season are of the point's own wall clock in ``zone``. Levels are bins
    with about equally many cells between quantiles of the truth; equal quantiles are one bin.
    """
    t, p = windows(truth, forecast)
    instants = np.asarray(reference_times, dtype=np.float64)[:, None] + np.asarray(offsets)[None, :]
    parts = clock_parts(instants, zone)
    cells = _Cells(t.ravel(), (p - t).ravel())
    steps = np.broadcast_to(np.arange(t.shape[1]), t.shape)
    return ErrorProfile(
        hour=cells.grouped(parts.hour, HOURS),
        weekday=cells.grouped(parts.weekday, WEEKDAYS),
        season=cells.grouped(parts.month % 12 // 3, SEASONS),
        level=_by_level(cells, level_bins),
        step=cells.grouped(steps, [str(step) for step in range(t.shape[1])]),
    )


class _Cells:
    """Truth and error of every cell, to be summed by group."""

    def __init__(self, truth: Floats, error: Floats) -> None:
        self.truth = truth
        with np.errstate(over="ignore"):  # what is not finite becomes None
            self._weights = (np.abs(error), error * error, error, np.abs(truth))

    def grouped(self, codes: Integers, keys: list[str] | tuple[str, ...]) -> list[ErrorGroup]:
        flat = np.ravel(codes)
        counts = np.bincount(flat, minlength=len(keys))
        sums = [np.bincount(flat, weights, len(keys)) for weights in self._weights]
        with np.errstate(all="ignore"):
            absolute, squared, signed, _ = (total / counts for total in sums)
            wape = 100 * sums[0] / sums[3]
        columns = zip(keys, counts.tolist(), absolute, np.sqrt(squared), signed, wape, strict=True)
        return [
            ErrorGroup(key=key, n=n, mae=cell(a), rmse=cell(r), bias=cell(b), wape=cell(w))
            for key, n, a, r, b, w in columns
        ]


def _by_level(cells: _Cells, bins: int) -> list[ErrorGroup]:
    if not cells.truth.size:
        return []
    edges = np.unique(np.quantile(cells.truth, np.linspace(0, 1, bins + 1)))
    inner = edges[1:-1]
    codes = np.searchsorted(inner, cells.truth, side="right")
    groups = cells.grouped(codes, [str(at) for at in range(len(inner) + 1)])
    ends = zip(groups, edges, edges[1:] if len(edges) > 1 else edges, strict=False)
    return [
        ErrorGroup(**(group.__dict__ | {"low": float(low), "high": float(high)}))
        for group, low, high in ends
    ]

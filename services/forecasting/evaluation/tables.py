"""The two tables of an evaluation: every metric by averaging level, and by position in the window.

Level a replaces the window's steps by means of a consecutive ones that do not overlap, floor(steps
/ a) blocks; the remainder is dropped. ``df_eval`` has each metric over all blocks of a level,
``df_eval_ts`` over the windows at each block. Steps are rows here, so that each block is a few
operations on rows in the cache: 10,627 windows of 97 steps take a fraction of a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import Floats, cell, ratio, windows
from services.forecasting.evaluation.metrics import EPSILON, METRICS, seasonal_mase

LEVELS = 12
DELTA = "delta [min]"

Column = list[float | None]
Table = dict[str, Column]


@dataclass(frozen=True, kw_only=True)
class EvaluationTables:
    """Both tables by output label, as strict JSON takes them.

    ``df_eval[label]`` is {"delta [min]": one value per level, metric: one value per level};
    ``df_eval_ts[label][delta]`` is {metric: one value per block}, with str(delta) as the key, or
    "a1", "a2", … where the output has no step width (one step). ``seasonal_mase[label]`` is that
    of level 1 on the training series, None where none was given or it is undefined.
    """

    df_eval: dict[str, Table]
    df_eval_ts: dict[str, dict[str, Table]]
    seasonal_mase: dict[str, float | None] = field(default_factory=dict)


def evaluation_tables(
    truth: Mapping[str, ArrayLike],
    forecast: Mapping[str, ArrayLike],
    delta_minutes: Mapping[str, float | None],
    *,
    train: Mapping[str, ArrayLike] | None = None,
    season: Mapping[str, int] | None = None,
    levels: int = LEVELS,
) -> EvaluationTables:
    """Return the tables of each output label.

    ``truth[label]`` and ``forecast[label]`` are (n, steps) in physical units, ``delta_minutes``
    the minutes between two steps (None of one step), ``train[label]`` (k,) the training series in
    time order and ``season[label]`` its season in steps. A cell is None where its metric is
    undefined, which harms no other cell. ValueError where labels or shapes differ.
    """
    if set(truth) != set(forecast) or set(truth) != set(delta_minutes):
        raise ValueError(
            f"the labels of truth {sorted(truth)}, forecast {sorted(forecast)} and delta_minutes "
            f"{sorted(delta_minutes)} must be equal"
        )
    tables = EvaluationTables(df_eval={}, df_eval_ts={})
    for label in truth:
        t, p = windows(truth[label], forecast[label])
        whole, by_block = output_tables(t, p, delta_minutes[label], levels)
        tables.df_eval[label], tables.df_eval_ts[label] = whole, by_block
        tables.seasonal_mase[label] = None
        if train and season and label in train and label in season:
            value = seasonal_mase(t, p, train[label], season[label])
            tables.seasonal_mase[label] = value
    return tables


def output_tables(
    truth: Floats, forecast: Floats, delta: float | None, levels: int = LEVELS
) -> tuple[Table, dict[str, Table]]:
    """Return the two tables of one output, truth and forecast (n, steps)."""
    t, p = np.ascontiguousarray(truth.T), np.ascontiguousarray(forecast.T)
    scale = float(np.abs(t).max(initial=0.0))
    whole: Table = {DELTA: [], **{name: [] for name in METRICS}}
    by_block: dict[str, Table] = {}
    with np.errstate(all="ignore"):  # what is not finite becomes None
        for level in range(1, levels + 1):
            width = None if delta is None else float(delta * level)
            blocks = [_Block(t[at], p[at], scale) for at in _places(len(t), level)]
            whole[DELTA].append(width)
            for name, value in _of_level(blocks, scale).items():
                whole[name].append(value)
            by_block[f"a{level}" if width is None else str(width)] = _of_blocks(blocks, scale)
    return whole, by_block


def _places(steps: int, level: int) -> list[slice]:
    if not steps:
        return []
    return [slice(at * level, (at + 1) * level) for at in range(steps // level)]


def block_mean(steps: Floats) -> Floats:
    """Return the means (n,) over the rows of (a, n): 0 where it is 0 but for rounding.

    The rounding of a sum of a values is at most about a · ε · Σ|value| (Higham, "Accuracy and
    Stability of Numerical Algorithms", 2002, 4.2).
    """
    means: Floats = np.add.reduce(steps, axis=0) / len(steps)
    if len(steps) == 1:
        return means
    size = np.add.reduce(np.abs(steps), axis=0)
    means[np.abs(means) <= EPSILON * size] = 0.0
    return means


class _Block:
    """Sums over the windows at one block of a level: what all metrics are made of."""

    def __init__(self, truth: Floats, forecast: Floats, scale: float) -> None:
        t, p = block_mean(truth), block_mean(forecast)
        self.truth = t
        self.n = len(t)
        size, error = np.abs(t), np.abs(t - p)
        self.absolute = float(error.mean()) if self.n else np.nan
        self.squared = float(np.mean(error * error)) if self.n else np.nan
        self.relative = _mean_ratio(error, np.maximum(size, EPSILON))
        both = (size + np.abs(p)) / 2
        both[both == 0] = 1.0  # the error is 0 there, too
        self.symmetric = _mean_ratio(error, both)
        self.level = float(t.mean()) if self.n else np.nan
        self.size = float(size.mean()) if self.n else np.nan
        self.change = float(np.abs(np.diff(t)).mean()) if self.n > 1 else np.nan


def _mean_ratio(error: Floats, size: Floats) -> float:
    return 100 * float(np.mean(error / size)) if len(error) else np.nan


def _of_blocks(blocks: list[_Block], scale: float) -> Table:
    rows = [
        _metrics(one.absolute, one.squared, one.relative, one.symmetric)
        | _ratios(one.absolute, one.squared, one.level, one.size, one.change, scale)
        for one in blocks
    ]
    return {name: [row[name] for row in rows] for name in METRICS}


def _of_level(blocks: list[_Block], scale: float) -> dict[str, float | None]:
    if not blocks:
        return dict.fromkeys(METRICS)
    columns = (
        [one.absolute, one.squared, one.relative, one.symmetric, one.level, one.size]
        for one in blocks
    )
    absolute, squared, relative, symmetric, level, size = np.mean(list(columns), axis=0)
    change = _mean_change([one.truth for one in blocks])
    return _metrics(absolute, squared, relative, symmetric) | _ratios(
        absolute, squared, level, size, change, scale
    )


def _mean_change(rows: list[Floats]) -> float:
    """Return mean|t_i - t_{i-1}| over the sequence window by window, borders included."""
    n = len(rows[0])
    count = n * len(rows) - 1
    if count < 1:
        return np.nan
    total = sum(float(np.abs(after - row).sum()) for row, after in pairwise(rows))
    total += float(np.abs(rows[0][1:] - rows[-1][:-1]).sum())
    return total / count


def _metrics(
    absolute: float, squared: float, relative: float, symmetric: float
) -> dict[str, float | None]:
    return {
        "MAE": cell(absolute),
        "MAPE": cell(relative),
        "MSE": cell(squared),
        "RMSE": cell(np.sqrt(squared)),
        "sMAPE": cell(symmetric),
    }


def _ratios(
    absolute: float, squared: float, level: float, size: float, change: float, scale: float
) -> dict[str, float | None]:
    return {
        "NRMSE": ratio(float(np.sqrt(squared)), level, scale),
        "WAPE": ratio(100 * absolute, size, scale),
        "MASE": ratio(absolute, change, scale),
    }

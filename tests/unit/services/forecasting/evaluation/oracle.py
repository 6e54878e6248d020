"""The tables' rules in plain Python and exact fractions, one cell at a time."""

import math
import sys
from fractions import Fraction
from itertools import pairwise

Rows = list[list[Fraction]]
EPSILON = Fraction(sys.float_info.epsilon)


def exact(rows) -> Rows:
    return [[Fraction(value) for value in row] for row in rows]


def averaged(rows: Rows, level: int) -> Rows:
    blocks = len(rows[0]) // level if rows else 0
    return [
        [sum(row[at * level : (at + 1) * level], Fraction()) / level for at in range(blocks)]
        for row in rows
    ]


def mean(values: list[Fraction]) -> Fraction | None:
    return sum(values, Fraction()) / len(values) if values else None


def over(part: Fraction, whole: Fraction | None) -> float | None:
    return float(part / whole) if whole else None


def metrics(truth: Rows, forecast: Rows) -> dict[str, float | None]:
    """Return every metric of the contract over all cells, window by window."""
    t = [value for row in truth for value in row]
    p = [value for row in forecast for value in row]
    names = ("MAE", "MAPE", "MSE", "RMSE", "NRMSE", "WAPE", "sMAPE", "MASE")
    if not t:
        return dict.fromkeys(names)
    errors = [abs(a - b) for a, b in zip(t, p, strict=True)]
    mae, mse = mean(errors), mean([error**2 for error in errors])
    symmetric = [
        200 * error / (abs(a) + abs(b)) if abs(a) + abs(b) else Fraction()
        for error, a, b in zip(errors, t, p, strict=True)
    ]
    changes = [abs(after - before) for before, after in pairwise(t)]
    root = math.sqrt(mse)
    middle = mean(t)
    return {
        "MAE": float(mae),
        "MAPE": float(
            100 * mean([e / max(abs(a), EPSILON) for e, a in zip(errors, t, strict=True)])
        ),
        "MSE": float(mse),
        "RMSE": root,
        "NRMSE": root / float(middle) if middle else None,
        "WAPE": over(100 * mae, mean([abs(a) for a in t])),
        "sMAPE": float(mean(symmetric)),
        "MASE": over(mae, mean(changes)),
    }

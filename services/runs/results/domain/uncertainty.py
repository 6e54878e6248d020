"""How sure a figure of one kept model is, by the rows that it was measured on.

What is known of the error is that other rows of the same kind would give another figure. That the
model would be another one with another seed is not in it: a study measures that.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from services.statistics.interval import (
    log_interval,
    normal_quantile,
    score_interval,
    wilson_interval,
)
from services.statistics.row_errors import JointError, Predictions, RowErrors, row_errors

WILSON, DELONG, DELTA, CLUSTERS = "wilson", "delong", "delta", "clusters"
METHODS = (WILSON, DELONG, DELTA, CLUSTERS)
AGREEMENT = 5e-4  # predictions are kept in single precision, and reported values are rounded
POSITIVE = ("recall", "precision", "specificity")  # of class 1 of two
ROW_METRICS = ("accuracy", "auroc", "f1_score", "recall", "precision", "loss")
Confusion = Sequence[Sequence[int]]


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """The 95 % interval of a figure: ``units`` independent rows or groups of rows decide it."""

    low: float
    high: float
    method: str
    units: int


def uncertainty_of(
    metric: str, value: float, confusion: Confusion | None, rows: Predictions | None
) -> Uncertainty | None:
    """Return the interval of a metric of the catalogue, None where the rows do not give one.

    Shares of single rows are Wilson's, from the counts. Rows of one unit (a patient) are not
    independent: then, and for AUROC, F1, loss and means over classes, it takes the predictions of
    the rows. A figure that these do not reproduce is not theirs, and has no interval.
    """
    clustered = rows is not None and len(set(rows.units.tolist())) < len(rows.rows)
    if not clustered and confusion:
        counted = _by_counts(metric, value, confusion)
        if counted is not None:
            return counted
    if rows is None:
        return None
    errors = row_errors(metric, rows) if metric in ROW_METRICS else None
    if errors is None or not _agree(errors.value, value):
        return None
    method = CLUSTERS if clustered else DELONG if metric == "auroc" else DELTA
    return _by_rows(metric, errors, method)


def _by_counts(metric: str, value: float, confusion: Confusion) -> Uncertainty | None:
    counts = _share(metric, confusion)
    if counts is None or counts[1] == 0 or not _agree(counts[0] / counts[1], value):
        return None
    low, high = wilson_interval(*counts)
    return Uncertainty(low=low, high=high, method=WILSON, units=counts[1])


def _agree(one: float, other: float) -> bool:
    """Return whether two figures are the same but for rounding; what is not a number is not."""
    return math.isclose(one, other, rel_tol=AGREEMENT, abs_tol=AGREEMENT)


def _share(metric: str, confusion: Confusion) -> tuple[int, int] | None:
    """Return of how many rows the metric is which share; rows of the matrix are true classes."""
    if metric == "accuracy":
        return sum(row[place] for place, row in enumerate(confusion)), sum(map(sum, confusion))
    if len(confusion) != 2 or metric not in POSITIVE:
        return None
    (true_negatives, false_positives), (false_negatives, true_positives) = confusion
    return {
        "recall": (true_positives, true_positives + false_negatives),
        "precision": (true_positives, true_positives + false_positives),
        "specificity": (true_negatives, true_negatives + false_positives),
    }[metric]


def _by_rows(metric: str, errors: RowErrors, method: str) -> Uncertainty | None:
    joint = JointError()
    joint.add(errors, 1.0)
    if metric == "loss":
        ends = log_interval(errors.value, joint.error, normal_quantile())
    else:
        ends = score_interval(errors.value, joint.error, normal_quantile(), units=joint.units)
    if ends is None:
        return None
    return Uncertainty(low=ends[0], high=ends[1], method=method, units=joint.units)

"""What each test row adds to the error of a metric, so that errors of several models can be joined.

A metric moves by about ψ(row) when a row is added or taken away (its influence, Hampel 1974): the
sum of ψ² over independent units is its variance. For AUROC ψ are DeLong's structural components;
accuracy, recall, precision and F1 are ratios of sums, by the delta method; loss is a mean. The
influences of two models on the same rows are subtracted row by row: what both get wrong cancels.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.statistics.delong import placements
from services.statistics.interval import NOISE

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """What one model said of its test rows: parallel arrays of length n.

    ``rows`` are numbers in the data set, ``units`` the patient of each row (rows of one patient
    are not independent). ``targets`` are class numbers; ``logits`` are (n, 1) for two classes,
    else (n, classes). ``losses`` are those of single rows.
    """

    rows: Codes
    units: Codes
    targets: Codes
    logits: Floats
    losses: Floats

    @property
    def predicted(self) -> Codes:
        """Return the predicted class of each row: a logit above 0, or the largest."""
        if self.logits.shape[1] == 1:
            return (self.logits[:, 0] > 0).astype(np.int64)
        return np.asarray(self.logits.argmax(axis=1), dtype=np.int64)

    @property
    def is_binary(self) -> bool:
        """Return whether there are two classes, of which class 1 is measured."""
        return int(self.logits.shape[1]) <= 2


@dataclass(frozen=True, kw_only=True)
class RowErrors:
    """A metric of one model: its value, the influence ψ (n,) and the rows that it is decided by.

    ``decisive`` (n,) are the rows of the class with the fewest, of which a share at its bound is
    known no better than of so many; for accuracy and loss all rows.
    """

    value: float
    influence: Floats
    units: Codes
    decisive: Mask


def row_errors(metric: str, of: Predictions) -> RowErrors | None:
    """Return the metric with its influences; None where it is undefined or a value not finite.

    ``metric`` is accuracy, auroc, f1_score, recall, precision or loss. Two classes are measured
    by class 1, more by the mean over the classes that occur.
    """
    estimate = _estimate(metric, of)
    if estimate is None or not np.isfinite(estimate[1]).all() or not math.isfinite(estimate[0]):
        return None
    decisive = np.ones(len(of.rows), dtype=bool)
    if metric not in ("accuracy", "loss"):
        decisive = of.targets == _decisive_class(metric, of)
    return RowErrors(value=estimate[0], influence=estimate[1], units=of.units, decisive=decisive)


class JointError:
    """The standard error of a weighted sum of metrics, from the influences of their test rows.

    A unit that several models or several seeds are tested on counts once, with the sum of what it
    adds, so that shared rows are not taken for new ones (the cluster-robust variance of Liang and
    Zeger, Biometrika 73, 1986). Unit numbers are positions: the sums are kept in one array.
    """

    def __init__(self) -> None:
        self._sums = np.zeros(0)
        self._decisive = np.zeros(0, dtype=bool)

    def add(self, estimate: RowErrors, weight: float) -> None:
        """Add ``weight`` times a metric."""
        size = max(len(self._sums), int(estimate.units.max(initial=-1)) + 1)
        self._sums = np.pad(self._sums, (0, size - len(self._sums)))
        self._decisive = np.pad(self._decisive, (0, size - len(self._decisive)))
        self._sums += weight * np.bincount(estimate.units, estimate.influence, size)
        self._decisive[estimate.units[estimate.decisive]] = True

    @property
    def error(self) -> float:
        """Return the standard error of the sum; what cancels but for rounding is 0."""
        error = float(np.sqrt(self._sums @ self._sums))
        return error if error > NOISE else 0.0

    @property
    def units(self) -> int:
        """Return how many different units decide the metrics."""
        return int(self._decisive.sum())


def min_error(units: int, difference: float = 0.0) -> float:
    """Return the smallest standard error a paired difference of shares over ``units`` can have.

    A difference d needs at least |d| of the units on its side and none on the other. One unit is
    added to either side (Bonett and Price, J. Educ. Behav. Stat. 37, 2012), so that no unit at
    all is not read as certainty.
    """
    size = units + 2
    with_it, against = (abs(difference) * units + 1) / size, 1 / size
    return math.sqrt((with_it + against - (with_it - against) ** 2) / size)


def _estimate(metric: str, of: Predictions) -> tuple[float, Floats] | None:
    if not len(of.rows):
        return None
    if metric == "loss":
        return _ratio(of.losses, np.ones(len(of.rows)))
    if metric == "accuracy":
        return _ratio((of.predicted == of.targets).astype(np.float64), np.ones(len(of.rows)))
    if metric == "auroc":
        return _auroc(of)
    classes = [1] if of.is_binary else np.union1d(of.targets, of.predicted).tolist()
    return _mean([_of_class(metric, of, number) for number in classes])


def _of_class(metric: str, of: Predictions, number: int) -> tuple[float, Floats] | None:
    true = (of.targets == number).astype(np.float64)
    said = (of.predicted == number).astype(np.float64)
    if metric == "recall":
        return _ratio(true * said, true)
    if metric == "precision":
        return _ratio(true * said, said)
    return _ratio(2 * true * said, true + said)


def _ratio(parts: Floats, totals: Floats) -> tuple[float, Floats]:
    """Return Σ parts / Σ totals with its influence; 0 for a total of 0, as torchmetrics does."""
    total, count = float(totals.sum()), int(np.count_nonzero(totals))
    if total == 0:
        return 0.0, np.zeros(len(parts))
    value = float(parts.sum()) / total
    return value, _unbiased(count) * (parts - value * totals) / total


def _auroc(of: Predictions) -> tuple[float, Floats] | None:
    present = np.unique(of.targets)
    if len(present) < 2 or not np.isfinite(of.logits).all():
        return None
    if of.is_binary:
        margin = of.logits[:, -1] - (of.logits[:, 0] if of.logits.shape[1] == 2 else 0)
        return _area(margin, of.targets == 1)
    shares = _softmax(of.logits)
    return _mean([_area(shares[:, number], of.targets == number) for number in present])


def _area(scores: Floats, targets: Mask) -> tuple[float, Floats]:
    ranked = placements(scores[None], targets)
    value, influence = float(ranked.auroc[0]), np.zeros(len(targets))
    for rows, placed in ((targets, ranked.positive[0]), (~targets, ranked.negative[0])):
        influence[rows] = _unbiased(len(placed)) * (placed - value) / len(placed)
    return value, influence


def _mean(parts: Sequence[tuple[float, Floats] | None]) -> tuple[float, Floats] | None:
    known = [part for part in parts if part is not None]
    if not known:
        return None
    value = sum(part[0] for part in known) / len(known)
    return value, np.mean([part[1] for part in known], axis=0)


def _unbiased(count: int) -> float:
    """Return √(n/(n-1)), which makes the sum of squares that of the unbiased variance."""
    return math.sqrt(count / (count - 1)) if count > 1 else 1.0


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _decisive_class(metric: str, of: Predictions) -> int:
    if of.is_binary and metric != "auroc":
        return 1
    numbers, counts = np.unique(of.targets, return_counts=True)
    return int(numbers[counts.argmin()])

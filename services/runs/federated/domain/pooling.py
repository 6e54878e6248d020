"""One measurement out of those of several sites, which keep their rows to themselves.

What comes from counts is exact: the counts are added up, and the sum says what all rows together
would have said. So is the loss, once each site's is weighted by what it was divided by: its rows,
or the class weights of its rows. An AUROC cannot be had so; it is the mean over the sites that
have one, weighted by rows (what Flower's users know as evaluate_metrics_aggregation_fn).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.runs.results.domain.aggregation import weighted_mean

HELD_OUT, SITE_VALIDATION = "held_out_rows", "site_validation"
EVALUATED_ON = (HELD_OUT, SITE_VALIDATION)
SENTENCES = {
    HELD_OUT: "Measured on rows that no site has and nothing was chosen by.",
    SITE_VALIDATION: (
        "Measured on the sites' own validation rows, as each site reports them, and not on "
        "held-out rows: the best round is chosen by these same figures, so they are no test."
    ),
}


@dataclass(frozen=True, kw_only=True)
class SiteMeasure:
    """What one site measured; ``confusion`` has rows of true, columns of predicted classes."""

    confusion: Sequence[Sequence[int]]
    loss: float | None
    auroc: float | None

    @property
    def rows(self) -> int:
        """Return over how many rows it measured."""
        return int(np.sum(np.array(self.confusion, dtype=np.int64)))


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """The sites together; a metric is None where nobody has it."""

    metrics: dict[str, float | None]
    confusion: list[list[int]]
    rows: int


def pooled(parts: Sequence[SiteMeasure], class_weights: Sequence[float] | None = None) -> Pooled:
    """Return the measurement of all rows together, as far as it can be known.

    ``class_weights`` are those that the loss divides by, None for a loss that divides by rows.
    """
    if not parts:
        names = ("loss", "accuracy", "precision", "recall", "f1", "auroc")
        return Pooled(metrics=dict.fromkeys(names), confusion=[], rows=0)
    counts = np.sum([np.array(one.confusion, dtype=np.int64) for one in parts], axis=0)
    weights = [one.rows for one in parts]
    return Pooled(
        metrics={
            "loss": pooled_loss(parts, class_weights),
            **quality_of(counts),
            "auroc": weighted_mean([one.auroc for one in parts], weights),
        },
        confusion=counts.tolist(),
        rows=sum(weights),
    )


def pooled_loss(
    parts: Sequence[SiteMeasure], class_weights: Sequence[float] | None
) -> float | None:
    """Return the loss of all rows together out of each site's mean loss; None if nobody has one."""
    each = [1.0] * len(parts[0].confusion) if class_weights is None else class_weights
    divisors = [
        float(np.dot(np.array(one.confusion, dtype=np.int64).sum(axis=1), each)) for one in parts
    ]
    return weighted_mean([one.loss for one in parts], divisors)


def quality_of(counts: NDArray[np.int64]) -> dict[str, float | None]:
    """Return accuracy, precision, recall and F1 of a confusion matrix (classes, classes).

    The last three are those of class 1 of two, otherwise the mean over the classes. A ratio
    without a denominator is undefined and takes no part: precision of a class that nothing was
    predicted as, recall of one without rows, F1 of one with neither. It is None where no class
    is left (scikit-learn with ``zero_division=nan``).
    """
    right, predicted, true = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
    each = {
        "precision": _ratios(right, predicted),
        "recall": _ratios(right, true),
        "f1": _ratios(2 * right, predicted + true),
    }
    of_class = slice(1, 2) if len(counts) == 2 else slice(None)
    means = {name: _known_mean(values[of_class]) for name, values in each.items()}
    return {"accuracy": _known_mean(_ratios(right.sum(keepdims=True), counts.sum())), **means}


def _ratios(parts: NDArray[np.int64], wholes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return part by total, NaN where the total is 0."""
    ratios = np.full(len(parts), np.nan)
    np.divide(parts, wholes, out=ratios, where=wholes > 0)
    return ratios


def _known_mean(values: NDArray[np.float64]) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None

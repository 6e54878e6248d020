"""One measurement out of those of several sites, which keep their rows to themselves.

What comes from counts is exact: the counts are added up, and the sum says what all rows together
would have said. A loss and an AUROC cannot be had so; theirs is the mean over the sites that have
one, weighted by rows (what Flower's users know as evaluate_metrics_aggregation_fn).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


def pooled(parts: Sequence[SiteMeasure]) -> Pooled:
    """Return the measurement of all rows together, as far as it can be known."""
    if not parts:
        names = ("loss", "accuracy", "precision", "recall", "f1", "auroc")
        return Pooled(metrics=dict.fromkeys(names), confusion=[], rows=0)
    counts = np.sum([np.array(one.confusion, dtype=np.int64) for one in parts], axis=0)
    weights = [one.rows for one in parts]
    return Pooled(
        metrics={
            "loss": _mean([one.loss for one in parts], weights),
            **quality_of(counts),
            "auroc": _mean([one.auroc for one in parts], weights),
        },
        confusion=counts.tolist(),
        rows=sum(weights),
    )


def quality_of(counts: NDArray[np.int64]) -> dict[str, float | None]:
    """Return accuracy, precision, recall and F1 of a confusion matrix (classes, classes).

    The last three are those of class 1 of two, otherwise the mean over the classes that occur;
    a ratio without a denominator is 0. So does torchmetrics, and a run in one place.
    """
    right, predicted, true = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
    each = {
        "precision": _ratios(right, predicted),
        "recall": _ratios(right, true),
        "f1": _ratios(2 * right, predicted + true),
    }
    occurs = predicted + true > 0
    if len(counts) == 2:
        of_class_1 = {name: float(values[1]) for name, values in each.items()}
        return {"accuracy": float(right.sum() / counts.sum()), **of_class_1}
    means = {name: float(values[occurs].mean()) for name, values in each.items()}
    return {"accuracy": float(right.sum() / counts.sum()), **means}


def _ratios(parts: NDArray[np.int64], wholes: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(parts, wholes, out=np.zeros(len(parts)), where=wholes > 0)


def _mean(values: Sequence[float | None], weights: Sequence[int]) -> float | None:
    pairs = zip(values, weights, strict=True)
    known = [(value, weight) for value, weight in pairs if value is not None]
    rows = sum(weight for _, weight in known)
    mean = sum(value * weight for value, weight in known) / rows if rows else math.nan
    return mean if math.isfinite(mean) else None  # a site may have told of anything

"""Server evaluations as the pure code knows them."""

import math

from app.models.run import ServerEvaluation
from services.runs.counts import counts_of_round
from services.runs.domain.history import Evaluated
from services.runs.domain.metric_names import METRICS, is_share


def evaluated(row: ServerEvaluation) -> Evaluated:
    """Return the metrics and counts of a stored evaluation; what cannot be is unknown."""
    return Evaluated(
        round=row.round_number,
        metrics={metric: _possible(metric, getattr(row, metric)) for metric in METRICS},
        counts=counts_of_round(row),
    )


def _possible(metric: str, value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return None if is_share(metric) and not 0.0 <= value <= 1.0 else value


def num_samples_of(row: ServerEvaluation) -> int | None:
    """Return how many rows were evaluated; the confusion matrix knows it too."""
    if row.num_samples is not None:
        return row.num_samples
    counts = counts_of_round(row)
    return None if counts is None else sum(counts)

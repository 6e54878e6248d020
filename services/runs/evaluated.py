"""Server evaluations as the pure code knows them."""

from app.models.run import ServerEvaluation
from services.runs.counts import counts_of_round
from services.runs.domain.history import Evaluated
from services.runs.domain.metric_names import METRICS


def evaluated(row: ServerEvaluation) -> Evaluated:
    """Return the metrics and counts of a stored evaluation."""
    return Evaluated(
        round=row.round_number,
        metrics={metric: getattr(row, metric) for metric in METRICS},
        counts=counts_of_round(row),
    )


def num_samples_of(row: ServerEvaluation) -> int | None:
    """Return how many rows were evaluated; the confusion matrix knows it too."""
    if row.num_samples is not None:
        return row.num_samples
    counts = counts_of_round(row)
    return None if counts is None else sum(counts)

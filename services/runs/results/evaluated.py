"""Server evaluations as the pure code knows them."""

from app.models.run import Run, ServerEvaluation
from services.runs.federated.domain.pooling import HELD_OUT, SITE_VALIDATION
from services.runs.results.counts import counts_of_round
from services.runs.results.domain.history import Evaluated
from services.tracking.catalogue import clamped
from services.tracking.domain.metric_names import METRICS
from services.tracking.domain.training_modes import is_federated


def evaluated_on(run: Run) -> str | None:
    """Return what the global model of a run is measured on, None where we cannot know it.

    Only a run on a federation has no dataset of its own.
    """
    if run.origin != "trained" or not is_federated(run.training_mode):
        return None
    return SITE_VALIDATION if run.dataset_id is None else HELD_OUT


def evaluated(row: ServerEvaluation) -> Evaluated:
    """Return the metrics and counts of a stored evaluation; what cannot be is unknown."""
    return Evaluated(
        round=row.round_number,
        metrics={metric: clamped(metric, getattr(row, metric)) for metric in METRICS},
        counts=counts_of_round(row),
    )


def num_samples_of(row: ServerEvaluation) -> int | None:
    """Return how many rows were evaluated; the confusion matrix knows it too."""
    if row.num_samples is not None:
        return row.num_samples
    counts = counts_of_round(row)
    return None if counts is None else sum(counts)

"""Which scores of a measurement are defined, by its confusion matrix.

Rows of one class cannot separate a good model from one that always says that class: no score of
theirs is one. Precision is tp / (tp + fp), which does not exist where nothing was called
positive; F1 = 2 tp / (2 tp + fp + fn) does not exist where there is no positive at all.
"""

from collections.abc import Mapping, Sequence

from services.tracking.catalogue import canonical_name

SCORES = frozenset(("accuracy", "balanced_accuracy", "precision", "recall", "f1_score", "auroc"))
Confusion = Sequence[Sequence[int]]
Metrics = Mapping[str, float | None]


def defined_metrics(metrics: Metrics, confusion: Confusion | None) -> dict[str, float | None]:
    """Return the metrics with None for each score that the rows do not define.

    ``confusion`` has rows of true, columns of predicted classes; None or an empty one is unknown
    and leaves all as they are.
    """
    undefined = _undefined(confusion) if confusion else frozenset[str]()
    return {
        name: None if canonical_name(name) in undefined else value
        for name, value in metrics.items()
    }


def _undefined(confusion: Confusion) -> frozenset[str]:
    if sum(sum(row) > 0 for row in confusion) < 2:
        return SCORES
    if len(confusion) == 2 and confusion[0][1] + confusion[1][1] == 0:
        return frozenset(("precision",))
    return frozenset()

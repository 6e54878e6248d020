"""The names under which one metric may have been logged; a reader accepts all of them."""

import re

METRICS = ("loss", "accuracy", "precision", "recall", "f1_score", "auroc")
STANDARD = ("accuracy", "precision", "recall", "f1_score")  # what runs are compared by
_SPELLINGS = {
    "loss": ("loss",),
    "accuracy": ("acc", "accuracy"),
    "precision": ("precision",),
    "recall": ("recall",),
    "f1_score": ("f1", "f1_score"),
    "auroc": ("auroc", "auc"),
}
COUNTS = ("tp", "tn", "fp", "fn")
_COUNT = re.compile(
    r"(.*[_/])?(cm_(tp|tn|fp|fn)|(true|false)_(positives|negatives)|num_(samples|examples|clients))"
)
_LOWER_IS_BETTER = ("loss", "error")


def series_names(phase: str, metric: str) -> tuple[str, ...]:
    """Return every series name of ``metric`` in ``phase`` (train, val), the usual one first."""
    return tuple(f"{phase}_{spelling}" for spelling in _SPELLINGS[metric])


def count_name(count: str) -> str:
    """Return the series name of one count of the validation confusion matrix."""
    return f"val_cm_{count}"


def metric_of(series_name: str) -> str:
    """Return the metric that ``series_name`` (such as val_acc) measures, in METRICS' words."""
    spelling = series_name.partition("_")[2] or series_name
    return next((metric for metric, known in _SPELLINGS.items() if spelling in known), spelling)


def lower_is_better(name: str) -> bool:
    """Return whether a metric or series of this name is a loss or an error, best when lowest."""
    return any(word in name for word in _LOWER_IS_BETTER)


def is_share(metric: str) -> bool:
    """Return whether the metric (in METRICS' words) can only lie between 0 and 1."""
    return metric != "loss"


def is_count(name: str) -> bool:
    """Return whether a series of this name counts rows or clients, and so holds whole numbers."""
    return _COUNT.fullmatch(name) is not None

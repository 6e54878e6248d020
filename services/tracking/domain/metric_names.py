"""The names under which one metric may have been logged; a reader accepts all of them."""

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
MAX_NAME = 250
_LOWER_IS_BETTER = ("loss", "error")


def fault_of_series_name(name: str) -> str | None:
    """Return what is wrong with the name of a metric, None for a good one.

    The same rule holds for names that programs send and for names that an import finds.
    """
    if 1 <= len(name) <= MAX_NAME and name.isprintable():
        return None
    return f"a metric has a name of 1 to {MAX_NAME} printable characters"


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

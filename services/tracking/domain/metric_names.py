"""The names under which a run's metrics may have been logged; a reader accepts all of them."""

import re

from services.tracking.catalogue import is_share, metric_of

__all__ = [
    "COUNTS",
    "METRICS",
    "STANDARD",
    "count_name",
    "is_count",
    "is_share",
    "series_names",
    "short_name",
]

METRICS = ("loss", "accuracy", "precision", "recall", "f1_score", "auroc")
STANDARD = ("accuracy", "precision", "recall", "f1_score")  # what runs are compared by
_SHORT = {"f1_score": "f1"}  # as engines, the wire and curves spell it
_USUAL = {"accuracy": "acc", **_SHORT}  # as the series of trainings here spell it
COUNTS = ("tp", "tn", "fp", "fn")
_COUNT = re.compile(
    r"(.*[_/])?(cm_(tp|tn|fp|fn)|(true|false)_(positives|negatives)|num_(samples|examples|clients))"
)
MAX_NAME = 250


def fault_of_series_name(name: str) -> str | None:
    """Return what is wrong with the name of a metric, None for a good one.

    The same rule holds for names that programs send and for names that an import finds.
    """
    if 1 <= len(name) <= MAX_NAME and name.isprintable():
        return None
    return f"a metric has a name of 1 to {MAX_NAME} printable characters"


def short_name(metric: str) -> str:
    """Return how engines, the wire and curves spell a metric of the catalogue."""
    return _SHORT.get(metric, metric)


def series_names(phase: str, metric: str) -> tuple[str, ...]:
    """Return every series name of ``metric`` in ``phase`` (train, val), the usual one first."""
    known = metric_of(metric)
    spellings = () if known is None else known.spellings
    usual = _USUAL.get(metric, metric)
    names = dict.fromkeys((usual, metric, *spellings))
    return tuple(f"{phase}_{spelling}" for spelling in names)


def count_name(count: str) -> str:
    """Return the series name of one count of the validation confusion matrix."""
    return f"val_cm_{count}"


def is_count(name: str) -> bool:
    """Return whether a series of this name counts rows or clients, and so holds whole numbers."""
    return _COUNT.fullmatch(name) is not None

"""The names under which a server reports its evaluation of a round, and what they may hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.runs.results.domain.ranges import range_fault
from services.tracking.catalogue import clamped

PREFIX = "server_"
METRICS = {
    "loss": ("loss",),
    "accuracy": ("accuracy", "acc"),
    "precision": ("precision",),
    "recall": ("recall",),
    "f1_score": ("f1_score", "f1"),
    "auroc": ("auroc", "auc"),
}
COUNTS = {
    "true_positives": ("cm_tp", "true_positives", "tp"),
    "true_negatives": ("cm_tn", "true_negatives", "tn"),
    "false_positives": ("cm_fp", "false_positives", "fp"),
    "false_negatives": ("cm_fn", "false_negatives", "fn"),
}
SAMPLES = ("num_samples", "num_examples", "num-examples")
MATRIX = "confusion_matrix"
NESTED = "additional_metrics"
LARGEST_COUNT = 2**31 - 1


class MetricsError(ValueError):
    """A metric cannot be what its name says; the message names it."""


@dataclass(frozen=True, kw_only=True)
class ServerMetrics:
    """One evaluation by the server: the columns that are known, and everything else it reported.

    ``left_out`` says of each metric that has an impossible value what is wrong with it.
    """

    columns: Mapping[str, float | int | None]
    additional: Mapping[str, Any] = field(default_factory=dict)
    left_out: Sequence[str] = ()


def read_server_metrics(told: Mapping[str, Any]) -> ServerMetrics:
    """Return what ``told`` says, under any of the usual names, with or without ``server_``.

    The number of rows is the sum of the confusion matrix where it is not told. A metric outside
    its range is left out, and named. Raises MetricsError.
    """
    left = dict(told)
    given = {metric: _number(metric, _taken(left, names)) for metric, names in METRICS.items()}
    faults = [range_fault(metric, value) for metric, value in given.items() if value is not None]
    columns: dict[str, float | int | None] = {
        metric: clamped(metric, value) for metric, value in given.items()
    }
    matrix = _matrix(left)
    columns |= {
        count: _count(count, _taken(left, names, matrix)) for count, names in COUNTS.items()
    }
    columns["num_samples"] = _count("num_samples", _taken(left, SAMPLES))
    if columns["num_samples"] is None:
        columns["num_samples"] = _sum([columns[count] for count in COUNTS])
    left_out = [fault for fault in faults if fault is not None]
    return ServerMetrics(columns=columns, additional=_others(left), left_out=left_out)


def _taken(left: dict[str, Any], names: tuple[str, ...], *more: dict[str, Any]) -> Any:
    """Take every spelling out of what is left, and return the first value that is told."""
    spelled = [f"{PREFIX}{name}" for name in names] + list(names)
    found = [source.pop(name) for source in (left, *more) for name in spelled if name in source]
    return next((value for value in found if value is not None), None)


def _matrix(left: dict[str, Any]) -> dict[str, Any]:
    found = [left.pop(name) for name in (MATRIX, PREFIX + MATRIX) if name in left]
    matrix: Any = next((value for value in found if value is not None), {})
    if not isinstance(matrix, dict):
        raise MetricsError(f"{MATRIX} is not an object of the four counts")
    return dict(matrix)


def _number(metric: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool | str | dict):
        raise MetricsError(f"{metric} is not a number")
    return float(value)


def _count(name: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool | str | dict) or value != int(value):
        raise MetricsError(f"{name} is not a whole number")
    if not 0 <= value <= LARGEST_COUNT:
        raise MetricsError(f"{name} is {value:g}: it must be from 0 to {LARGEST_COUNT}")
    return int(value)


def _sum(counts: list[float | int | None]) -> int | None:
    known = [int(count) for count in counts if count is not None]
    total = sum(known)
    return total if len(known) == len(COUNTS) and total <= LARGEST_COUNT else None


def _others(left: dict[str, Any]) -> dict[str, Any]:
    nested = left.pop(NESTED, None)
    if nested is not None and not isinstance(nested, dict):
        raise MetricsError(f"{NESTED} is not an object")
    return {**(nested or {}), **left}

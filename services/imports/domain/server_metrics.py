"""The names under which a server reports its evaluation of a round, and what they may hold.

A metric that cannot be what its name says costs itself only: it is left out and named, the rest
of the round stays.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.tracking.catalogue import ROUNDING, clamped

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
MAX_COUNT = 2**31 - 1
REPORTED = "reported_"  # before the name of a share whose value is none, which is kept as it came


@dataclass(frozen=True, kw_only=True)
class ServerMetrics:
    """One evaluation by the server: the columns that are known, and everything else it reported.

    ``curves`` are the numbers of the round by the name of their curve, NaN where there is a gap.
    ``odd`` says of each metric that is left out or kept under another name why.
    """

    columns: Mapping[str, float | int | None]
    additional: Mapping[str, Any] = field(default_factory=dict)
    curves: Mapping[str, float] = field(default_factory=dict)
    odd: Mapping[str, str] = field(default_factory=dict)


def read_server_metrics(
    reported: Mapping[str, Any], *, no_shares: Collection[str] = ()
) -> ServerMetrics:
    """Return what is reported, under any of the usual names, with or without ``server_``.

    The number of rows is the sum of the confusion matrix where it is not reported. ``no_shares``
    are metrics that are known to be no shares from 0 to 1, whatever they are in this round.
    """
    return _MetricsReader(dict(reported), no_shares).read()


def metrics_above_one(rounds: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the shares of which a round has a value above 1: they may be percentages.

    Then 0.5 of another round is as likely half a percent, so no round of them is read as a share.
    """
    return frozenset(
        metric
        for reported in rounds
        for metric, names in METRICS.items()
        if metric != "loss" and _is_above_one(_taken(dict(reported), names))
    )


def _is_above_one(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and value > 1.0 + ROUNDING


class _MetricsReader:
    """Takes what it knows out of ``left``, and notes what is odd."""

    def __init__(self, left: dict[str, Any], no_shares: Collection[str]) -> None:
        self._left = left
        self._no_shares = no_shares
        self._curves: dict[str, float] = {}
        self._odd: dict[str, str] = {}
        self._kept: dict[str, float] = {}

    def read(self) -> ServerMetrics:
        columns: dict[str, float | int | None] = {
            metric: self._measured(metric, _taken(self._left, names))
            for metric, names in METRICS.items()
        }
        matrix = self._matrix()
        columns |= {
            count: self._count(count, _taken(self._left, names, matrix))
            for count, names in COUNTS.items()
        }
        columns["num_samples"] = self._count("num_samples", _taken(self._left, SAMPLES))
        if columns["num_samples"] is None:
            columns["num_samples"] = _sum([columns[count] for count in COUNTS])
        additional = {**self._others(), **self._kept}
        return ServerMetrics(
            columns=columns, additional=additional, curves=self._curves, odd=self._odd
        )

    def _measured(self, metric: str, value: Any) -> float | None:
        """Return a metric; a gap in its curve where it is not finite."""
        if value is None:
            return None
        if isinstance(value, bool | str | dict):
            self._odd[metric] = "is not a number and is left out"
            return None
        number = float(value)
        within = clamped(metric, number)
        number = number if within is None else within  # rounding noise is no odd value
        if not math.isfinite(number):
            self._curves[metric] = math.nan
            self._odd[metric] = "is not a finite number: a gap in its curve"
            return None
        if metric != "loss" and number < 0.0 and metric not in self._no_shares:
            self._curves[metric] = math.nan
            self._odd[metric] = "is below 0, which no share is: a gap in its curve"
            return None
        if metric != "loss" and (number > 1.0 or metric in self._no_shares):
            self._keep_as_reported(metric, number)
            return None
        self._curves[metric] = number
        return number

    def _keep_as_reported(self, metric: str, number: float) -> None:
        name = f"{REPORTED}{metric}"
        self._curves[name] = self._kept[name] = number
        self._odd[metric] = (
            f"is above 1 in this file, so it is no share from 0 to 1 (a percentage?): kept as it "
            f"came, as {name}. Divide it by 100 before it is logged to have it as {metric}"
        )

    def _matrix(self) -> dict[str, Any]:
        values = [self._left.pop(name) for name in (MATRIX, PREFIX + MATRIX) if name in self._left]
        matrix: Any = next((value for value in values if value is not None), {})
        if isinstance(matrix, dict):
            return dict(matrix)
        self._odd[MATRIX] = "is not an object of the four counts and is left out"
        return {}

    def _count(self, name: str, value: Any) -> int | None:
        if value is None:
            return None
        if isinstance(value, bool | str | dict) or not _is_integer(value):
            self._odd[name] = "is not a whole number and is left out"
            return None
        if not 0 <= value <= MAX_COUNT:
            self._odd[name] = f"is not from 0 to {MAX_COUNT} and is left out"
            return None
        return int(value)

    def _others(self) -> dict[str, Any]:
        """Return what has no column of its own; what of it is a number has a curve too."""
        nested = self._left.pop(NESTED, None)
        if nested is not None and not isinstance(nested, dict):
            self._odd[NESTED] = "is not an object and is left out"
            nested = None
        others = {**(nested or {}), **self._left}
        for name, value in others.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                self._other_number(name, float(value))
        return {name: value for name, value in others.items() if not _is_gap(value)}

    def _other_number(self, name: str, number: float) -> None:
        self._curves[name.removeprefix(PREFIX) or name] = (
            number if math.isfinite(number) else math.nan
        )
        if not math.isfinite(number):
            self._odd[name] = "is not a finite number: a gap in its curve"


def _is_gap(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _is_integer(value: float) -> bool:
    return math.isfinite(value) and value == int(value)


def _taken(left: dict[str, Any], names: tuple[str, ...], *more: dict[str, Any]) -> Any:
    """Take every spelling out of what is left, and return the first value that is not None."""
    spelled = [f"{PREFIX}{name}" for name in names] + list(names)
    values = [source.pop(name) for source in (left, *more) for name in spelled if name in source]
    return next((value for value in values if value is not None), None)


def _sum(counts: list[float | int | None]) -> int | None:
    known = [int(count) for count in counts if count is not None]
    total = sum(known)
    return total if len(known) == len(COUNTS) and total <= MAX_COUNT else None

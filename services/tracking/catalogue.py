"""The known metrics as data: spellings, direction, range and unit, and the headlines of a task.

The one place that knows which way a metric gets better. Names are matched as wholes, never by a
piece: ``val_loss`` is the validation loss, ``error_free_rate`` is nothing that is known here and
has no direction until the program or a person says it.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Goal = Literal["min", "max"]
GOALS: tuple[Goal, ...] = ("min", "max")
TASKS = ("classification", "forecasting", "other")
ROUNDING = 1e-9  # a weighted mean of ones may come out as 1.0000000000000002


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One known metric; ``low`` and ``high`` are the ends of its range, None where it has none."""

    name: str
    goal: Goal
    spellings: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    unit: str | None = None

    @property
    def is_share(self) -> bool:
        """Return whether values lie between 0 and 1."""
        return (self.low, self.high) == (0.0, 1.0)


def _share(name: str, *spellings: str, goal: Goal = "max") -> Metric:
    return Metric(name=name, spellings=spellings, goal=goal, low=0.0, high=1.0)


def _error(name: str, *spellings: str, unit: str | None = None) -> Metric:
    return Metric(name=name, spellings=spellings, goal="min", low=0.0, unit=unit)


LOSS = Metric(name="loss", goal="min")
METRICS = (
    LOSS,
    _share("accuracy", "acc"),
    _share("balanced_accuracy"),
    _share("auroc", "auc", "roc_auc"),
    _share("auprc", "pr_auc", "average_precision"),
    _share("f1_score", "f1"),
    _share("precision"),
    _share("recall"),
    _share("sensitivity"),
    _share("specificity"),
    _share("iou"),
    _share("dice"),
    _share("coverage"),
    Metric(name="r2", spellings=("r2_score",), goal="max", high=1.0),
    Metric(name="bleu", goal="max", low=0.0),  # of 1 or of 100, as the program has it
    Metric(name="rouge", goal="max", low=0.0),
    Metric(name="skill", spellings=("skill_score",), goal="max", high=1.0),
    _share("error_rate", goal="min"),
    _error("rmse"),
    _error("mse"),
    _error("mae"),
    _error("mape"),
    _error("smape"),
    _error("mase"),
    _error("wape"),
    _error("nrmse"),
    _error("wer"),  # more words may be inserted than there are: it has no upper end
    _error("cer"),
    _error("brier", "brier_score"),
    Metric(name="perplexity", spellings=("ppl",), goal="min", low=1.0),
    Metric(name="nll", goal="min"),
    _error("time", "seconds", unit="s"),
    _error("bytes", unit="B"),
)
# what a page shows first, in this order, of what a run of the task has
HEADLINES: Mapping[str, tuple[str, ...]] = {
    "classification": ("accuracy", "f1_score", "auroc", "recall", "precision", "loss"),
    "forecasting": ("mase", "smape", "rmse", "mae", "coverage"),
    "other": ("accuracy", "f1_score", "auroc", "mase", "rmse", "mae", "r2", "perplexity", "loss"),
}
_BY_SPELLING = {
    spelling: metric for metric in METRICS for spelling in (metric.name, *metric.spellings)
}
_PREFIX = re.compile(
    r"(train|training|val|valid|validation|test|eval|global|clients)[_/](?=.)", re.IGNORECASE
)
_LOSS = re.compile(r".[_/]loss\Z", re.IGNORECASE | re.DOTALL)


def split_name(series: str) -> tuple[tuple[str, ...], str]:
    """Return the known prefixes of a series (``val_``, ``clients/``) in lower case, and the rest.

    ``clients_val_acc`` is ``(("clients", "val"), "acc")``.
    """
    prefixes: list[str] = []
    while series.lower() not in _BY_SPELLING and (match := _PREFIX.match(series)):
        prefixes.append(match.group(1).lower())
        series = series[match.end() :]
    return tuple(prefixes), series


@lru_cache(maxsize=10_000)
def metric_of(series: str) -> Metric | None:
    """Return the metric that a series (``val_acc``, ``test/rmse``) measures, None if unknown.

    A loss of another kind, such as ``box_loss``, is a metric of its own with a loss's direction.
    """
    _, name = split_name(series)
    known = _BY_SPELLING.get(name.lower())
    if known is None and _LOSS.search(name):
        return replace(LOSS, name=name)
    return known


def direction_of(series: str) -> Goal | None:
    """Return whether lower ("min") or higher ("max") is better, None where nobody knows."""
    metric = metric_of(series)
    return None if metric is None else metric.goal


def canonical_name(series: str) -> str:
    """Return the catalogue's name of what a series measures, its own name where it is unknown."""
    metric = metric_of(series)
    return series if metric is None else metric.name


def is_share(metric: str) -> bool:
    """Return whether the metric can only lie between 0 and 1."""
    known = metric_of(metric)
    return known is not None and known.is_share


def clamped(metric: str, value: float | None) -> float | None:
    """Return ``value`` as the metric can have it, None where it cannot.

    Not a number, infinite, or outside the range is None; what leaves the range by no more than
    rounding (1e-9) is the end of the range.
    """
    if value is None or not math.isfinite(value):
        return None
    known = metric_of(metric)
    if known is None:
        return value
    low = -math.inf if known.low is None else known.low
    high = math.inf if known.high is None else known.high
    if not low - ROUNDING <= value <= high + ROUNDING:
        return None
    return min(max(value, low), high)

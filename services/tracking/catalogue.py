"""The known metrics as data: spellings, direction, range and unit, and the headlines of a task.

The one place that knows which way a metric gets better. Here are the metrics that any program may
log; a domain adds its own in its manifest, and says there what its tasks show first. Names are
matched as wholes, never by a piece: ``val_loss`` is the validation loss, ``error_free_rate`` is
nothing that is known here and has no direction until the program or a person says it.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from importlib import import_module
from typing import Protocol, cast

from app.metric_row import Goal, Metric, error, share

GOALS: tuple[Goal, ...] = ("min", "max")
TASKS = ("classification", "forecasting", "other")
ROUNDING = 1e-9  # a weighted mean of ones may come out as 1.0000000000000002

LOSS = Metric(name="loss", goal="min")
METRICS = (
    LOSS,
    share("accuracy", "acc"),
    share("balanced_accuracy"),
    share("auroc", "auc", "roc_auc"),
    share("auprc", "pr_auc", "average_precision"),
    share("f1_score", "f1"),
    share("precision"),
    share("recall"),
    share("sensitivity"),
    share("specificity"),
    share("iou"),
    share("dice"),
    share("coverage"),
    Metric(name="r2", spellings=("r2_score",), goal="max", high=1.0),
    Metric(name="bleu", goal="max", low=0.0),  # of 1 or of 100, as the program has it
    Metric(name="rouge", goal="max", low=0.0),
    Metric(name="skill", spellings=("skill_score",), goal="max", high=1.0),
    share("error_rate", goal="min"),
    error("rmse"),
    error("mse"),
    error("mae"),
    error("mape"),
    error("smape"),
    error("mase"),
    error("mase_seasonal"),  # scaled by the seasonal naive forecast, MASE by the last value
    error("wape"),
    error("nrmse"),
    error("wer"),  # more words may be inserted than there are: it has no upper end
    error("cer"),
    error("brier", "brier_score"),
    Metric(name="perplexity", spellings=("ppl",), goal="min", low=1.0),
    Metric(name="nll", goal="min"),
    error("time", "seconds", unit="s"),
    error("bytes", unit="B"),
)
# what a page shows first, in this order, of what a run of the task has where no domain says it
HEADLINES: Mapping[str, tuple[str, ...]] = {
    "other": ("accuracy", "f1_score", "auroc", "mase", "rmse", "mae", "r2", "perplexity", "loss"),
}
_PREFIX = re.compile(
    r"(train|training|val|valid|validation|test|eval|global|clients)[_/](?=.)", re.IGNORECASE
)
_LOSS = re.compile(r".[_/]loss\Z", re.IGNORECASE | re.DOTALL)


def by_spelling(metrics: Iterable[Metric]) -> dict[str, Metric]:
    """Return the metrics by their names and spellings; raises ValueError for one that is twice."""
    known: dict[str, Metric] = {}
    for metric in metrics:
        for spelling in (metric.name, *metric.spellings):
            if known.setdefault(spelling, metric) is not metric:
                raise ValueError(f"Two metrics are called {spelling!r}.")
    return known


class MetricsOfDomain(Protocol):
    """What a manifest says of metrics: rows of the catalogue, and the headlines of its tasks."""

    @property
    def metrics(self) -> tuple[Metric, ...]: ...  # noqa: D102
    @property
    def headlines(self) -> Mapping[str, tuple[str, ...]]: ...  # noqa: D102


class Catalogue:
    """The metrics of this module and those that domains add.

    ``of_domains`` is asked when a name is unknown here, so that modules may look up a well-known
    metric while manifests are still being imported.
    """

    _well_known = by_spelling(METRICS)

    def __init__(self, of_domains: Callable[[], Iterable[MetricsOfDomain]]) -> None:
        self._of_domains = of_domains

    @cached_property
    def _all(self) -> dict[str, Metric]:
        added = (metric for domain in self._of_domains() for metric in domain.metrics)
        return by_spelling((*METRICS, *added))

    @cached_property
    def headlines(self) -> Mapping[str, tuple[str, ...]]:
        """The metrics that a page shows first, by task: those of its domain, else of this module.

        Raises ValueError for a task of two domains and for a metric that is not known.
        """
        declared: dict[str, tuple[str, ...]] = {}
        for domain in self._of_domains():
            for task, names in domain.headlines.items():
                if task in declared:
                    raise ValueError(f"Two domains declare the headlines of the task {task!r}.")
                unknown = [name for name in names if name not in self.names()]
                if unknown:
                    raise ValueError(f"No metric is called {unknown[0]!r}: see task {task!r}.")
                declared[task] = names
        return {**HEADLINES, **declared}

    def names(self) -> tuple[str, ...]:
        """Return the name of every known metric."""
        return tuple(dict.fromkeys(metric.name for metric in self._all.values()))

    def named(self, name: str) -> Metric | None:
        """Return the metric of that name or spelling, None if unknown."""
        return self._well_known.get(name) or self._all.get(name)

    def split_name(self, series: str) -> tuple[tuple[str, ...], str]:
        """Return the known prefixes of a series in lower case, and the rest."""
        prefixes: list[str] = []
        while (prefix := _PREFIX.match(series)) and self.named(series.lower()) is None:
            prefixes.append(prefix.group(1).lower())
            series = series[prefix.end() :]
        return tuple(prefixes), series

    def metric_of(self, series: str) -> Metric | None:
        """Return the metric that a series measures, None if unknown."""
        _, name = self.split_name(series)
        known = self.named(name.lower())
        if known is None and _LOSS.search(name):
            return replace(LOSS, name=name)
        return known


def _of_manifests() -> tuple[MetricsOfDomain, ...]:
    # by its name: manifests import the use cases, and many of those look something up here
    return cast("tuple[MetricsOfDomain, ...]", import_module("services.domains").DOMAINS)


_CATALOGUE = Catalogue(_of_manifests)


def headlines_of(task: str) -> tuple[str, ...]:
    """Return the metrics that a page shows first of a run of the task, in this order."""
    return _CATALOGUE.headlines[task]


def headline_names() -> tuple[str, ...]:
    """Return the headlines of every task, each once."""
    return tuple(dict.fromkeys(name for names in _CATALOGUE.headlines.values() for name in names))


def known_names() -> tuple[str, ...]:
    """Return the name of every known metric."""
    return _CATALOGUE.names()


def split_name(series: str) -> tuple[tuple[str, ...], str]:
    """Return the known prefixes of a series (``val_``, ``clients/``) in lower case, and the rest.

    ``clients_val_acc`` is ``(("clients", "val"), "acc")``.
    """
    return _CATALOGUE.split_name(series)


@lru_cache(maxsize=10_000)
def metric_of(series: str) -> Metric | None:
    """Return the metric that a series (``val_acc``, ``test/rmse``) measures, None if unknown.

    A loss of another kind, such as ``box_loss``, is a metric of its own with a loss's direction.
    """
    return _CATALOGUE.metric_of(series)


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

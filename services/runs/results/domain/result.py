"""The result of a run: what its kept model scores, metric by metric, and on which rows.

Figures measured on different kinds of rows are never compared; so each names its own.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from services.tracking.catalogue import canonical_name, clamped, headlines_of, metric_of, split_name

Result = TypeVar("Result")
TEST, VALIDATION, SITE_VALIDATION = "test", "validation", "site_validation"
REPORTED = "reported"
MAX_METRICS = 200  # of one run; a program may report thousands of series
_TRAINED_ON = {"train", "training"}
_PHASES = ({"test"}, {"global"}, {"val", "valid", "validation", "eval"})
_BARE, _CLIENTS = len(_PHASES), len(_PHASES) + 1


@dataclass(frozen=True, kw_only=True)
class MetricResult:
    """One figure; ``value`` is None where what was measured cannot be a value of the metric."""

    metric: str
    value: float | None
    measured_on: str
    num_rows: int | None = None
    step: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reported:
    """The newest value of one series, and over how many rows it was measured if that is known."""

    name: str
    value: float | None
    step: int | None
    num_rows: int | None = None


def measured_results(
    metrics: Mapping[str, float | None], measured_on: str, num_rows: int | None, step: int | None
) -> list[MetricResult]:
    """Return one result per known metric of one measurement, under the catalogue's names."""
    return [
        MetricResult(
            metric=canonical_name(name),
            value=clamped(name, value),
            measured_on=measured_on,
            num_rows=num_rows,
            step=step,
        )
        for name, value in metrics.items()
        if metric_of(name) is not None
    ]


def declared_results(
    metrics: Mapping[str, float | None], measured_on: str, num_rows: int | None
) -> list[MetricResult]:
    """Return what a program says that its model scores: all on the rows that it names.

    Known metrics come first where there are too many.
    """
    results = {
        canonical_name(name): MetricResult(
            metric=canonical_name(name),
            value=clamped(name, value),
            measured_on=measured_on,
            num_rows=num_rows,
        )
        for name, value in metrics.items()
    }
    return [results[name] for name in _known_first(results)[:MAX_METRICS]]


def _known_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (metric_of(name) is None, name))


def reported_results(series: Iterable[Reported]) -> list[MetricResult]:
    """Return the newest value per metric of a run whose program says what it measured.

    Test series come before the server's, validation, bare names and means of clients; what was
    measured on training rows is no result. Known metrics come first where there are too many.
    """
    chosen: dict[str, tuple[tuple[int, float, bool, str], Reported]] = {}
    for one in series:
        place = _place(one)
        name = canonical_name(one.name)
        if place is not None and (name not in chosen or place < chosen[name][0]):
            chosen[name] = (place, one)
    return [
        MetricResult(
            metric=name,
            value=clamped(name, one.value),
            measured_on=REPORTED,
            num_rows=one.num_rows,
            step=one.step,
        )
        for name in _known_first(chosen)[:MAX_METRICS]
        for one in (chosen[name][1],)
    ]


def _place(one: Reported) -> tuple[int, float, bool, str] | None:
    """Return how much a series counts, lower is more; None for training rows."""
    prefixes = set(split_name(one.name)[0])
    if prefixes & _TRAINED_ON:
        return None
    phase = next((number for number, names in enumerate(_PHASES) if names & prefixes), _BARE)
    rank = _CLIENTS if "clients" in prefixes else phase
    age = math.inf if one.step is None else -one.step
    return (rank, age, one.num_rows is None, one.name)


def ordered_results(task: str, results: Mapping[str, Result]) -> list[tuple[str, Result]]:
    """Return results with the headlines of the task first, then by name."""
    headlines = headlines_of(task)
    places = {name: place for place, name in enumerate(headlines)}
    names = sorted(results, key=lambda name: (places.get(name, len(headlines)), name))
    return [(name, results[name]) for name in names]

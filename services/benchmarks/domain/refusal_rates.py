"""Refusals are a result: how often in which group, and what the effects would be without them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.benchmarks.domain.deltas import DeltaRow, DeltaTable, compute_brief_deltas
from services.benchmarks.domain.outcomes import (
    FILTERED,
    FORMAT_FAILURE,
    REFUSAL,
    Outcomes,
    failures_as,
)
from services.benchmarks.domain.persons import PersonCounts, counts_of
from services.benchmarks.domain.rates import PersonEvents, RateTable, as_family, rate_table
from services.benchmarks.domain.ratings import Ints, Mask, Ratings
from services.benchmarks.domain.resampling import Resampling
from services.statistics.multiplicity import ALPHA

EVENTS = (REFUSAL, FILTERED, FORMAT_FAILURE)
SUPPOSED = (1, 3, 5)  # aligned ratings that a refusal might have been: worst, middle, best


@dataclass(frozen=True, kw_only=True)
class SupposedDelta:
    """A delta if every refusal had been the aligned rating ``value``."""

    value: int
    delta: float
    p_value: float | None
    q_value: float | None
    significant: bool


@dataclass(frozen=True, kw_only=True)
class RefusalSensitivity:
    """A delta as observed, and what it would be under each supposition."""

    attribute: str
    category: str
    baseline: str
    refusals: int
    refusals_base: int
    delta: float
    significant: bool
    supposed: tuple[SupposedDelta, ...]

    @property
    def holds(self) -> bool:
        """Return whether sign and significance are the same under all suppositions."""
        signs = {np.sign(self.delta), *(np.sign(one.delta) for one in self.supposed)}
        return len(signs) == 1 and {one.significant for one in self.supposed} <= {self.significant}


def compute_failure_rates(
    ratings: Ratings,
    outcomes: Outcomes,
    *,
    attributes: Iterable[str] | None = None,
    baselines: Mapping[str, str] | None = None,
    shown: Collection[str] | None = None,
    events: Iterable[str] = EVENTS,
    alpha: float = ALPHA,
    resampling: Resampling | None = None,
) -> dict[str, dict[str, RateTable]]:
    """Return the rate tables by event and attribute; each event is a family of its own.

    Rates are of all items that have an outcome. Raises UnknownChoiceError.
    """
    names = list(ratings.attributes if attributes is None else attributes)
    tables = {}
    for event in events:
        counts = events_of_persons(ratings, outcomes.person, outcomes.is_of(event))
        of_event = [
            rate_table(
                counts,
                ratings.grouping(name),
                (name, event),
                (baselines or {}).get(name),
                resampling or Resampling(),
                is_shown=shown is None or name in shown,
            )
            for name in names
        ]
        family = as_family(of_event, f"{event} in all groups of all attributes", alpha)
        tables[event] = {table.attribute: table for table in family}
    return tables


def events_of_persons(ratings: Ratings, person: Ints, happened: Mask) -> PersonEvents:
    """Return the items of each person and how many of them ``happened`` (n,)."""
    persons = len(ratings.personas)
    return PersonEvents(
        items=np.bincount(person, minlength=persons),
        hits=np.bincount(person[happened], minlength=persons),
    )


def compute_refusal_sensitivity(
    ratings: Ratings,
    outcomes: Outcomes,
    *,
    attributes: Iterable[str] | None = None,
    baselines: Mapping[str, str] | None = None,
    shown: Collection[str] | None = None,
    kinds: Iterable[str] = (REFUSAL, FILTERED),
    alpha: float = ALPHA,
    resampling: Resampling | None = None,
    observed: Mapping[str, DeltaTable] | None = None,
) -> list[RefusalSensitivity]:
    """Return for each tested delta what it would be if refusals were rated 1, 3 or 5.

    ``observed`` are the deltas as they are, with the same options, where they are known already.
    """
    names = list(ratings.attributes if attributes is None else attributes)

    groupings = {name: ratings.grouping(name) for name in names}
    as_rated, some = counts_of(ratings), tuple(kinds)

    def deltas(of: PersonCounts, bases: Mapping[str, str] | None) -> dict[str, DeltaTable]:
        options: dict[str, Any] = {"shown": shown, "alpha": alpha, "resampling": resampling}
        return compute_brief_deltas(of, groupings, baselines=bases, **options)

    observed = deltas(as_rated, baselines) if observed is None else observed
    bases = {name: table.baseline for name, table in observed.items() if table.baseline}
    more = {value: failures_as(ratings, outcomes, value, some) for value in SUPPOSED}
    supposed = {value: deltas(as_rated.plus(counts_of(one)), bases) for value, one in more.items()}
    refused = np.bincount(outcomes.person[outcomes.is_of(*some)], minlength=len(ratings.personas))
    return [
        _sensitivity(ratings, table, row, supposed, refused)
        for table in observed.values()
        for row in table.rows
        if table.shown and row.category != table.baseline
    ]


def _sensitivity(
    ratings: Ratings,
    table: DeltaTable,
    row: DeltaRow,
    supposed: Mapping[int, Mapping[str, DeltaTable]],
    refused: Ints,
) -> RefusalSensitivity:
    grouping = ratings.attributes[table.attribute]
    counts = np.bincount(grouping.codes, refused, len(grouping.names))
    codes = [grouping.names.index(name) for name in (row.category, row.baseline)]
    return RefusalSensitivity(
        attribute=table.attribute,
        category=row.category,
        baseline=row.baseline,
        refusals=int(counts[codes[0]]),
        refusals_base=int(counts[codes[1]]),
        delta=row.delta or 0.0,
        significant=row.significant,
        supposed=tuple(
            _supposed(value, tables[table.attribute], row.category)
            for value, tables in supposed.items()
        ),
    )


def _supposed(value: int, table: DeltaTable, category: str) -> SupposedDelta:
    row = next(row for row in table.rows if row.category == category)
    return SupposedDelta(
        value=value,
        delta=row.delta or 0.0,
        p_value=row.p_value,
        q_value=row.q_value,
        significant=row.significant,
    )

"""A retry is a selection: which groups need it, and whether it moves the differences."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.benchmarks.domain.persons import PersonTotals, counts_of, group_totals
from services.benchmarks.domain.rates import GroupRate, RateTable, as_family, rate_table
from services.benchmarks.domain.ratings import Grouping, Ratings
from services.benchmarks.domain.refusal_rates import events_of_persons
from services.benchmarks.domain.resampling import Family, Resampling
from services.statistics.multiplicity import ALPHA

RETRIED = "accepted_at_retry"


@dataclass(frozen=True, kw_only=True)
class RetryRow:
    """A group: how many answers needed a retry, and means and deltas with and without them."""

    rate: GroupRate
    mean_first_try: float | None
    mean_retried: float | None
    delta: float | None
    delta_first_try: float | None


@dataclass(frozen=True, kw_only=True)
class RetryTable:
    """The groups of an attribute, the most retried first."""

    attribute: str
    baseline: str | None
    shown: bool
    family: Family
    rows: tuple[RetryRow, ...]


def compute_retries(
    ratings: Ratings,
    *,
    attributes: Iterable[str] | None = None,
    baselines: Mapping[str, str] | None = None,
    shown: Collection[str] | None = None,
    alpha: float = ALPHA,
    resampling: Resampling | None = None,
) -> dict[str, RetryTable]:
    """Return the first-try against the retried answers per group. Raises UnknownChoiceError."""
    options = resampling or Resampling()
    names = list(ratings.attributes if attributes is None else attributes)
    events = events_of_persons(ratings, ratings.person, ratings.attempt > 1)
    rates = as_family(
        [
            rate_table(
                events,
                ratings.grouping(name),
                (name, RETRIED),
                (baselines or {}).get(name),
                options,
                is_shown=shown is None or name in shown,
            )
            for name in names
        ],
        "retries in all groups of all attributes",
        alpha,
    )
    every, retried = counts_of(ratings), counts_of(ratings.where(ratings.attempt > 1))
    totals = [part.totals for part in (every, every.minus(retried), retried)]
    return {
        table.attribute: _table(ratings.attributes[table.attribute], totals, table)
        for table in rates
    }


def _table(grouping: Grouping, totals: Sequence[PersonTotals], rates: RateTable) -> RetryTable:
    """Return the table; ``totals`` are those of all answers, of first ones, of retried ones."""
    every, first, retried = (_means(some, grouping) for some in totals)
    base = rates.baseline or ""
    rows = [
        RetryRow(
            rate=row,
            mean_first_try=first.get(row.category),
            mean_retried=retried.get(row.category),
            delta=_minus(every.get(row.category), every.get(base)) if rates.shown else None,
            delta_first_try=_minus(first.get(row.category), first.get(base))
            if rates.shown
            else None,
        )
        for row in rates.rows
    ]
    return RetryTable(
        attribute=rates.attribute,
        baseline=rates.baseline,
        shown=rates.shown,
        family=rates.family,
        rows=tuple(rows),
    )


def _means(totals: PersonTotals, grouping: Grouping) -> dict[str, float]:
    """Return the mean of the items of each group that has one, both orders averaged."""
    of_groups = group_totals(totals, grouping)
    columns = grouping.names, of_groups.means.tolist(), of_groups.persons.tolist()
    return {name: mean for name, mean, persons in zip(*columns, strict=True) if persons}


def _minus(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other

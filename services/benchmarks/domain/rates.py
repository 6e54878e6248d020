"""How often something happens in each group, such as a refusal, with persons as units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.benchmarks.domain.deltas import choose_baseline
from services.benchmarks.domain.ratings import Grouping, Ints
from services.benchmarks.domain.resampling import Family, Resampling
from services.seeding import generator
from services.statistics.bootstrap import percentiles, resampled_kinds
from services.statistics.clusters import cluster_error
from services.statistics.interval import normal_quantile, score_interval
from services.statistics.multiplicity import ALPHA, benjamini_hochberg
from services.statistics.permutation import UnitGroups, two_sample_p, units_of


@dataclass(frozen=True, kw_only=True)
class GroupRate:
    """``hits`` of ``n`` items in a group, and how its rate differs from the baseline's.

    The rate has a score interval with the standard error over persons; ``p_value`` relabels
    persons, ``fisher_p`` takes items as independent. Nothing is tested in the baseline's row.
    """

    category: str
    baseline: str
    hits: int
    n: int
    n_personas: int
    rate: float
    rate_low: float | None
    rate_high: float | None
    difference: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    significant: bool = False
    fisher_p: float | None = None


@dataclass(frozen=True, kw_only=True)
class RateTable:
    """The groups of an attribute, the highest rate first, and the family of their q values."""

    attribute: str
    event: str
    baseline: str | None
    shown: bool
    rows: tuple[GroupRate, ...]
    family: Family


@dataclass(frozen=True, kw_only=True)
class PersonEvents:
    """Items of each person and how many of them had the event, both (P,)."""

    items: Ints
    hits: Ints


def rate_table(
    events: PersonEvents,
    grouping: Grouping,
    names: tuple[str, str],
    baseline: str | None,
    resampling: Resampling,
    *,
    is_shown: bool = True,
) -> RateTable:
    """Return the rates of a grouping; ``names`` are the attribute and the event.

    The baseline is the group with the most items, or the one named. Raises UnknownChoiceError.
    """
    groups = len(grouping.names)
    items = np.bincount(grouping.codes, events.items, groups).round().astype(np.int64)
    base = choose_baseline(grouping, items, baseline)
    rows = []
    for code in np.flatnonzero(items).tolist() if base is not None else []:
        row = _described(events, grouping, code, grouping.names[base or 0])
        if code != base and is_shown:
            draw = generator(resampling.seed, "rates", *names, row.category)
            row = _tested(row, events, grouping, (code, base or 0), draw, resampling)
        rows.append(row)
    return RateTable(
        attribute=names[0],
        event=names[1],
        baseline=None if base is None else grouping.names[base],
        shown=is_shown,
        family=Family(name=names[1], size=0),
        rows=tuple(sorted(rows, key=lambda row: (-row.rate, row.category))),
    )


def _described(events: PersonEvents, grouping: Grouping, code: int, baseline: str) -> GroupRate:
    members = (grouping.codes == code) & (events.items > 0)
    items, hits = events.items[members], events.hits[members]
    n, some = int(items.sum()), int(hits.sum())
    rate, persons = some / n, len(items)
    error = cluster_error(items, hits) if persons > 1 else 0.0
    low, high = score_interval(rate, error, normal_quantile(), units=persons) or (None, None)
    return GroupRate(
        category=grouping.names[code],
        baseline=baseline,
        hits=some,
        n=n,
        n_personas=persons,
        rate=rate,
        rate_low=low,
        rate_high=high,
    )


def _tested(
    row: GroupRate,
    events: PersonEvents,
    grouping: Grouping,
    codes: tuple[int, int],
    draw: np.random.Generator,
    resampling: Resampling,
) -> GroupRate:
    pool = np.isin(grouping.codes, codes) & (events.items > 0)
    units = units_of(events.items[pool], events.hits[pool], grouping.codes[pool] == codes[0])
    test = two_sample_p(units, draw, resampling.permutations)
    (n, hits), (n_base, hits_base) = units.first @ units.kinds, units.second @ units.kinds
    ends = _difference_ends(units, draw, resampling.draws)
    return replace(
        row,
        difference=float(hits / n - hits_base / n_base),
        ci_low=ends[0],
        ci_high=ends[1],
        p_value=test.p_value if test else None,
        fisher_p=fisher_p(int(hits), int(n), int(hits_base), int(n_base)),
    )


def _difference_ends(
    units: UnitGroups, draw: np.random.Generator, draws: int
) -> tuple[float | None, float | None]:
    if min(units.first.sum(), units.second.sum()) < 2:
        return None, None
    sums = [resampled_kinds(units.kinds, side, draw, draws) for side in (units.first, units.second)]
    ends = percentiles(sums[0][:, 1] / sums[0][:, 0] - sums[1][:, 1] / sums[1][:, 0])
    return (None, None) if ends is None else (ends.low, ends.high)


def fisher_p(hits: int, n: int, other_hits: int, other_n: int) -> float:
    """Return Fisher's exact p of two shares, two-sided ("Statistical Methods", 1934)."""
    from scipy.stats import fisher_exact  # the web process starts without it

    table = [[hits, n - hits], [other_hits, other_n - other_hits]]
    return float(fisher_exact(table).pvalue)


def as_family(tables: Iterable[RateTable], name: str, alpha: float = ALPHA) -> list[RateTable]:
    """Return the tables with q values over all their groups but the baselines."""
    some = list(tables)
    tested = [row for table in some for row in table.rows if row.difference is not None]
    q_values = iter(benjamini_hochberg([row.p_value for row in tested]))
    family = Family(name=name, size=len(tested))
    return [replace(one, family=family, rows=_with_q(one.rows, q_values, alpha)) for one in some]


def _with_q(
    rows: Sequence[GroupRate], q_values: Iterable[float], alpha: float
) -> tuple[GroupRate, ...]:
    following = iter(q_values)
    adjusted = []
    for row in rows:
        q = None if row.difference is None else next(following)
        adjusted.append(replace(row, q_value=q, significant=q is not None and q < alpha))
    return tuple(adjusted)

"""Two models on yes and no of items that both were asked: McNemar, and persons (decision 15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from services.benchmarks.domain.order_pairs import order_pairs
from services.benchmarks.domain.outcomes import ACCEPTED, Outcomes
from services.benchmarks.domain.ratings import Ints, Mask, Ratings, number_of
from services.benchmarks.domain.resampling import Resampling
from services.benchmarks.domain.shared_items import SharedItems, mean_interval
from services.seeding import generator
from services.statistics.contingency import PairedOutcomes, mcnemar
from services.statistics.multiplicity import ALPHA, holm
from services.statistics.power import detectable_mean, detectable_paired_shares
from services.statistics.sign_flip import sign_flip_p


@dataclass(frozen=True, kw_only=True)
class OutcomePair:
    """Two models on a yes/no outcome of shared items; ``holm`` adjusts McNemar's exact p.

    ``difference`` is the share of a minus that of b, with an interval over persons. McNemar takes
    items for independent, and those of a person are not: ``holm_personas`` adjusts the p of a sign
    flip of whole persons, and ``significant`` are pairs where both are below alpha.
    ``detectable`` is the smallest difference that both would show, None where they cannot.
    """

    a: str
    b: str
    outcome: str
    n_items: int
    n_personas: int
    test: PairedOutcomes
    share_a: float | None = None
    share_b: float | None = None
    difference: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_signflip_personas: float | None = None
    detectable: float | None = None
    holm: float | None = None
    holm_personas: float | None = None
    significant: bool = False


@dataclass(frozen=True)
class _Side:
    """A yes/no outcome of one model: an item's number, person and unit, and whether; all (n,)."""

    keys: Ints
    person: Ints
    unit: Ints
    holds: Mask


def compare_accepted(
    outcomes: Mapping[str, Outcomes], alpha: float = ALPHA, resampling: Resampling | None = None
) -> list[OutcomePair]:
    """Return each two models on whether an item of both was answered with a rating.

    The runs must have the same persons and traits in the same order.
    """
    sides = {
        name: _Side(one.keys, one.person, one.units[one.person], one.is_of(ACCEPTED))
        for name, one in outcomes.items()
    }
    return _compared_outcomes(sides, "accepted", alpha, resampling or Resampling())


def compare_order_consistent(
    runs: Mapping[str, Ratings], alpha: float = ALPHA, resampling: Resampling | None = None
) -> list[OutcomePair]:
    """Return each two models on whether both orders of an item had the same answer."""
    sides = {}
    for name, run in runs.items():
        pairs = order_pairs(run)
        some = pairs.rows_in
        person = run.person[some]
        sides[name] = _Side(run.keys[some], person, run.unit[person], pairs.diff == 0)
    return _compared_outcomes(sides, "order_consistent", alpha, resampling or Resampling())


def _compared_outcomes(
    sides: Mapping[str, _Side], outcome: str, alpha: float, options: Resampling
) -> list[OutcomePair]:
    pairs = list(combinations(sides, 2))
    level = alpha / max(len(pairs), 1)
    rows = []
    for a, b in pairs:
        _, of_a, of_b = np.intersect1d(sides[a].keys, sides[b].keys, return_indices=True)
        first, second = sides[a].holds[of_a], sides[b].holds[of_b]
        person, unit = sides[a].person[of_a], sides[a].unit[of_a]
        items = SharedItems(person, unit, first.astype(np.int64), second.astype(np.int64))
        row = OutcomePair(a=a, b=b, outcome=outcome, n_items=len(person), n_personas=0,
                          test=mcnemar(first, second))  # fmt: skip
        rows.append(_outcome(row, items, level, options) if len(person) else row)
    return _adjusted_outcomes(rows, alpha)


def _outcome(
    row: OutcomePair, items: SharedItems, level: float, options: Resampling
) -> OutcomePair:
    """Return the row with shares, interval and test over persons, of one item or more."""
    units = items.by_unit[:, :2]
    draw = generator(options.seed, row.outcome, row.a, row.b)
    test = sign_flip_p(units[:, 1], draw, options.permutations)
    ends = mean_interval(units, draw, options.draws)
    return replace(
        row,
        n_personas=number_of(items.person),
        share_a=float(items.first.mean()),
        share_b=float(items.second.mean()),
        difference=float(items.change.mean()),
        ci_low=ends[0] if ends else None,
        ci_high=ends[1] if ends else None,
        p_signflip_personas=test.p_value if test else None,
        detectable=_detectable_shares(row.test, units, level),
    )


def _detectable_shares(test: PairedOutcomes, units: Ints, level: float) -> float | None:
    """Return the larger of what McNemar's test shows and of what persons show."""
    (_, b), (c, _) = test.table
    n = int(units[:, 0].sum())
    of_items = detectable_paired_shares(n, (b + c) / n, level)
    of_persons = detectable_mean(units, level)
    return None if of_items is None or of_persons is None else max(of_items, of_persons)


def _adjusted_outcomes(rows: Sequence[OutcomePair], alpha: float) -> list[OutcomePair]:
    of_items = holm([row.test.p_exact if row.n_items else None for row in rows])
    of_persons = holm([row.p_signflip_personas for row in rows])
    return [
        replace(
            row,
            holm=p,
            holm_personas=other,
            significant=p is not None and other is not None and max(p, other) < alpha,
        )
        for row, p, other in zip(rows, of_items, of_persons, strict=True)
    ]

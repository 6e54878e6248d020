"""What the order of the scale does: items that were rated in both orders (contract section 4.7).

All on raw ratings: ``in`` is the rating on the scale as it stands, r' = 6 - rev that on the
reversed one, diff = in - r'. A model without any order effect has diff = 0.
"""

import math
from dataclasses import dataclass

import numpy as np

from services.benchmarks.domain.deltas import WIDEST
from services.benchmarks.domain.metrics import Z
from services.benchmarks.domain.order_errors import Ends, order_intervals
from services.benchmarks.domain.order_pairs import OrderPairs, order_pairs
from services.benchmarks.domain.ratings import LEVELS, Ints, Ratings, number_of
from services.benchmarks.domain.resampling import Resampling
from services.seeding import generator
from services.statistics.agreement import (
    ChanceCorrected,
    Correlations,
    agreement,
    correlations,
    table_of_pairs,
)
from services.statistics.clusters import cluster_interval
from services.statistics.ordinal import cliffs_delta
from services.statistics.sign_flip import sign_flip_p


@dataclass(frozen=True, kw_only=True)
class MatchingAnswers:
    """Share of diff = 0, mean |diff|, and unpaired Cliff's delta of in against r'."""

    exact_rate: float
    mae: float
    cliffs_delta: float


@dataclass(frozen=True, kw_only=True)
class OrderEffect:
    """Mean diff with SD and ±1.96·SD/√n over pairs; no width of one pair.

    ``persons_*`` is what is to be reported: a t interval over persons, and a sign flip over
    persons, twins as one (ADR 46). ``signflip_p`` flips single pairs.
    """

    mean_diff: float
    sd: float | None
    ci_low: float
    ci_high: float
    signflip_p: float | None
    persons_ci_low: float | None
    persons_ci_high: float | None
    persons_p: float | None


@dataclass(frozen=True, kw_only=True)
class ScaleUse:
    """Over all ratings: share of 1 or 5 (``eei``), share of 3 (``mni``), SD (``sv``)."""

    eei: float
    mni: float
    sv: float | None


@dataclass(frozen=True, kw_only=True)
class OrderRetest:
    """Share of |diff| ≤ 1, and mean |diff|."""

    within1_rate: float
    mean_abs_diff: float


@dataclass(frozen=True, kw_only=True)
class OrderOfTrait:
    """The pairs of one trait; ``signed_gap`` = mean_rev - (6 - mean_in), called ``rma`` as well.

    The contract's ``rma`` of a trait means something else than the RMA of the run. The interval of
    the gap is over persons; None of one person, or of persons who are all alike.
    """

    case_id: str
    label: str
    trait_category: str
    n: int
    mean_in: float
    mean_rev: float
    abs_diff: float
    signed_gap: float
    n_personas: int
    gap_ci_low: float | None
    gap_ci_high: float | None

    @property
    def rma(self) -> float:
        """Return ``signed_gap`` under the contract's name."""
        return self.signed_gap


@dataclass(frozen=True, kw_only=True)
class OrderOfCategory:
    """The pairs of a trait category and their mean |diff|."""

    trait_category: str
    n: int
    abs_diff: float


@dataclass(frozen=True, kw_only=True)
class OrderMetrics:
    """All of it; what needs a pair is None where there is none, ``usage`` where no rating is.

    ``intervals`` are over persons, of what ``rma``, ``test_retest``, ``correlation`` and
    ``agreement`` have (``order_errors``).
    """

    n_pairs: int
    n_personas: int
    rma: MatchingAnswers | None
    obe: OrderEffect | None
    usage: ScaleUse | None
    test_retest: OrderRetest | None
    correlation: Correlations | None
    agreement: ChanceCorrected | None
    intervals: dict[str, Ends]
    by_case: tuple[OrderOfTrait, ...]
    by_trait_category: tuple[OrderOfCategory, ...]


def compute_order_effect_metrics(
    ratings: Ratings, resampling: Resampling | None = None
) -> OrderMetrics:
    """Return the order metrics of a run."""
    pairs, options = order_pairs(ratings), resampling or Resampling()
    table = table_of_pairs(pairs.first, pairs.undone, LEVELS)
    has_pairs = len(pairs.diff) > 0
    size = np.abs(pairs.diff)
    return OrderMetrics(
        n_pairs=len(pairs.diff),
        n_personas=number_of(ratings.person[pairs.rows_in]),
        rma=_matching(table, size) if has_pairs else None,
        obe=_effect(ratings, pairs, options) if has_pairs else None,
        usage=_usage(ratings.raw),
        test_retest=_retest(size) if has_pairs else None,
        correlation=correlations(table) if has_pairs else None,
        agreement=agreement(table) if has_pairs else None,
        intervals=order_intervals(_tables_by_unit(ratings, pairs)),
        by_case=tuple(_by_case(ratings, pairs)),
        by_trait_category=tuple(_by_category(ratings, pairs)),
    )


def _matching(table: Ints, size: Ints) -> MatchingAnswers:
    return MatchingAnswers(
        exact_rate=float((size == 0).mean()),
        mae=float(size.mean()),
        cliffs_delta=float(cliffs_delta(table.sum(axis=1), table.sum(axis=0))),
    )


def _retest(size: Ints) -> OrderRetest:
    return OrderRetest(within1_rate=float((size <= 1).mean()), mean_abs_diff=float(size.mean()))


def _usage(raw: Ints) -> ScaleUse | None:
    if not len(raw):
        return None
    return ScaleUse(
        eei=float(((raw == 1) | (raw == LEVELS)).mean()),
        mni=float((raw == 3).mean()),
        sv=float(raw.std(ddof=1)) if len(raw) > 1 else None,
    )


def _effect(ratings: Ratings, pairs: OrderPairs, options: Resampling) -> OrderEffect:
    diff, n = pairs.diff, len(pairs.diff)
    mean, sd = float(diff.mean()), float(diff.std(ddof=1)) if n > 1 else None
    reach = Z * (sd or 0.0) / math.sqrt(n)
    draw = generator(options.seed, "order")
    units = sums_by_unit(ratings.unit[ratings.person[pairs.rows_in]], diff)
    ends = cluster_interval(units[:, 0], units[:, 1], WIDEST)
    single = sign_flip_p(diff, draw, options.permutations)
    persons = sign_flip_p(units[:, 1], draw, options.permutations)
    return OrderEffect(
        mean_diff=mean,
        sd=sd,
        ci_low=mean - reach,
        ci_high=mean + reach,
        signflip_p=single.p_value if single else None,
        persons_ci_low=ends[0] if ends else None,
        persons_ci_high=ends[1] if ends else None,
        persons_p=persons.p_value if persons else None,
    )


def sums_by_unit(units: Ints, diff: Ints) -> Ints:
    """Return how many pairs each unit has and the sum of their diffs (u, 2); both are (n,)."""
    sizes = np.bincount(units)
    sums = np.bincount(units, diff).round().astype(np.int64)
    return np.column_stack([sizes, sums])[sizes > 0]


def _tables_by_unit(ratings: Ratings, pairs: OrderPairs) -> Ints:
    """Return how often each unit has each pair of levels (u, 5, 5)."""
    _, codes = np.unique(ratings.unit[ratings.person[pairs.rows_in]], return_inverse=True)
    units = codes.reshape(-1)
    places = (units * LEVELS + pairs.first - 1) * LEVELS + pairs.undone - 1
    number = int(units.max(initial=-1)) + 1
    return np.bincount(places, minlength=number * LEVELS**2).reshape(number, LEVELS, LEVELS)


def _by_case(ratings: Ratings, pairs: OrderPairs) -> list[OrderOfTrait]:
    traits = ratings.trait[pairs.rows_in]
    n = np.bincount(traits, minlength=len(ratings.traits))
    sums = [
        np.bincount(traits, values, minlength=len(n))
        for values in (pairs.first, pairs.second, np.abs(pairs.diff))
    ]
    rows = []
    for trait in np.flatnonzero(n).tolist():
        mean_in, mean_rev, abs_diff = (float(one[trait]) / int(n[trait]) for one in sums)
        of_trait = np.flatnonzero(traits == trait)
        persons = ratings.person[pairs.rows_in[of_trait]]
        units = sums_by_unit(ratings.unit[persons], pairs.diff[of_trait])
        ends = cluster_interval(units[:, 0], units[:, 1], WIDEST)
        rows.append(
            OrderOfTrait(
                case_id=ratings.traits[trait],
                label=ratings.labels[trait],
                trait_category=ratings.categories.names[ratings.categories.codes[trait]],
                n=int(n[trait]),
                mean_in=mean_in,
                mean_rev=mean_rev,
                abs_diff=abs_diff,
                signed_gap=mean_rev - (LEVELS + 1 - mean_in),
                n_personas=number_of(persons),
                gap_ci_low=ends[0] if ends else None,
                gap_ci_high=ends[1] if ends else None,
            )
        )
    return rows


def _by_category(ratings: Ratings, pairs: OrderPairs) -> list[OrderOfCategory]:
    codes, names = ratings.categories.codes[ratings.trait[pairs.rows_in]], ratings.categories.names
    n = np.bincount(codes, minlength=len(names))
    sums = np.bincount(codes, np.abs(pairs.diff), minlength=len(names))
    return [
        OrderOfCategory(
            trait_category=names[code], n=int(n[code]), abs_diff=float(sums[code] / n[code])
        )
        for code in np.flatnonzero(n).tolist()
    ]

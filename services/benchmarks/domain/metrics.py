"""Histograms, summaries and means of ratings: contract sections 4.1 to 4.3."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from services.benchmarks.domain.ratings import LEVELS, Grouping, Ints, Ratings, level_counts
from services.statistics.clusters import cluster_interval

Z = 1.96  # the contract's normal quantile


@dataclass(frozen=True, kw_only=True)
class RatingHistogram:
    """How many ratings each bin has, and its share of all; bins are texts on the wire."""

    bins: tuple[str, ...]
    counts: tuple[int, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class CategoryHistogram(RatingHistogram):
    """The histogram of the traits of one category."""

    category: str


@dataclass(frozen=True, kw_only=True)
class GroupMean:
    """Count, mean and SD (ddof 1, None of one value) of a group, mean ± 1.96·SD/√n.

    One value has an interval of no width (contract section 4.3). ``persons_ci_*`` is what is to be
    reported: ratings of one person are not independent. None of one person, or of equal means.
    """

    category: str
    count: int
    mean: float
    std: float | None
    ci_low: float
    ci_high: float
    n_personas: int | None = None
    persons_ci_low: float | None = None
    persons_ci_high: float | None = None


@dataclass(frozen=True, kw_only=True)
class WeightedMean:
    """A weighted mean with its variance, effective sample size, standard error and interval."""

    mean: float
    var: float
    n_eff: float
    se: float
    ci_low: float
    ci_high: float


def filter_by_trait_category(ratings: Ratings, trait_category: str | None) -> Ratings:
    """Return the ratings on traits of a category, all for None or "all".

    Raises UnknownChoiceError where no trait has the category.
    """
    if trait_category is None or trait_category == "all":
        return ratings
    code = ratings.categories.code(trait_category, "trait_category")
    return ratings.where(ratings.categories.codes[ratings.trait] == code)


def compute_rating_histogram(values: ArrayLike, *, fixed: bool = True) -> RatingHistogram:
    """Return the histogram of whole ratings: bins 1 to 5, or from the least to the largest seen.

    [1, 2, 3, 3, 4, 5] has bins "1" to "5" and shares 1/6, 1/6, 1/3, 1/6, 1/6.
    """
    array = np.asarray(values, dtype=np.int64)
    counts = np.bincount(array, minlength=LEVELS + 1)
    if fixed or not len(array):
        bins = range(1, LEVELS + 1)
    else:
        bins = range(int(array.min()), int(array.max()) + 1)
    return RatingHistogram(
        bins=tuple(str(one) for one in bins),
        counts=tuple(int(counts[one]) for one in bins),
        shares=tuple(float(counts[one]) / max(len(array), 1) for one in bins),
    )


def compute_trait_category_histograms(ratings: Ratings) -> list[CategoryHistogram]:
    """Return the histogram of raw ratings of each trait category that has any."""
    codes = ratings.categories.codes[ratings.trait]
    histograms = []
    for code, name in enumerate(ratings.categories.names):
        some = compute_rating_histogram(ratings.raw[codes == code])
        if any(some.counts):
            histograms.append(
                CategoryHistogram(
                    category=name, bins=some.bins, counts=some.counts, shares=some.shares
                )
            )
    return histograms


def compute_trait_category_summary(ratings: Ratings) -> list[GroupMean]:
    """Return count, mean and SD of the aligned ratings of each trait category that has any.

    ``persons_ci_*`` is over the persons who were rated on a trait of the category, twins as one.
    """
    codes, categories = ratings.categories.codes[ratings.trait], ratings.categories
    rows = _means(level_counts(codes, ratings.aligned, len(categories.names)), categories)
    of_persons = dict(zip(categories.names, ratings.levels_by_category, strict=True))
    return [_of_category(ratings.unit, of_persons[row.category], row) for row in rows]


def _of_category(unit: Ints, persons: Ints, row: GroupMean) -> GroupMean:
    """Return the row with its persons; ``persons`` (P, 5) are theirs, ``unit`` (P,) as well."""
    units = np.column_stack([np.bincount(unit, column) for column in persons.T])
    n_personas = int(persons.any(axis=1).sum())
    return replace(_over_units(units.astype(np.int64), row), n_personas=n_personas)


def compute_means_by_attribute(
    ratings: Ratings, attribute: str, *, top_n: int | None = None
) -> list[GroupMean]:
    """Return count and mean of the aligned ratings of each group, the largest groups first.

    Groups of equal size are in alphabetical order. Raises UnknownChoiceError.
    """
    grouping = ratings.grouping(attribute)
    rows = _means(counts_by_group(ratings, grouping), grouping)
    codes, (units, groups) = grouping.names.index, grouping.units(ratings.levels)
    persons = personas_by_group(ratings, grouping)
    rows = [
        replace(
            _over_units(units[groups == codes(row.category)], row),
            n_personas=int(persons[codes(row.category)]),
        )
        for row in rows
    ]
    return sorted(rows, key=lambda row: (-row.count, row.category))[:top_n]


def _over_units(levels: Ints, row: GroupMean) -> GroupMean:
    """Return the row with the number of its units, and the interval of its mean over them.

    ``levels`` (u, 5) is how often each of them, a person, was rated each level.
    """
    sizes, sums = levels.sum(axis=1), levels @ np.arange(1, LEVELS + 1)
    rated = sizes > 0
    ends = cluster_interval(sizes[rated], sums[rated], (1, LEVELS))
    return replace(
        row,
        n_personas=int(rated.sum()),
        persons_ci_low=ends[0] if ends else None,
        persons_ci_high=ends[1] if ends else None,
    )


def weighted_mean(values: ArrayLike, weights: ArrayLike) -> WeightedMean:
    """Return μ = Σwy/Σw, Σw(y-μ)²/Σw, Kish's n_eff = (Σw)²/Σw² and √(var/n_eff).

    Contract section 4.3; Kish, "Survey Sampling", 1965, for the effective sample size. Raises
    ValueError where the weights do not sum to more than 0.
    """
    y, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    total = float(w.sum())
    if not total > 0:
        raise ValueError("The weights must sum to more than 0.")
    mean = float(w @ y) / total
    var = float(w @ (y - mean) ** 2) / total
    n_eff = total**2 / float(w @ w)
    se = math.sqrt(var / n_eff)
    return WeightedMean(
        mean=mean, var=var, n_eff=n_eff, se=se, ci_low=mean - Z * se, ci_high=mean + Z * se
    )


def poststratification_weights(
    ratings: Ratings, attribute: str, target_shares: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return a weight per rating: target share / observed share of its group, with mean 1.

    A group without a target weighs nothing. Raises UnknownChoiceError of a group that is not there.
    """
    grouping = ratings.grouping(attribute)
    for name in target_shares:
        grouping.code(name, attribute)
    codes = grouping.codes[ratings.person]
    observed = np.bincount(codes, minlength=len(grouping.names)) / max(len(codes), 1)
    targets = np.array([target_shares.get(name, 0.0) for name in grouping.names])
    weights = np.divide(targets, observed, out=np.zeros_like(targets), where=observed > 0)[codes]
    return np.asarray(weights / weights.mean())


def counts_by_group(ratings: Ratings, grouping: Grouping) -> Ints:
    """Return how often each group has each aligned rating (groups, 5)."""
    return group_levels(ratings.levels, grouping)


def group_levels(persons: Ints, grouping: Grouping) -> Ints:
    """Return the level counts (groups, 5) of the groups of persons (P, 5)."""
    groups = len(grouping.names)
    sums = [np.bincount(grouping.codes, column, minlength=groups) for column in persons.T]
    return np.column_stack(sums).round().astype(np.int64)


def personas_by_group(ratings: Ratings, grouping: Grouping) -> Ints:
    """Return how many persons of each group have a rating."""
    rated = ratings.levels.any(axis=1)
    return np.bincount(grouping.codes[rated], minlength=len(grouping.names))


def moments(counts: Ints) -> tuple[int, float, float | None]:
    """Return n, mean and SD (ddof 1, None of one value) of level counts (5,) that are not empty."""
    levels = np.arange(1, LEVELS + 1)
    n, total, squares = int(counts.sum()), int(counts @ levels), int(counts @ levels**2)
    if n < 2:
        return n, total / n, None
    return n, total / n, math.sqrt((n * squares - total**2) / (n * (n - 1)))


def _means(counts: Ints, grouping: Grouping) -> list[GroupMean]:
    rows = []
    for code, name in enumerate(grouping.names):
        if not counts[code].any():
            continue
        n, mean, std = moments(counts[code])
        reach = Z * (std or 0.0) / math.sqrt(n)
        rows.append(
            GroupMean(
                category=name,
                count=n,
                mean=mean,
                std=std,
                ci_low=mean - reach,
                ci_high=mean + reach,
            )
        )
    return rows

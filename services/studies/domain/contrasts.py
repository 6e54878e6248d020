"""Federated against the other ways to train: what the seeds and the test rows prove together."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.statistics.equivalence import equivalence_p, lies_within
from services.statistics.interval import (
    Interval,
    log_interval,
    score_interval,
    standard_error,
    t_quantile,
)
from services.statistics.multiplicity import (
    ALPHA,
    agreeing_with_holm,
    holm,
    simultaneous_confidence,
)
from services.statistics.paired import PairedTest, paired_test
from services.statistics.row_errors import min_error
from services.studies.domain.outcome import FEDERATED, Score, Values
from services.studies.domain.pairing import Pairing, held_out_ratio, paired_seeds

MIN_SEEDS = 3  # that a difference or equivalence is claimed of
DIFFERENCE, NONE_FOUND, TOO_FEW, UNKNOWN = "difference", "none_found", "too_few_seeds", "unknown"
VERDICTS = (DIFFERENCE, NONE_FOUND, TOO_FEW, UNKNOWN)


@dataclass(frozen=True, kw_only=True)
class RowError:
    """The standard error of a mean over seeds that the test rows alone leave.

    ``units`` are the different patients that decide the metric.
    """

    error: float
    units: int


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """Federated minus another way to train, paired by seed.

    ``difference`` is the interval that holds together with those of the other contrasts and
    agrees with ``p_holm``; ``individual`` is the 95 % interval of this one alone. ``is_equivalent``
    is None where no margin was set before the start. ``has_row_errors`` says whether predictions
    of single rows bound the error from below.
    """

    against: str
    difference: Interval
    individual: Interval
    p_value: float | None
    p_holm: float | None
    p_wilcoxon: float | None
    p_equivalence: float | None
    is_equivalent: bool | None
    verdict: str
    pairing: Pairing
    has_row_errors: bool


def mean_interval(
    values: Values, ratio: float, rows: RowError | None, *, is_share: bool
) -> Interval | None:
    """Return the mean of an arm over its seeds with an interval inside the metric's range.

    The error is the corrected one over the seeds, and at least that of the test rows.
    """
    numbers = np.array([value.value for value in values.values()])
    if not len(numbers):
        return None
    n, mean = len(numbers), float(numbers.mean())
    if n == 1:
        return Interval(n=1, mean=mean, low=None, high=None)
    scale = float(np.abs(numbers).max())
    error = max(standard_error(numbers, ratio, scale), rows.error if rows else 0.0)
    quantile = t_quantile(n - 1)
    if is_share:
        ends = score_interval(mean, error, quantile, units=_units(values, values, rows))
    else:
        ends = log_interval(mean, error, quantile)
    low, high = ends or (None, None)
    return Interval(n=n, mean=mean, low=low, high=high)


def contrasts(
    scores: Sequence[Score],
    values: Mapping[str, Values],
    row_errors: Mapping[str, RowError],
    *,
    is_share: bool,
    margin: float | None,
) -> list[Contrast]:
    """Return federated minus each other arm, a family of comparisons.

    ``row_errors`` are those of the differences, by the name of the other arm.
    """
    tests = _tests(scores, values, row_errors, is_share=is_share)
    adjusted = holm([test.p_value for test, _ in tests.values()])
    family = sum(p is not None for p in adjusted)
    return [
        _contrast(
            name,
            values[name],
            test,
            pairing,
            p,
            family,
            row_errors.get(name),
            is_share=is_share,
            margin=margin,
        )
        for (name, (test, pairing)), p in zip(tests.items(), adjusted, strict=True)
    ]


def _tests(
    scores: Sequence[Score],
    values: Mapping[str, Values],
    row_errors: Mapping[str, RowError],
    *,
    is_share: bool,
) -> dict[str, tuple[PairedTest, Pairing]]:
    """Return the test of each other arm that can be tested, with the seeds it was paired by."""
    federated = values[FEDERATED]
    tests: dict[str, tuple[PairedTest, Pairing]] = {}
    for name, other in values.items():
        if name == FEDERATED:
            continue
        pairing = paired_seeds(federated, other)
        rows = row_errors.get(name)
        test = _test(scores, federated, other, pairing, rows, is_share=is_share)
        if test is not None:
            tests[name] = test, pairing
    return tests


def _test(
    scores: Sequence[Score],
    federated: Values,
    other: Values,
    pairing: Pairing,
    rows: RowError | None,
    *,
    is_share: bool,
) -> PairedTest | None:
    seeds = pairing.seeds
    first = [federated[seed].value for seed in seeds]
    second = [other[seed].value for seed in seeds]
    ratio = held_out_ratio(scores, [federated, other], seeds)
    floor = 0.0 if rows is None else rows.error
    test = paired_test(first, second, ratio, floor)
    if test is None or test.error is not None or test.n < 2 or not is_share:
        return test
    # neither seeds nor rows show any spread: as unsure as shares over so many rows must be
    units = _units(other, seeds, rows)
    if not units:
        return test
    smallest_error = min_error(units, test.mean)
    if rows is None:  # of the rows of one seed: joined over the seeds as the seeds' variance is
        smallest_error *= math.sqrt(1 / test.n + ratio)
    return paired_test(first, second, ratio, smallest_error)


def _contrast(
    name: str,
    values: Values,
    test: PairedTest,
    pairing: Pairing,
    p_holm: float | None,
    family: int,
    rows: RowError | None,
    *,
    is_share: bool,
    margin: float | None,
) -> Contrast:
    confidence, units = simultaneous_confidence(family), _units(values, pairing.seeds, rows)
    difference = _interval(test, confidence, units, is_share=is_share)
    if difference.low is not None and difference.high is not None:
        low, high = agreeing_with_holm(difference.low, difference.high, test.mean, p_holm)
        difference = replace(difference, low=low, high=high)
    p_equivalence = None
    if margin is not None and test.error is not None:
        p_equivalence = equivalence_p(test.mean, test.error, test.n, margin)
    return Contrast(
        against=name,
        difference=difference,
        individual=_interval(test, simultaneous_confidence(1), units, is_share=is_share),
        p_value=test.p_value,
        p_holm=p_holm,
        p_wilcoxon=test.p_wilcoxon,
        p_equivalence=p_equivalence,
        is_equivalent=_is_equivalent(difference, margin),
        verdict=_verdict(test, p_holm),
        pairing=pairing,
        has_row_errors=rows is not None,
    )


def _interval(
    test: PairedTest, confidence: float, units: int | None, *, is_share: bool
) -> Interval:
    if test.error is None or test.n < 2:
        return Interval(n=test.n, mean=test.mean, low=None, high=None)
    quantile = t_quantile(test.n - 1, confidence)
    ends: tuple[float, float] | None = (
        test.mean - quantile * test.error,
        test.mean + quantile * test.error,
    )
    if is_share:
        ends = score_interval(test.mean, test.error, quantile, bounds=(-1.0, 1.0), units=units)
    low, high = ends or (None, None)
    return Interval(n=test.n, mean=test.mean, low=low, high=high)


def _is_equivalent(difference: Interval, margin: float | None) -> bool | None:
    if margin is None:
        return None
    if difference.n < MIN_SEEDS or difference.low is None or difference.high is None:
        return False
    return lies_within(difference.low, difference.high, margin)


def _verdict(test: PairedTest, p_holm: float | None) -> str:
    if test.n < MIN_SEEDS:
        return TOO_FEW
    if test.error is None:
        return UNKNOWN
    return DIFFERENCE if p_holm is not None and p_holm < ALPHA else NONE_FOUND


def _units(values: Values, seeds: Iterable[int], rows: RowError | None) -> int | None:
    """Return how many units decide a share: as counted, or the test rows of one seed."""
    if rows is not None and rows.units:
        return rows.units
    known = [one.test_rows for seed in seeds for one in values[seed].scores]
    return min((count for count in known if count), default=None)

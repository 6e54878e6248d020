"""Means and intervals of many groups at once are those of each group alone."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from services.statistics.interval import t_interval
from services.statistics.spread import MAX_MAGNITUDE, intervals_by_group

# near 1e9 a thousandth is what differs
close = st.floats(-1e-3, 1e-3).map(lambda rest: 1e9 + rest)
# the square of a smaller number is 0, and with it what one group alone would tell
usual = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-100)
numbers = st.one_of(usual, close, st.just(0.0))


def intervals_of(codes: list[int], values: list[float], groups: int) -> list:
    return intervals_by_group(
        np.array(codes, dtype=np.int64), np.array(values, dtype=float), groups
    )


@given(st.lists(st.tuples(st.integers(0, 3), numbers), max_size=60))
def test_every_group_has_the_interval_of_its_own_values(pairs: list[tuple[int, float]]) -> None:
    spread = intervals_of([code for code, _ in pairs], [value for _, value in pairs], 4)
    for code, interval in enumerate(spread):
        own = [value for of, value in pairs if of == code]
        alone = t_interval(own)
        if interval is None or alone is None:
            assert interval is alone
            continue
        digit = 4 * math.ulp(max(map(abs, own)))  # what the ends themselves can tell
        assert interval.n == len(own)
        assert interval.mean == pytest.approx(alone.mean, rel=0, abs=len(own) * digit)
        assert (interval.low is None) == (alone.low is None)
        if alone.margin is not None:
            assert interval.margin == pytest.approx(alone.margin, rel=1e-9, abs=len(own) * digit)


@pytest.mark.parametrize("around", [0.0, 1e9, -1e9, 1e12])
def test_large_numbers_keep_what_they_differ_by(around: float) -> None:
    draw = np.random.default_rng(7)
    values = around + draw.normal(0, 1e-3, 30_000)
    (spread,) = intervals_of([0] * len(values), values.tolist(), 1)
    rest = DescrStatsW(values - around)
    reach = stats.t.ppf(0.975, 29_999) * rest.std_mean
    assert spread.margin == pytest.approx(reach, rel=1e-9, abs=2 * math.ulp(around))
    assert spread.mean - around == pytest.approx(rest.mean, abs=2 * math.ulp(around) + 1e-12)


def test_groups_of_other_sizes_do_not_blur_each_other() -> None:
    draw = np.random.default_rng(8)
    small, large = draw.normal(0, 1e-9, 500), 1e15 + draw.normal(0, 50, 500)
    spread = intervals_of([0] * 500 + [1] * 500, [*small, *large], 2)
    for interval, values in zip(spread, (small, large), strict=True):
        alone = t_interval(values.tolist())
        assert alone is not None
        assert interval.margin == pytest.approx(alone.margin, rel=1e-6)


def test_the_largest_numbers_that_are_taken_overflow_nothing() -> None:
    most = MAX_MAGNITUDE
    same, apart, alone = intervals_of([0, 0, 1, 1, 2], [most, most, most, -most, -most], 3)
    assert (same.mean, same.low, same.high) == (most, None, None)
    assert apart.mean == 0.0
    assert apart.high == pytest.approx(stats.t.ppf(0.975, 1) * most)
    assert (alone.mean, alone.low) == (-most, None)


@pytest.mark.parametrize("value", [0.0, 0.1, 2.5e-9, 1e12, -7.3])
def test_equal_values_of_any_metric_have_a_mean_and_no_interval(value: float) -> None:
    for count in (2, 3, 10):
        (of_group,) = intervals_of([0] * count, [value] * count, 1)
        alone = t_interval([value] * count)
        for one in (of_group, alone):
            assert (one.n, one.mean) == (count, pytest.approx(value))
            assert (one.low, one.high) == (None, None)


def test_a_group_without_values_has_no_mean() -> None:
    assert intervals_of([], [], 2) == [None, None]


@given(st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0])), min_size=2, max_size=30))
def test_the_interval_of_shares_stays_between_0_and_1(values: list[float]) -> None:
    codes = np.zeros(len(values), dtype=np.int64)
    (found,) = intervals_by_group(codes, np.array(values), 1, is_share=True)
    assert found is not None
    if found.low is None or found.high is None:
        assert max(values) - min(values) < 1e-9  # equal values tell nothing of their error
        return
    assert 0 <= found.low <= found.mean <= found.high <= 1


def test_the_interval_of_shares_is_wilsons_with_the_error_of_the_values() -> None:
    values = [0.9, 0.95, 0.99, 1.0]
    codes = np.zeros(4, dtype=np.int64)
    (found,) = intervals_by_group(codes, np.array(values), 1, is_share=True)
    mean, error, t = np.mean(values), stats.sem(values), stats.t.ppf(0.975, 3)
    size = mean * (1 - mean) / error**2
    tail = 2 * stats.norm.sf(t)
    right = proportion_confint(mean * size, size, alpha=tail, method="wilson")
    assert (found.low, found.high) == pytest.approx(right, rel=1e-9)

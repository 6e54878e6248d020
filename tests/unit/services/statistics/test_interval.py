"""The interval of a mean, held against statsmodels."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from services.statistics.interval import (
    log_interval,
    rate_difference_interval,
    score_interval,
    standard_error,
    t_interval,
    t_quantile,
    wilson_interval,
)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_the_interval_is_that_of_statsmodels(values: list[float]) -> None:
    interval = t_interval(values)
    assert interval is not None
    if np.std(values) == 0:  # equal, or apart by less than a square can hold
        assert (interval.low, interval.high) == (None, None)
        return
    low, high = DescrStatsW(values).tconfint_mean(0.05)
    assert (interval.low, interval.high) == pytest.approx((low, high), rel=1e-9, abs=1e-6)
    assert (interval.n, interval.mean) == (len(values), pytest.approx(np.mean(values)))


def test_a_known_interval() -> None:
    interval = t_interval([0.8, 0.9, 0.7])
    assert interval is not None
    # t(2) = 4.302653, s = 0.1, √3
    assert (interval.low, interval.high) == pytest.approx((0.551586, 1.048414), abs=1e-6)


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    alone = t_interval([0.5])
    assert alone is not None
    assert (alone.n, alone.mean, alone.low, alone.high) == (1, 0.5, None, None)
    assert t_interval([]) is None


@given(st.integers(0, 50), st.integers(1, 50))
def test_the_score_interval_of_a_proportion_is_that_of_statsmodels(right: int, wrong: int) -> None:
    total = right + wrong
    share = right / total
    error = (share * (1 - share) / total) ** 0.5
    interval = score_interval(share, error, 1.959963984540054, units=total)
    assert interval == pytest.approx(proportion_confint(right, total, 0.05, "wilson"), abs=1e-12)


@given(st.floats(0, 1), st.floats(0, 2), st.floats(1, 15))
def test_an_interval_of_a_share_stays_inside_and_holds_its_mean(
    mean: float, error: float, quantile: float
) -> None:
    low, high = score_interval(mean, error, quantile, units=30)
    assert 0 <= low <= mean + 1e-12
    assert mean - 1e-12 <= high <= 1


@given(st.floats(0.001, 0.999), st.floats(0.0001, 0.2), st.floats(1, 5))
def test_it_ends_at_a_bound_only_where_the_mean_lies_there(
    mean: float, error: float, quantile: float
) -> None:
    low, high = score_interval(mean, error, quantile)
    assert 0 < low < mean < high < 1


@given(st.floats(-0.3, 0.3), st.floats(0.0001, 0.005))
def test_far_from_the_bounds_it_is_mean_plus_and_minus(mean: float, error: float) -> None:
    ends = score_interval(mean, error, 2.0, bounds=(-1.0, 1.0))
    assert ends == pytest.approx((mean - 2 * error, mean + 2 * error), abs=1e-4)


def test_a_share_at_its_bound_is_as_sure_as_its_rows_are_many() -> None:
    # n/(n + z²): Wilson's lower end of n successes in n trials
    assert score_interval(1.0, 0.0, 2.0, units=36) == pytest.approx((0.9, 1.0))
    assert score_interval(1.0, 0.0, 2.0) is None
    assert score_interval(1.0000000000000002, 0.0, 2.0, units=36)[1] == 1.0


def test_a_difference_at_its_bound_stays_inside_too() -> None:
    assert score_interval(1.0, 0.0, 2.0, bounds=(-1.0, 1.0), units=36) == pytest.approx((0.8, 1.0))
    low, high = score_interval(-0.4, 0.3, t_quantile(1), bounds=(-1.0, 1.0))
    assert -1 < low < -0.4 < high < 1


@given(st.floats(0.01, 100), st.floats(0.0001, 50))
def test_the_interval_of_a_loss_stays_above_zero(mean: float, error: float) -> None:
    assume(error < 50 * mean)
    low, high = log_interval(mean, error, 2.0)
    assert 0 < low < mean < high
    assert low * high == pytest.approx(mean**2)
    assert log_interval(0.0, error, 2.0) is None


def test_values_that_differ_by_rounding_have_no_spread() -> None:
    values = np.array([0.1 + 0.2, 0.3, 0.3])
    assert standard_error(values, scale=0.3) == 0.0
    assert standard_error(values) > 0.0


@given(n=st.integers(1, 40), m=st.integers(1, 40), part=st.floats(0, 1), other=st.floats(0, 1))
def test_the_interval_of_two_rates_is_newcombes(n, m, part, other):
    hits, others = round(part * n), round(other * m)
    ours = rate_difference_interval(
        (hits / n, *wilson_interval(hits, n)), (others / m, *wilson_interval(others, m))
    )
    theirs = confint_proportions_2indep(hits, n, others, m, method="newcomb", compare="diff")
    assert ours == pytest.approx(theirs, abs=1e-9)
    assert ours[0] < ours[1]

"""The interval of a mean, held against statsmodels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from services.statistics.interval import t_interval


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_the_interval_is_that_of_statsmodels(values: list[float]) -> None:
    found = t_interval(values)
    assert found is not None
    low, high = DescrStatsW(values).tconfint_mean(0.05)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9, abs=1e-6)
    assert (found.n, found.mean) == (len(values), pytest.approx(np.mean(values)))


def test_a_known_interval() -> None:
    found = t_interval([0.8, 0.9, 0.7])
    assert found is not None
    # t(2) = 4.302653, s = 0.1, √3
    assert (found.low, found.high) == pytest.approx((0.551586, 1.048414), abs=1e-6)


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    alone = t_interval([0.5])
    assert alone is not None
    assert (alone.n, alone.mean, alone.low, alone.high) == (1, 0.5, None, None)
    assert t_interval([]) is None


def test_an_interval_of_a_share_ends_at_none_and_all():
    found = t_interval([1.0, 0.99, 0.5]).within(0.0, 1.0)
    assert (found.n, found.high) == (3, 1.0)
    assert 0.0 <= found.low < found.mean < 1.0


def test_an_interval_that_says_nothing_has_no_end_to_move():
    assert t_interval([0.5]).within(0.0, 1.0) == t_interval([0.5])

"""The sketch of durations is as exact as it says, and its bounds are exact."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.totals.sketch import (
    ACCURACY,
    PER_DECADE,
    bound_of,
    bucket_of,
    cumulative,
    quantile,
)

A_MONTH_MS = 30 * 86_400_000


@given(
    st.lists(st.integers(1, A_MONTH_MS), min_size=1, max_size=200),
    st.sampled_from((0.0, 0.5, 0.95, 0.99, 1.0)),
)
def test_a_quantile_is_that_of_numpy_within_the_accuracy(durations: list[int], share: float):
    exact = float(np.quantile(durations, share, method="lower")) / 1000
    sketched = quantile(Counter(map(bucket_of, durations)), share)
    assert sketched == pytest.approx(exact, rel=ACCURACY * (1 + 1e-9))


@given(st.integers(1, A_MONTH_MS))
def test_a_duration_lies_within_the_bounds_of_its_bucket(milliseconds: int):
    bucket = bucket_of(milliseconds)
    assert bound_of(bucket - 1) < milliseconds / 1000 * (1 + 1e-12)
    assert milliseconds / 1000 <= bound_of(bucket) * (1 + 1e-12)


def test_powers_of_ten_are_bounds_and_nothing_has_no_quantile():
    assert [bound_of(1 + PER_DECADE * n) for n in (0, 3, 6)] == [0.001, 1.0, 1000.0]
    assert quantile({}, 0.95) is None
    assert quantile(Counter([bucket_of(0), bucket_of(-5)]), 0.95) == 0.0


def test_cumulative_numbers_are_of_what_lies_at_or_below_a_bound():
    numbers = Counter(map(bucket_of, (10, 1000, 1001)))
    bounds = [1 + PER_DECADE * n for n in range(1, 5)]
    assert cumulative(numbers, bounds) == [(0.01, 1), (0.1, 1), (1.0, 2), (10.0, 3)]

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from services.statistics.bootstrap import percentiles, resampled_sums, small_sample_factor, widened
from tests.support.depth import examples

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60)


@given(values=VALUES, confidence=st.floats(0.01, 0.999))
@settings(max_examples=examples(30))
def test_percentiles_are_those_of_numpy(values, confidence):
    ours, tail = percentiles(np.array(values), confidence), (1 - confidence) / 2
    assert [ours.low, ours.high] == np.quantile(values, [tail, 1 - tail]).tolist()
    assert ours.error == np.std(values, ddof=1)


def test_values_that_are_not_finite_are_left_out():
    ours = percentiles(np.array([np.nan, 1.0, np.inf, 3.0]))
    assert (ours.draws, ours.low < 2 < ours.high) == (2, True)
    assert percentiles(np.array([np.nan, 1.0])) is None


def test_resampled_normal_values_reach_as_far_as_t_does():
    draw = np.random.default_rng(3)
    values = draw.normal(size=(6, 1))
    means = resampled_sums(values, draw, 20_000)[:, 0] / 6
    ours = widened(means, float(values.mean()), 6)
    theirs = scipy.stats.t.interval(0.95, 5, values.mean(), values.std(ddof=1) / 6**0.5)
    assert [ours.low, ours.high] == pytest.approx(list(theirs), abs=0.15)
    assert ours.high - ours.low > 1.2 * (percentiles(means).high - percentiles(means).low)


def test_the_factor_of_two_samples_has_welchs_degrees_of_freedom():
    sizes, variances = np.array([3, 9]), np.array([0.4, 0.1])
    right = variances * sizes / (sizes - 1)
    freedom = right.sum() ** 2 / (right**2 / (sizes - 1)).sum()
    expected = (right.sum() / variances.sum()) ** 0.5 * scipy.stats.t.ppf(0.975, freedom) / 1.959964
    ours = small_sample_factor(list(zip(variances.tolist(), sizes.tolist(), strict=True)))
    assert ours == pytest.approx(expected, rel=1e-6)
    assert small_sample_factor([(0.1, 100_000)]) == pytest.approx(1, abs=1e-4)
    assert small_sample_factor([(0.0, 3)]) == 1


def test_draws_that_are_all_the_same_say_nothing_of_an_error():
    assert widened(np.full(50, 0.25), 0.25, 12) is None
    assert widened(np.array([0.1, 0.3]), 0.2, 1) is None
    assert widened(np.array([0.1, 0.9] * 50), 0.5, 3, (0, 1)).high == 1

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm
from statsmodels.stats.power import TTestPower

from services.statistics.power import detectable_mean, detectable_paired_shares


def test_the_difference_of_paired_shares_is_that_of_a_calculation_by_hand():
    # √0.2 · (1.959964·√100 + 0.841621·√(100 + 0.708326 - 3.841459)) / 100.708326
    assert detectable_paired_shares(100, 0.2) == pytest.approx(0.123819, abs=1e-6)


@given(
    n=st.integers(5, 100_000),
    discordant=st.floats(0.001, 1),
    alpha=st.floats(0.0001, 0.2),
    power=st.floats(0.5, 0.99),
)
def test_the_difference_of_paired_shares_needs_as_many_things_as_there_are(
    n, discordant, alpha, power
):
    smallest = detectable_paired_shares(n, discordant, alpha, power)
    if smallest is None:
        return
    a, b = norm.ppf(1 - alpha / 2), norm.ppf(power)
    needed = (
        a * math.sqrt(discordant) + b * math.sqrt(discordant - smallest**2)
    ) ** 2 / smallest**2
    assert needed == pytest.approx(n, rel=1e-6)
    assert smallest <= discordant
    more = detectable_paired_shares(4 * n, discordant, alpha, power)
    assert more is not None
    assert more < smallest


@pytest.mark.parametrize(("n", "discordant"), [(150, 0.3), (400, 0.1), (1_000, 0.5)])
def test_mcnemars_test_detects_that_difference_in_four_of_five_samples(n, discordant):
    difference = detectable_paired_shares(n, discordant)
    assert difference is not None
    power = 0.0
    for apart in range(n + 1):
        first = np.arange(apart + 1)
        rejects = (2 * first - apart) ** 2 > norm.ppf(0.975) ** 2 * max(apart, 1)
        of_first = binom.pmf(first, apart, (1 + difference / discordant) / 2)
        power += binom.pmf(apart, n, discordant) * of_first[rejects].sum()
    assert power == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(("n", "discordant"), [(0, 0.5), (100, 0.0), (20, 0.05), (2, 0.9)])
def test_too_few_disagreements_show_no_difference(n, discordant):
    assert detectable_paired_shares(n, discordant) is None


def test_the_mean_of_clusters_of_one_value_has_the_power_of_a_paired_t_test():
    values = np.array([3, -1, 2, 0, 1, -2, 4, 1, 0, 2])
    smallest = detectable_mean(np.column_stack([np.ones(10, dtype=np.int64), values]))
    size = smallest / values.std(ddof=1)
    assert TTestPower().power(size, 10, 0.05) == pytest.approx(0.8, abs=1e-6)


def test_clusters_that_are_alike_or_alone_say_nothing_of_an_error():
    assert detectable_mean(np.array([[3, 6], [3, 6]])) is None
    assert detectable_mean(np.array([[3, 6]])) is None

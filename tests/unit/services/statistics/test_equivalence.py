import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from services.statistics.equivalence import one_sided_ps, verdict_of, welch_test
from services.statistics.power import detectable_difference, rejection_rate
from tests.support.depth import examples

SIDE = st.lists(st.integers(8, 40).map(lambda n: n / 8), min_size=2, max_size=20)


@given(first=SIDE, second=SIDE, margin=st.floats(0.1, 2))
@settings(max_examples=examples(20))
def test_welch_and_the_two_one_sided_tests_are_those_of_scipy_and_statsmodels(
    first, second, margin
):
    first, second = np.array(first), np.array(second)
    ours = welch_test(first, second)
    if np.ptp(first) == 0 or np.ptp(second) == 0:  # scipy warns of either
        assert (ours.error == 0) == (np.ptp(first) == np.ptp(second))
        assert (ours.p_value is None) == (ours.error == 0)
        return
    theirs = stats.ttest_ind(first, second, equal_var=False)
    assert ours.p_value == pytest.approx(theirs.pvalue, abs=1e-9)
    assert ours.freedom == pytest.approx(theirs.df)
    assert ours.ends(0.9) == pytest.approx(theirs.confidence_interval(0.9))
    means = CompareMeans(DescrStatsW(first), DescrStatsW(second))
    p, (lower, upper) = means.ttost_ind(-margin, margin, usevar="unequal")
    both = one_sided_ps(ours.delta, ours.error, ours.freedom, margin)
    assert both == pytest.approx((lower[1], upper[1]), abs=1e-9)
    assert max(both) == pytest.approx(p, abs=1e-9)


@given(n=st.integers(3, 60), alpha=st.sampled_from([0.001, 0.05]), power=st.floats(0.5, 0.95))
@settings(max_examples=examples(10))
def test_the_power_at_the_detectable_difference_is_that_of_statsmodels(n, alpha, power):
    error = (2 / n) ** 0.5
    difference = detectable_difference(error, 2 * n - 2, alpha, power)
    assert TTestIndPower().power(difference, n, alpha) == pytest.approx(power, abs=1e-6)


def test_without_an_effect_the_test_rejects_at_its_level():
    critical = stats.t.ppf(0.975, 20)
    assert rejection_rate(0, 20, critical) == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("difference", "equivalence", "verdict"),
    [
        (0.01, 0.01, "different_but_negligible"),
        (0.01, 0.2, "different"),
        (0.2, 0.01, "equivalent"),
        (0.2, 0.2, "inconclusive"),
        (None, None, "inconclusive"),
    ],
)
def test_the_four_verdicts(difference, equivalence, verdict):
    assert verdict_of(difference, equivalence, 0.05) == verdict

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.api import OLS

from services.statistics.clusters import (
    MIN_ALIKE,
    cluster_error,
    cluster_interval,
    difference_interval,
)
from tests.support.depth import examples

CLUSTERS = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=5), min_size=2, max_size=8)


def totals(clusters):
    return np.array([len(one) for one in clusters]), np.array([sum(one) for one in clusters])


@given(clusters=CLUSTERS)
@settings(max_examples=examples(15))
def test_the_error_is_the_cluster_robust_one_of_statsmodels(clusters):
    values = np.concatenate([np.array(one, dtype=float) for one in clusters])
    groups = np.repeat(np.arange(len(clusters)), [len(one) for one in clusters])
    model = OLS(values, np.ones(len(values)))
    theirs = model.fit(cov_type="cluster", cov_kwds={"groups": groups})
    assert cluster_error(*totals(clusters)) == pytest.approx(theirs.bse[0], abs=1e-9)


def test_one_cluster_and_equal_clusters_have_no_interval():
    assert cluster_interval(*totals([[1, 2]])) is None
    assert cluster_interval(*totals([[2, 2], [2]])) is None


def test_clusters_of_one_value_have_the_interval_of_the_mean():
    low, high = cluster_interval(*totals([[1], [2], [3]]))
    assert [low, high] == pytest.approx([2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5])


def test_an_interval_lies_within_what_the_mean_can_be():
    assert cluster_interval(*totals([[1], [5]]), (1, 5)) == (1, 5)


GROUP = st.lists(st.floats(1, 5).map(lambda one: round(one, 3)), min_size=2, max_size=8)


@given(first=GROUP, second=GROUP)
@settings(max_examples=examples(15))
def test_means_of_clusters_have_welchs_interval(first, second):
    means = [np.array(one) for one in (first, second)]
    ours = difference_interval(*means)
    if any(len(one) < MIN_ALIKE and np.ptp(one) == 0 for one in means):
        assert ours is None
        return
    theirs = scipy.stats.ttest_ind(*means, equal_var=False).confidence_interval(0.95)
    assert [ours.low, ours.high] == pytest.approx(list(theirs), abs=1e-9)


def test_a_side_of_one_cluster_or_of_few_alike_ones_has_no_interval():
    varied, alike = np.array([1.5, 4.5, 3.0]), np.full(2, 3.0)
    assert difference_interval(varied, varied[:1]) is None
    assert difference_interval(varied, alike) is None
    many = np.full(MIN_ALIKE, 3.0)
    assert difference_interval(varied, many).error == pytest.approx(scipy.stats.sem(varied))
    assert difference_interval(many, many) is None


def test_the_interval_of_a_difference_holds_it_as_often_as_it_says():
    draw, times = np.random.default_rng(5), examples(300)
    held = 0
    for n in [(3, 3), (3, 12), (6, 6)] * (times // 3):
        ends = difference_interval(*(draw.normal(3, 0.5, k) for k in n))
        held += ends.low <= 0 <= ends.high
    assert 0.91 <= held / (times // 3 * 3) <= 0.99
